"""Evaluations of scans by labels, and searches of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import delete, select

from oddline.core import folder
from oddline.core.errors import UsageError
from oddline.core.optional import need
from oddline.service.acts import jobs
from oddline.service.acts import scans as scan_acts
from oddline.service.acts._asking import check_judging, title_of
from oddline.service.acts._subjects import forget, standing
from oddline.service.acts.audit import note
from oddline.service.acts.uploads import complete_ones
from oddline.service.asker import Asker
from oddline.service.db.tables import Evaluation
from oddline.service.door import Desk
from oddline.service.errors import Conflict, NotFound
from oddline.service.paging import page_of
from oddline.service.schemas.evaluations import EvaluationRequest, EvaluationShown, TuningRequest

__all__ = ["evaluate", "find", "listed", "read", "remove", "shown", "tune"]


def evaluate(desk: Desk[Asker], asked: EvaluationRequest) -> EvaluationShown:
    """Accept an evaluation.

    Raises
    ------
    NotFound, Conflict
        If the scan or the labels are not there, or not complete.
    TooMany
        If the workspace has as many jobs as it may.
    """
    scan = scan_acts.find(desk, asked.scan)
    if scan.state != "done":
        raise Conflict(f"the scan is {scan.state}", expected="a finished one")
    complete_ones(desk, [asked.labels.upload] if asked.labels.upload else scan.request["uploads"])
    request = asked.model_dump(mode="json")
    return _accepted(desk, "evaluate", scan.title, request, scan.id)


def tune(desk: Desk[Asker], asked: TuningRequest) -> EvaluationShown:
    """Accept a search.

    Raises
    ------
    UsageError
        If a detector is none, or nothing can be judged.
    MissingExtra
        If Optuna is not installed.
    NotFound, Conflict
        If an upload is not there, or not complete.
    TooMany
        If the workspace has as many jobs as it may.
    """
    uploads = complete_ones(desk, asked.uploads)
    need("optuna", extra="tune")
    request = asked.model_dump(mode="json")
    for name in asked.detectors:
        folder.find("detectors", name)
    check_judging({"format": asked.format, "by": asked.by, "settings": asked.search})
    if asked.validation in {"time", "types"} and not asked.tables.label_column:
        raise UsageError(f"validation {asked.validation} without labels", expected="tables.label_column")
    return _accepted(desk, "tune", title_of(uploads), request, None)


def _accepted(
    desk: Desk[Asker], kind: Literal["evaluate", "tune"], title: str, request: dict[str, Any], scan_id: str | None
) -> EvaluationShown:
    made = Evaluation(
        workspace_id=desk.asker.workspace_id,
        user_id=desk.asker.user_id,
        kind=kind,
        scan_id=scan_id,
        request=request,
        state="queued",
    )
    desk.db.add(made)
    desk.db.flush()
    made.job_id = jobs.accept(desk, kind, made.id, title, request).id
    desk.db.flush()
    note(desk, f"{kind}.start", made.id, scan=scan_id, title=title)
    return shown(desk, made)


def find(desk: Desk[Asker], evaluation_id: str) -> Evaluation:
    """Give an evaluation or a search of the asker's workspace.

    Raises
    ------
    NotFound
        If there is none.
    """
    found = desk.db.get(Evaluation, evaluation_id)
    if found is None or found.workspace_id != desk.asker.workspace_id:
        raise NotFound(f"no evaluation {evaluation_id[:64]}", hint="GET /api/v1/evaluations lists those there are")
    return found


def read(desk: Desk[Asker], evaluation_id: str) -> EvaluationShown:
    """Tell about an evaluation or a search."""
    return shown(desk, find(desk, evaluation_id))


def listed(
    desk: Desk[Asker], *, kinds: Sequence[str], states: Sequence[str], scan: str | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """List the workspace's evaluations and searches, newest first."""
    query = select(Evaluation).where(Evaluation.workspace_id == desk.asker.workspace_id)
    if kinds:
        query = query.where(Evaluation.kind.in_(kinds))
    if states:
        query = query.where(Evaluation.state.in_(states))
    if scan:
        query = query.where(Evaluation.scan_id == scan)
    return page_of(desk.db, query, Evaluation.id, cursor, limit, lambda one: shown(desk, one))


def remove(desk: Desk[Asker], evaluation_id: str) -> None:
    """Forget an evaluation or a search."""
    found = find(desk, evaluation_id)
    note(desk, f"{found.kind}.remove", found.id)
    forget(desk, found.id, found.job_id)
    desk.db.execute(delete(Evaluation).where(Evaluation.id == found.id))


def shown(desk: Desk[Asker], one: Evaluation) -> EvaluationShown:
    """Put an evaluation or a search into what goes over the wire."""
    return EvaluationShown(**standing(desk, one), kind=one.kind, scan=one.scan_id, report=one.report)
