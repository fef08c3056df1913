"""Scans."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from oddline.service.acts import scans as acts
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.jobs import JobState
from oddline.service.schemas.problem import problems
from oddline.service.schemas.scans import ScanAgain, ScanChange, ScanRequest, ScanShown

door = Door("/scans", "scans")


@door.post("", access="ingest", status_code=202, responses=problems(403, 404, 409, 422, 429, 503))
def create(desk: AnyDesk, body: ScanRequest) -> ScanShown:
    """Scan uploads. The answer comes at once; the job tells how far it is."""
    return acts.create(desk, body)


@door.get("", access="viewer", response_model=Page[ScanShown])
def listed(
    desk: AnyDesk,
    state: Annotated[list[JobState] | None, Query(description="May be repeated.")] = None,
    q: Annotated[str, Query(max_length=200, description="Words of the title or of the names of files.")] = "",
    upload: Annotated[str | None, Query(max_length=64)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> object:
    """List scans, newest first."""
    return acts.listed(desk, states=state or (), q=q, upload=upload, cursor=cursor, limit=limit)


@door.get("/{scan}", access="viewer", responses=problems(404))
def read(desk: AnyDesk, scan: str) -> ScanShown:
    """Tell about a scan."""
    return acts.read(desk, scan)


@door.patch("/{scan}", access="analyst", responses=problems(403, 404, 422))
def change(desk: AnyDesk, scan: str, body: ScanChange) -> ScanShown:
    """Call a scan otherwise."""
    return acts.change(desk, scan, body.title)


@door.delete("/{scan}", access="analyst", status_code=204, responses=problems(403, 404))
def remove(desk: AnyDesk, scan: str) -> None:
    """Forget a scan and all that it left."""
    acts.remove(desk, scan)


@door.post("/{scan}/again", access="ingest", status_code=202, responses=problems(403, 404, 409, 422, 429, 503))
def again(desk: AnyDesk, scan: str, body: ScanAgain) -> ScanShown:
    """Ask the same once more, with some of it changed."""
    return acts.again(desk, scan, body.model_extra or {})
