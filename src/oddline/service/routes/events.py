"""What happens, as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from oddline.service.acts import events as acts
from oddline.service.door import Door, Serving, Visitor
from oddline.service.schemas.problem import problems

door = Door("", "events")
RETRY = 2_000

After = Annotated[int | None, Query(ge=0, description="The last event that was heard; as Last-Event-ID.")]
LastEventId = Annotated[str | None, Header(max_length=32)]


def _there(service: Serving, asker: Visitor, job: str) -> str:
    """Refuse a job that is not there, before the stream has begun."""
    acts.check(service, asker, job)
    return job


@door.get("/events", access="viewer", response_class=EventSourceResponse)
async def events(
    service: Serving, asker: Visitor, after: After = None, last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """Tell what happens in all jobs of the workspace. Begins with those that wait or run, unless it is gone on with."""
    async for heard in acts.listen(service, asker, None, acts.place(after, last_event_id)):
        yield _sent(heard)


@door.get("/jobs/{job}/events", access="viewer", response_class=EventSourceResponse, responses=problems(404))
async def events_of_job(
    service: Serving,
    asker: Visitor,
    job: Annotated[str, Depends(_there)],
    after: After = None,
    last_event_id: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Tell what happens in one job; ends when it has ended."""
    async for heard in acts.listen(service, asker, job, acts.place(after, last_event_id)):
        yield _sent(heard)


def _sent(heard: acts.Heard) -> ServerSentEvent:
    number = None if heard.id is None else str(heard.id)
    return ServerSentEvent(event=heard.kind, data=heard.data, id=number, retry=RETRY)
