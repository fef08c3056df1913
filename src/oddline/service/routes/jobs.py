"""Jobs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from oddline.service.acts import jobs as acts
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.jobs import JobLog, JobShown, JobState
from oddline.service.schemas.problem import problems

door = Door("/jobs", "jobs")


@door.get("", access="viewer", response_model=Page[JobShown])
def listed(
    desk: AnyDesk,
    state: Annotated[list[JobState] | None, Query(description="May be repeated.")] = None,
    kind: Annotated[list[str] | None, Query(description="May be repeated.", max_length=10)] = None,
    subject: Annotated[str | None, Query(max_length=64)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> object:
    """List jobs, newest first."""
    return acts.listed(desk, states=state or (), kinds=kind or (), subject=subject, cursor=cursor, limit=limit)


@door.post("/clean", access="administrator", status_code=202, responses=problems(403, 429))
def clean(desk: AnyDesk) -> JobShown:
    """Remove what is too old, and files that nobody refers to; it also happens once a day."""
    return acts.clean(desk)


@door.get("/{job}", access="viewer", responses=problems(404))
def read(desk: AnyDesk, job: str) -> JobShown:
    """Tell how a job stands."""
    return acts.read(desk, job)


@door.get("/{job}/log", access="viewer", responses=problems(404))
def log(desk: AnyDesk, job: str) -> JobLog:
    """Give what a job said. It quotes logs: escape it."""
    return acts.log(desk, job)


@door.post("/{job}/cancel", access="analyst", responses=problems(403, 404, 409))
def cancel(desk: AnyDesk, job: str) -> JobShown:
    """Cancel a job that waits or runs."""
    return acts.cancel(desk, job)


@door.post("/{job}/retry", access="analyst", status_code=202, responses=problems(403, 404, 409, 429))
def retry(desk: AnyDesk, job: str) -> JobShown:
    """Try a job again that failed or was cancelled."""
    return acts.retry(desk, job)
