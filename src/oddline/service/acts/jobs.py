"""Jobs: accepted, listed, cancelled, tried again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import Job, JobEvent
from oddline.service.door import Desk
from oddline.service.errors import Conflict, NotFound, TooMany
from oddline.service.jobs.events import job_data, tell_state
from oddline.service.jobs.kinds import kind_of
from oddline.service.paging import page_of
from oddline.service.schemas.jobs import JobLog, JobShown, LogLine

__all__ = ["accept", "cancel", "clean", "end", "find", "listed", "log", "read", "retry", "shown"]

BUSY = ("queued", "running")
LINES = 500


def accept(desk: Desk[Asker], kind: str, subject_id: str | None, title: str, request: dict[str, Any]) -> Job:
    """Accept work; it begins once the transaction of the desk is committed, and is lost by nothing from then on.

    Raises
    ------
    TooMany
        If the workspace has as many jobs as it may.
    """
    check_room(desk)
    job = Job(
        workspace_id=desk.asker.workspace_id,
        user_id=desk.asker.user_id,
        kind=kind,
        subject_id=subject_id,
        title=title,
        request=request,
        state="queued",
        stage="",
        share=0.0,
        attempt=1,
    )
    desk.db.add(job)
    desk.db.flush()
    tell_state(desk.db, job)
    _wake_after(desk.db, desk.service)
    return job


def check_room(desk: Desk[Asker]) -> None:
    """Refuse one job more than a workspace may have."""
    most = desk.service.settings.limits.workspace_jobs
    mine = (Job.workspace_id == desk.asker.workspace_id, Job.state.in_(BUSY))
    count = desk.db.scalar(select(func.count()).select_from(Job).where(*mine)) or 0
    if count >= most:
        raise TooMany(
            f"{count} jobs of this workspace wait or run",
            expected=f"at most {most} (ODDLINE_LIMIT_WORKSPACE_JOBS)",
            hint="wait until one is done, or cancel some",
            headers={"Retry-After": "30"},
            limit="ODDLINE_LIMIT_WORKSPACE_JOBS",
        )


def find(desk: Desk[Asker], job_id: str) -> Job:
    """Give a job of the asker's workspace.

    Raises
    ------
    NotFound
        If there is none.
    """
    job = desk.db.get(Job, job_id)
    if job is None or job.workspace_id != desk.asker.workspace_id:
        raise NotFound(f"no job {job_id[:64]}", hint="GET /api/v1/jobs lists those of your workspace")
    return job


def read(desk: Desk[Asker], job_id: str) -> JobShown:
    """Tell about a job."""
    return shown(desk.db, find(desk, job_id))


def listed(
    desk: Desk[Asker],
    *,
    states: Sequence[str],
    kinds: Sequence[str],
    subject: str | None,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    """List the workspace's jobs, newest first."""
    query = select(Job).where(Job.workspace_id == desk.asker.workspace_id)
    if states:
        query = query.where(Job.state.in_(states))
    if kinds:
        query = query.where(Job.kind.in_(kinds))
    if subject:
        query = query.where(Job.subject_id == subject)
    return page_of(desk.db, query, Job.id, cursor, limit, lambda job: shown(desk.db, job))


def log(desk: Desk[Asker], job_id: str) -> JobLog:
    """Give what a job said, the last lines of it."""
    find(desk, job_id)
    query = select(JobEvent).where(JobEvent.job_id == job_id, JobEvent.kind == "log").order_by(JobEvent.id.desc())
    found = list(desk.db.scalars(query.limit(LINES)))[::-1]
    lines = [LogLine(at=one.at, level=one.data.get("level", "info"), text=one.data.get("text", "")) for one in found]
    return JobLog(lines=lines)


def cancel(desk: Desk[Asker], job_id: str) -> JobShown:
    """Cancel a job that waits or runs; its process is ended.

    Raises
    ------
    Conflict
        If it has ended.
    """
    job = find(desk, job_id)
    if job.state not in BUSY:
        raise Conflict(f"the job is {job.state}", expected="one that waits or runs")
    end(desk, job)
    note(desk, "job.cancel", job.id, kind=job.kind, of=job.subject_id)
    return shown(desk.db, job)


def end(desk: Desk[Any], job: Job) -> None:
    """Let a job be cancelled: whatever process runs it finds that out within a second."""
    from oddline.service.jobs.steps import ended

    ended(desk.db, job, "cancelled")
    _wake_after(desk.db, desk.service)


def retry(desk: Desk[Asker], job_id: str) -> JobShown:
    """Try a job again that failed or was cancelled.

    Raises
    ------
    Conflict
        If it did neither, or what it worked for is gone.
    TooMany
        If the workspace has as many jobs as it may.
    """
    job = find(desk, job_id)
    if job.state not in {"failed", "cancelled"}:
        raise Conflict(f"the job is {job.state}", expected="one that failed or was cancelled")
    check_room(desk)
    table = kind_of(job.kind).subject
    subject: Any = desk.db.get(table, job.subject_id) if table is not None else None
    if table is not None and (subject is None or subject.job_id != job.id):
        raise Conflict("what it worked for is not there any more", hint="ask for it anew")
    job.state, job.problem, job.stage, job.share = "queued", None, "", 0.0
    job.attempt, job.worker, job.started, job.finished = job.attempt + 1, None, None, None
    if subject is not None:
        subject.state, subject.finished = "queued", None
    desk.db.flush()
    tell_state(desk.db, job)
    note(desk, "job.retry", job.id, kind=job.kind, of=job.subject_id, attempt=job.attempt)
    _wake_after(desk.db, desk.service)
    return shown(desk.db, job)


def clean(desk: Desk[Asker]) -> JobShown:
    """Accept a clean-up of the whole service."""
    job = accept(desk, "clean", None, "Clean-up", {})
    note(desk, "job.clean", job.id)
    return shown(desk.db, job)


def shown(db: Session, job: Job) -> JobShown:
    """Put a job into what goes over the wire."""
    waiting = None
    if job.state == "queued":
        before = (Job.workspace_id == job.workspace_id, Job.state == "queued", Job.id < job.id)
        waiting = db.scalar(select(func.count()).select_from(Job).where(*before)) or 0
    return JobShown(**job_data(db, job), waiting=waiting)


def _wake_after(db: Session, service: Service) -> None:
    """Let this process look at the table of jobs as soon as the transaction is committed."""

    def wake(_session: Session) -> None:
        crew = service.parts.get("jobs")
        if crew is not None:
            crew.wake()

    event.listen(db, "after_commit", wake, once=True)
