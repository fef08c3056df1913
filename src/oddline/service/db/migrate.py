"""Brings a database to the newest shape: by itself at every start, forward only."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from oddline.core.errors import ConfigError

__all__ = ["migrate", "revisions"]

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x0DD11E
"""Any number of our own: PostgreSQL lets one process migrate at a time under it."""


def migrate(engine: Engine, revision: str = "head") -> None:
    """Apply the migrations that a database lacks; two processes that start at once do not collide.

    Raises
    ------
    ConfigError
        If the database was made by a newer Oddline.
    """
    with engine.connect().execution_options(oddline_write=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        _refuse_newer(connection)
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def revisions() -> list[str]:
    """List the revisions, oldest first."""
    return [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]


def _refuse_newer(connection: Connection) -> None:
    if not inspect(connection).has_table("alembic_version"):
        return
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in revisions():
        raise ConfigError(
            f"the database is of revision {found}, which this Oddline does not know",
            expected=f"at most {revisions()[-1]}",
            hint="start the newer Oddline that made it, or restore a backup from before the upgrade",
        )
