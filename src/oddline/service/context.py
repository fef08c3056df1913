"""What every part of the service shares: settings, database, files, jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from oddline.service.answers import Answers
from oddline.service.db.engine import engine_for, transaction
from oddline.service.db.migrate import migrate
from oddline.service.gate import AT_HOME, AWAY, Gate
from oddline.service.known import Known
from oddline.service.people.metrics import Metrics
from oddline.service.people.pace import Pace
from oddline.service.settings import Settings
from oddline.service.storage.store import Store, open_store

__all__ = ["Service"]


@dataclass
class Service:
    """One running service; ``started`` hooks are called with it when it starts, ``parts`` holds what they leave."""

    settings: Settings
    engine: Engine
    store: Store
    parts: dict[str, Any] = field(default_factory=dict)
    shelf: Any = None
    answers: Answers = field(default_factory=Answers)
    gate: Gate = field(default_factory=lambda: Gate(AT_HOME))
    known: Known = field(default_factory=Known)
    pace: Pace = field(default_factory=Pace)
    metrics: Metrics = field(default_factory=Metrics)
    answering: set[tuple[str, str]] = field(default_factory=set)
    memory: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, settings: Settings) -> Service:
        """Open the database, bring it to the newest shape, and open the store."""
        engine = engine_for(settings)
        migrate(engine)
        at_home = settings.database_url.startswith("sqlite") and settings.storage_url.startswith("file:")
        gate = Gate(AT_HOME if at_home else AWAY)
        return cls(settings, engine, open_store(settings.storage_url), gate=gate)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading."""
        with transaction(self.engine, write=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session for writing, committed in the end."""
        try:
            with transaction(self.engine, write=True) as session:
                yield session
        finally:
            self.known.written()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
