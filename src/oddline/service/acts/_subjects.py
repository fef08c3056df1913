"""What scans, models and evaluations have in common: they are somebody's, and a job works for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from oddline.service.acts import jobs
from oddline.service.db.tables import Artifact, Job, Upload, User
from oddline.service.door import Desk
from oddline.service.jobs.events import job_data, tell
from oddline.service.schemas.asking import FileShown
from oddline.service.schemas.jobs import JobShown

__all__ = ["files_of", "forget", "standing"]

BUSY = ("queued", "running")


def standing(desk: Desk[Any], subject: Any) -> dict[str, Any]:
    """Tell how something stands: its job, what went wrong, whose it is, since when."""
    job = desk.db.get(Job, subject.job_id) if subject.job_id else None
    user = desk.db.get(User, subject.user_id) if subject.user_id else None
    return {
        "id": subject.id,
        "state": subject.state,
        "job": JobShown(**job_data(desk.db, job)) if job else None,
        "problem": job.problem if job else None,
        "request": subject.request,
        "user": subject.user_id,
        "user_name": user.name if user else None,
        "created": subject.created,
        "finished": subject.finished,
    }


def files_of(desk: Desk[Any], ids: Sequence[str]) -> list[FileShown]:
    """Show uploads, those that are there still."""
    mine = (Upload.id.in_(ids), Upload.workspace_id == desk.asker.workspace_id)
    found = {upload.id: upload for upload in desk.db.scalars(select(Upload).where(*mine))}
    return [FileShown(id=one, name=found[one].name, size=found[one].received) for one in ids if one in found]


def forget(desk: Desk[Any], subject_id: str, job_id: str | None) -> None:
    """Let go of what belongs to something that is removed: its job is cancelled, its files are left to the clean-up."""
    job = desk.db.get(Job, job_id) if job_id else None
    if job is not None and job.state in BUSY:
        jobs.end(desk, job)
    owners = [subject_id, *([job.id] if job is not None else [])]
    desk.db.execute(delete(Artifact).where(Artifact.owner_id.in_(owners)))
    tell(desk.db, desk.asker.workspace_id, "change", {"subject": subject_id, "what": "deleted"})
