"""Which processes run jobs, and which of them are alive."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

import oddline
from oddline.service.db.tables import Worker
from oddline.service.db.types import now

__all__ = ["BEAT", "PATIENCE", "beat", "enter", "leave", "living", "new_name"]

BEAT = 5.0
"""Seconds between two signs of life."""

PATIENCE = timedelta(seconds=30)
"""Who gave no sign for so long is taken for dead, and others go on with what they had begun."""


def new_name() -> str:
    """Make a name for this process: what machine, what process, and chance, for numbers of processes come again."""
    return f"wrk-{_machine()}-{os.getpid()}-{secrets.token_hex(4)}"


def enter(db: Session, name: str) -> None:
    """Put this process on the list."""
    db.add(Worker(id=name, host=socket.gethostname()[:255], pid=os.getpid(), version=oddline.__version__))


def beat(db: Session, name: str) -> bool:
    """Give a sign of life; False if the others have taken this process for dead."""
    changed = db.execute(update(Worker).where(Worker.id == name).values(seen=now()))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def leave(db: Session, name: str) -> None:
    """Take a process off the list."""
    db.execute(delete(Worker).where(Worker.id == name))


def living(db: Session, me: str, *, alone: bool) -> set[str]:
    """Name the processes that are alive, and take the others off the list.

    ``alone``: nobody else can be at work on this database, which is so with SQLite.
    """
    alive = set()
    for worker in db.scalars(select(Worker)):
        if worker.id == me or not (alone or now() - worker.seen > PATIENCE or _gone(worker)):
            alive.add(worker.id)
        else:
            db.delete(worker)
    return alive


def _gone(worker: Worker) -> bool:
    """Tell whether a process of this very machine is there no more: nobody has to wait for its silence."""
    if not worker.id.startswith(f"wrk-{_machine()}-"):
        return False
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def _machine() -> str:
    """Tell machines apart, and containers on one: each counts its processes by itself."""
    told = [socket.gethostname()]
    with suppress(OSError):
        told.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        told.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("/".join(told).encode()).hexdigest()[:10]
