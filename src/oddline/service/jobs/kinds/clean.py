"""The clean-up, asked for by an administrator; it also runs once a day by itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from oddline.service.context import Service
from oddline.service.db.tables import Job
from oddline.service.jobs import clean
from oddline.service.jobs.events import tell
from oddline.service.jobs.kinds._base import Files, Kind, Order

__all__ = ["kind"]


def order(db: Session, service: Service, job: Job) -> Order:
    """Nothing is laid out: the work is done in this process."""
    del db, service, job
    return Order({})


def run(service: Service, job: Job) -> dict[str, Any]:
    """Clean up."""
    del job
    return dict(clean.run(service))


def finish(db: Session, job: Job, files: Files, told: dict[str, Any]) -> None:
    """Say what was removed."""
    del files
    words = ", ".join(f"{count} {what}" for what, count in told.items())
    tell(db, job.workspace_id, "log", {"job": job.id, "level": "info", "text": f"removed: {words}"}, job_id=job.id)


kind = Kind(None, {"store": 1.0}, order, finish, run=run)
