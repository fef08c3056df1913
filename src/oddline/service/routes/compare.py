"""Two scans side by side."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from oddline.service.acts.compare import compare as act
from oddline.service.door import AnyDesk, Door
from oddline.service.guard import KEPT
from oddline.service.paging import Cursor, Limit, read_offset, write_cursor
from oddline.service.results.compared import ComparisonSummary
from oddline.service.schemas.findings import ComparedRows

door = Door("/compare", "compare")
ONCE = {KEPT: True}
Part = Literal["both", "only_a", "only_b", "neither", "all"]


@door.get("", access="viewer", openapi_extra=ONCE)
def compare(desk: AnyDesk, a: str, b: str) -> ComparisonSummary:
    """Tell where two scans of the same input agree, and where they differ."""
    return act(desk, a, b).summary


@door.get("/rows", access="viewer", openapi_extra=ONCE)
def rows(
    desk: AnyDesk,
    a: str,
    b: str,
    part: Part = "only_a",
    sort: str = "-difference",
    q: Annotated[str, Query(max_length=1000)] = "",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> ComparedRows:
    """List the rows on which they agree, or that only one of them finds odd."""
    page = act(desk, a, b).rows(part, sort, read_offset(cursor), limit, q)
    after = None if page.next_offset is None else write_cursor(page.next_offset)
    return ComparedRows(items=page.items, next=after, total=page.total)
