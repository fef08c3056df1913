"""The connection to the database: SQLite in WAL mode, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from oddline.service.settings import Settings

__all__ = ["engine_for", "transaction"]

PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000")


def engine_for(settings: Settings) -> Engine:
    """Open the database of the settings; with SQLite, readers and the one writer do not block each other."""
    url = settings.database_url
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=20, max_overflow=20, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def transaction(engine: Engine, *, write: bool) -> Iterator[Session]:
    """Give a session that is committed in the end, or rolled back on any error.

    Whoever will write says so at the beginning: SQLite then waits its turn, instead of failing half-way.
    """
    bound = engine.execution_options(oddline_write=write)
    with Session(bound, expire_on_commit=False) as session, session.begin():
        yield session


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin says so, and nowhere else
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("oddline_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
