"""Evaluations by labels."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query

from oddline.service.acts import evaluations as acts
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.evaluations import EvaluationRequest, EvaluationShown
from oddline.service.schemas.jobs import JobState
from oddline.service.schemas.problem import problems

door = Door("/evaluations", "evaluations")


@door.post("", access="analyst", status_code=202, responses=problems(403, 404, 409, 422, 429))
def create(desk: AnyDesk, body: EvaluationRequest) -> EvaluationShown:
    """Hold a finished scan against labels. The answer comes at once; the job tells how far it is."""
    return acts.evaluate(desk, body)


@door.get("", access="viewer", response_model=Page[EvaluationShown])
def listed(
    desk: AnyDesk,
    kind: Annotated[list[Literal["evaluate", "tune"]] | None, Query(description="May be repeated.")] = None,
    state: Annotated[list[JobState] | None, Query(description="May be repeated.")] = None,
    scan: Annotated[str | None, Query(max_length=64)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Any:
    """List evaluations and searches, newest first."""
    return acts.listed(desk, kinds=kind or (), states=state or (), scan=scan, cursor=cursor, limit=limit)


@door.get("/{evaluation}", access="viewer", responses=problems(404))
def read(desk: AnyDesk, evaluation: str) -> EvaluationShown:
    """Tell about an evaluation."""
    return acts.read(desk, evaluation)


@door.delete("/{evaluation}", access="analyst", status_code=204, responses=problems(403, 404))
def remove(desk: AnyDesk, evaluation: str) -> None:
    """Forget an evaluation."""
    acts.remove(desk, evaluation)
