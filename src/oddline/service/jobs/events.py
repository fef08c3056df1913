"""What happened in jobs, numbered: written with what happened, so that neither is there without the other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from oddline.service.db.tables import Job, JobEvent, User

__all__ = ["job_data", "tell", "tell_state"]

WAITING = "oddline.events"
LOCK = 0x0DD1E7
"""Any number of our own: under it PostgreSQL gives out the numbers of events in the order in which they are seen."""


def tell(db: Session, workspace_id: str, kind: str, data: dict[str, Any], *, job_id: str | None = None) -> None:
    """Note that something happened; listeners hear of it once the transaction is committed."""
    event_row = JobEvent(workspace_id=workspace_id, job_id=job_id, kind=kind, data=data)
    db.info.setdefault(WAITING, []).append(event_row)


def tell_state(db: Session, job: Job) -> None:
    """Note how a job stands now."""
    tell(db, job.workspace_id, "state", job_data(db, job), job_id=job.id)


def job_data(db: Session, job: Job) -> dict[str, Any]:
    """Put a job into JSON values, as the API shows it."""
    from oddline.service.jobs.kinds import stages_of

    user = db.get(User, job.user_id) if job.user_id else None
    return {
        "id": job.id,
        "kind": job.kind,
        "subject": job.subject_id,
        "title": job.title,
        "state": job.state,
        "stage": job.stage,
        "share": round(job.share or 0.0, 4),
        "stages": list(stages_of(job.kind)),
        "attempt": job.attempt,
        "problem": job.problem,
        "can": ACTIONS.get(job.state, []),
        "user": job.user_id,
        "user_name": user.name if user else None,
        "created": _moment(job.created),
        "started": _moment(job.started),
        "finished": _moment(job.finished),
    }


ACTIONS = {"queued": ["cancel"], "running": ["cancel"], "failed": ["retry"], "cancelled": ["retry"]}


def _moment(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


@event.listens_for(Session, "before_commit")
def _write(db: Session) -> None:
    """Write events last of all in a transaction.

    Numbers are given out when rows are written and are seen when they are committed; a listener that has heard of 8
    would miss a 7 that is committed later. So whoever writes events holds a lock from there to the commit, which is
    short because nothing else is left to do. SQLite has one writer at a time anyway.
    """
    waiting: list[JobEvent] = db.info.pop(WAITING, [])
    if not waiting:
        return
    db.flush()
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    db.add_all(waiting)
    db.flush()
