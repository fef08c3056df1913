"""What a finished scan found."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from oddline.service.acts import findings as acts
from oddline.service.acts import incidents, verdicts
from oddline.service.db.tables import Verdict
from oddline.service.door import AnyDesk, Door
from oddline.service.guard import KEPT
from oddline.service.names import attachment
from oddline.service.paging import Cursor, Limit, read_offset, write_cursor
from oddline.service.results.chart import Timeline
from oddline.service.results.findings import FORMATS
from oddline.service.results.incidents import Incident
from oddline.service.results.metrics import Metrics
from oddline.service.results.opened import Line
from oddline.service.results.summary import Summary
from oddline.service.schemas.findings import (
    Chosen,
    Opened,
    RowQuery,
    Rows,
    Templates,
    VerdictBody,
    VerdictShown,
)

door = Door("/scans/{scan}", "findings")
ONCE = {KEPT: True}
Around = Annotated[int, Query(ge=0, le=1000)]


class DownloadQuery(RowQuery):
    """Which rows, and as what."""

    format: str = "csv"


@door.get("/summary", access="viewer", openapi_extra=ONCE)
def summary(desk: AnyDesk, scan: str) -> Summary:
    """Give the headline: the verdict in a sentence, and the figures."""
    return acts.findings(desk, scan).summary


@door.get("/rows", access="viewer", openapi_extra=ONCE)
def rows(desk: AnyDesk, scan: str, chosen: Chosen) -> Rows:
    """Filter, search and sort rows."""
    page, said = acts.rows(
        desk,
        scan,
        chosen.filter(),
        verdict=chosen.verdict,
        sort=chosen.sort,
        offset=read_offset(chosen.cursor),
        limit=chosen.limit,
        fields=tuple(chosen.fields),
    )
    return Rows(
        items=page.items,
        next=_after(page.next_offset),
        total=page.total,
        by_severity=page.by_severity,
        anomalies=page.anomalies,
        rows=page.rows,
        verdicts=said,
    )


@door.get("/rows/{row}", access="viewer", openapi_extra=ONCE)
def row(desk: AnyDesk, scan: str, row: int, before: Around = 10, after: Around = 10) -> Opened:
    """Open a row: its lines before and after, why it is odd, its nearest normal line."""
    found, verdict = acts.opened(desk, scan, row, before=before, after=after)
    return Opened(found=found, verdict=shown(desk, verdict) if verdict else None)


@door.get("/rows/{row}/lines", access="viewer", openapi_extra=ONCE)
def lines(desk: AnyDesk, scan: str, row: int, before: Around = 30, after: Around = 30) -> tuple[Line, ...]:
    """Give more lines around a row."""
    return acts.findings(desk, scan).around(row, before, after)


@door.put("/rows/{row}/verdict", access="analyst")
def give(desk: AnyDesk, scan: str, row: int, body: VerdictBody) -> VerdictShown:
    """Say what a row is."""
    return shown(desk, verdicts.give(desk, scan, row, body.verdict, body.note))


@door.delete("/rows/{row}/verdict", access="analyst", status_code=204)
def take_back(desk: AnyDesk, scan: str, row: int) -> None:
    """Undo a verdict."""
    verdicts.take_back(desk, scan, row)


@door.get("/timeline", access="viewer", openapi_extra=ONCE)
def timeline(
    desk: AnyDesk,
    scan: str,
    # Numbers first: as a time, 18000 is five o'clock on the first day of 1970, and no line.
    start: int | datetime | None = None,
    end: int | datetime | None = None,
    bins: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Timeline:
    """Give volume and odd rows over time, or over lines where there is no time."""
    return acts.findings(desk, scan).timeline(start, end, bins)


@door.get("/templates", access="viewer", openapi_extra=ONCE)
def templates(
    desk: AnyDesk,
    scan: str,
    change: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    q: Annotated[str, Query(max_length=1000)] = "",
    sort: str = "-score",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Templates:
    """List the templates of a scan."""
    page = acts.findings(desk, scan).templates(tuple(change), q, sort, read_offset(cursor), limit)
    return Templates(items=page.items, next=_after(page.next_offset), total=page.total, by_change=page.by_change)


@door.get("/incidents", access="viewer", openapi_extra=ONCE)
def incidents_of(desk: AnyDesk, scan: str) -> list[Incident]:
    """List the incidents of a scan, worst first."""
    return acts.findings(desk, scan).incidents()


@door.get("/metrics", access="viewer")
def metrics(desk: AnyDesk, scan: str) -> Metrics:
    """Tell what the scan is worth, by the labels that were given."""
    return acts.metrics(desk, scan)  # type: ignore[return-value]


@door.get("/download", access="viewer", response_class=StreamingResponse)
def download(desk: AnyDesk, scan: str, chosen: Annotated[DownloadQuery, Query()]) -> StreamingResponse:
    """Download rows as CSV, NDJSON, Parquet, JSON, or an HTML report; without a filter, all of them."""
    picked = RowQuery.model_validate(chosen.model_dump(include=set(RowQuery.model_fields)))
    pieces = acts.download(desk, scan, chosen.format, None if picked == RowQuery() else picked.filter())
    media = FORMATS[chosen.format]
    name = acts.scan_of(desk, scan).title.rsplit(".", 1)[0] or "scan"
    headers = {"content-disposition": attachment(f"{name}.odd{media.suffix}")}
    return StreamingResponse(pieces, media_type=media.media_type, headers=headers)


def shown(desk: AnyDesk, verdict: Verdict) -> VerdictShown:
    """Put a verdict into words."""
    names = incidents.people(desk, {verdict.user_id} if verdict.user_id else set())
    return VerdictShown(
        row=verdict.row,
        verdict=verdict.verdict,
        note=verdict.note,
        by=names.get(verdict.user_id or ""),
        created=verdict.created,
    )


def _after(offset: int | None) -> str | None:
    return None if offset is None else write_cursor(offset)
