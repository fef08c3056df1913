"""Searches of detectors and parameters."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from oddline.service.acts import evaluations as acts
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.evaluations import EvaluationShown, TuningRequest
from oddline.service.schemas.jobs import JobState
from oddline.service.schemas.problem import problems

door = Door("/tunings", "tunings")


@door.post("", access="analyst", status_code=202, responses=problems(403, 404, 409, 422, 429, 503))
def create(desk: AnyDesk, body: TuningRequest) -> EvaluationShown:
    """Search for the detector and the parameters that tell odd from normal best. It goes on where it was broken off."""
    return acts.tune(desk, body)


@door.get("", access="viewer", response_model=Page[EvaluationShown])
def listed(
    desk: AnyDesk,
    state: Annotated[list[JobState] | None, Query(description="May be repeated.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Any:
    """List searches, newest first."""
    return acts.listed(desk, kinds=["tune"], states=state or (), scan=None, cursor=cursor, limit=limit)


@door.get("/{tuning}", access="viewer", responses=problems(404))
def read(desk: AnyDesk, tuning: str) -> EvaluationShown:
    """Tell about a search."""
    return acts.read(desk, tuning)


@door.delete("/{tuning}", access="analyst", status_code=204, responses=problems(403, 404))
def remove(desk: AnyDesk, tuning: str) -> None:
    """Forget a search."""
    acts.remove(desk, tuning)
