"""Listening to what happens."""

from __future__ import annotations

from collections.abc import AsyncIterator

from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import Job
from oddline.service.errors import NotFound, Stranger
from oddline.service.jobs.feed import Feed, Heard

__all__ = ["Heard", "check", "listen", "place"]


def place(after: int | None, last_event_id: str | None) -> int | None:
    """Tell from where a stream goes on: where it was cut off, if that is told, else where it was asked for.

    Examples
    --------
    >>> place(None, "7"), place(3, None), place(None, "of another server")
    (7, 3, None)
    """
    if last_event_id and last_event_id.isascii() and last_event_id.isdigit():
        return int(last_event_id)
    return after


async def listen(
    service: Service, asker: Asker | None, job_id: str | None, after: int | None
) -> AsyncIterator[Heard]:
    """Give what happens in the asker's workspace, or in one job of it."""
    if asker is None:
        return
    feed: Feed = service.parts["feed"]
    async for heard in feed.listen(asker.workspace_id, job_id, after):
        yield heard


def check(service: Service, asker: Asker | None, job_id: str) -> None:
    """Refuse a job that is none of the asker's workspace.

    Raises
    ------
    NotFound
        If there is none.
    """
    if asker is None:
        raise Stranger("you are not signed in")
    with service.reading() as db:
        job = db.get(Job, job_id)
        if job is None or job.workspace_id != asker.workspace_id:
            raise NotFound(f"no job {job_id[:64]}", hint="GET /api/v1/jobs lists those of your workspace")
