"""Models: learnt once, used for many scans; fitted here, or brought along as a bundle."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from oddline.service.acts import catalogue
from oddline.service.acts.choices import choices
from oddline.service.acts.model_list import ModelLine, learnt_from, model_line, model_list, scans_with
from oddline.service.acts.scan_list import with_company
from oddline.service.db.types import now
from oddline.service.door import AnyDesk, Door
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._model_row import ModelRow, card_rows, model_row
from oddline.web.pages._paging import turning
from oddline.web.pages._scan_row import scan_row
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
LIMIT = 50


@door.get("/models", access="viewer")
def models(
    desk: AnyDesk,
    request: Request,
    q: Annotated[str, Query(max_length=500)] = "",
    again: str = "",
    offset: Annotated[int, Query(alias="from", ge=0, le=10_000_000)] = 0,
) -> Response:
    """Show the models of the workspace; ``again`` names one whose choices a new one begins with."""
    found, total = model_list(desk, q=q, offset=offset, limit=LIMIT)
    moment = now()
    limits = desk.service.settings.limits
    return render(
        request,
        "models.html.j2",
        shell=shell_of(desk, "models"),
        rows=[model_row(line, moment) for line in found],
        verdict=_verdict(found, total),
        turn=turning("/models", {"q": q}, offset=offset, shown=len(found), total=total, limit=LIMIT),
        q=q,
        before=_before(desk, again),
        opened=bool(again),
        uploads=[(one.id, f"{one.name} · {words.size(one.size)}") for one in choices(desk).uploads],
        detectors=[
            (one.name, one.title) for one in catalogue.detectors() if one.installed and one.name not in {"", "auto"}
        ],
        most=limits.model_bytes,
        told={"most": limits.upload_bytes, "most_model": limits.model_bytes},
    )


@door.get("/models/{model}", access="viewer")
def model(desk: AnyDesk, request: Request, model: str) -> Response:
    """Show one model: its card, what it was learnt from, what it judged."""
    line = model_line(desk, model)
    moment = now()
    row = model_row(line, moment)
    return render(
        request,
        "model.html.j2",
        shell=shell_of(desk, "models"),
        one=row,
        card=card_rows(line.model.card or {}),
        verdict=_one_verdict(row),
        files=learnt_from(desk, line.model),
        scans=[scan_row(one, moment) for one in with_company(desk, scans_with(desk, line.model.id))],
    )


def _before(desk: AnyDesk, again: str) -> dict[str, Any]:
    """Give what a model was asked with, for one that follows it; nothing where there is no such model."""
    request: dict[str, Any] = {}
    name = ""
    if again:
        earlier = model_line(desk, again).model
        request, name = earlier.request, earlier.name
    return {"name": name, "detector": request.get("detector") or "", "by": request.get("by") or ""}


def _verdict(found: list[ModelLine], total: int) -> tuple[str, str]:
    if not total:
        return (
            "No model yet.",
            "Every scan can do without. A model spares learning from the same good files again and again.",
        )
    done = [line.model for line in found if line.model.state == "done"]
    ready = f"{words.counted(len(done), 'model')} {'is' if len(done) == 1 else 'are'} ready."
    newest = f"The newest, {done[0].name}, was learnt {words.ago(done[0].finished or done[0].created)}." if done else ""
    return ready, newest


def _one_verdict(row: ModelRow) -> tuple[str, str, str]:
    if row.state == "done":
        learnt = f" It was learnt from {row.learnt}." if row.learnt else ""
        return "Ready to judge.", f"Scans can be held against it by name.{learnt}", "ok"
    if row.state == "failed":
        return "It could not be learnt.", f"{row.problem} {row.hint}".strip() or "See the log of its job.", ""
    if row.state == "cancelled":
        return "It was cancelled.", "Nothing was learnt.", ""
    return f"{row.stage}: {words.percent(row.share)}.", "You may close this page.", ""
