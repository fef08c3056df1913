"""Scans: all of them, newest first, with search and states."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy import func, select

from oddline.service.acts.scan_list import scan_list
from oddline.service.db.tables import Scan
from oddline.service.db.types import now
from oddline.service.door import AnyDesk, Door
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._paging import turning
from oddline.web.pages._scan_row import scan_row
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
LIMIT = 50
CHOICES = {"": [], "running": ["queued", "running"], "done": ["done"], "stopped": ["failed", "cancelled"]}


@door.get("/scans", access="viewer")
def scans(
    desk: AnyDesk,
    request: Request,
    q: Annotated[str, Query(max_length=500)] = "",
    state: str = "",
    offset: Annotated[int, Query(alias="from", ge=0, le=10_000_000)] = 0,
) -> Response:
    """Show the scans of the workspace."""
    state = state if state in CHOICES else ""
    lines, total = scan_list(desk, q=q, states=CHOICES[state], offset=offset, limit=LIMIT)
    moment = now()
    return render(
        request,
        "scans.html.j2",
        shell=shell_of(desk, "scans"),
        rows=[scan_row(line, moment) for line in lines],
        verdict=_verdict(counts(desk)),
        turn=turning("/scans", {"q": q, "state": state}, offset=offset, shown=len(lines), total=total, limit=LIMIT),
        q=q,
        state=state,
    )


def counts(desk: AnyDesk) -> dict[str, int]:
    """Count the scans of the workspace by state."""
    query = select(Scan.state, func.count()).where(Scan.workspace_id == desk.asker.workspace_id).group_by(Scan.state)
    return dict(desk.db.execute(query).all())


def _verdict(found: dict[str, int]) -> tuple[str, str]:
    total, running = sum(found.values()), found.get("running", 0) + found.get("queued", 0)
    if not total:
        return "Nothing was scanned yet.", ""
    stopped = found.get("failed", 0)
    say = f"{words.counted(total, 'scan')}, " + (f"{running:,} of them under way." if running else "none under way.")
    why = f"{stopped:,} stopped with an error; each says what helps." if stopped else "None has stopped with an error."
    return say, why
