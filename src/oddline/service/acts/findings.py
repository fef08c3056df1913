"""What a finished scan found: rows, one row opened, the timeline, templates, incidents, metrics, downloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select

from oddline.core.errors import UsageError
from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Artifact, Evaluation, Scan, Verdict
from oddline.service.door import Desk
from oddline.service.errors import Conflict, NotFound
from oddline.service.results.filters import Filter
from oddline.service.results.findings import FORMATS, Findings
from oddline.service.results.metrics import Metrics
from oddline.service.results.opened import OpenedRow
from oddline.service.results.rows import RowPage
from oddline.service.shelf import shelf_of

__all__ = ["download", "findings", "metrics", "opened", "row_verdicts", "rows", "scan_of"]

VERDICTS = ("real", "expected", "known")


def scan_of(desk: Desk[Asker], scan_id: str) -> Scan:
    """Give a scan of the asker's workspace.

    Raises
    ------
    NotFound
        If there is none.
    """
    scan = desk.db.get(Scan, scan_id)  # which a request may ask for several times, and the database is asked once
    if scan is None or scan.workspace_id != desk.asker.workspace_id:
        raise NotFound(f"no scan {scan_id}", hint="GET /api/v1/scans lists those of your workspace")
    return scan


def findings(desk: Desk[Asker], scan_id: str) -> Findings:
    """Open the results of a scan.

    Raises
    ------
    Conflict
        If it has no results: not yet, or never.
    """
    scan = scan_of(desk, scan_id)
    if scan.state != "done":
        hint = f"GET /api/v1/jobs/{scan.job_id} tells how far it is" if scan.state in {"queued", "running"} else ""
        raise Conflict(f"the scan is {scan.state}", expected="a finished one", hint=hint, state=scan.state)
    query = select(Artifact.name, Artifact.blob).where(Artifact.owner_id == scan_id)
    return shelf_of(desk.service).findings(scan_id, lambda: dict(desk.db.execute(query).all()))


def rows(
    desk: Desk[Asker],
    scan_id: str,
    chosen: Filter,
    *,
    verdict: str | None,
    sort: str,
    offset: int,
    limit: int,
    fields: tuple[str, ...],
) -> tuple[RowPage, dict[int, str]]:
    """Give a page of rows, and the verdicts on them."""
    found = findings(desk, scan_id)
    if verdict is not None:
        chosen = replace(chosen, only=_judged(desk, scan_id, verdict))
    page = found.rows(filter=chosen, sort=sort, offset=offset, limit=limit, fields=fields)
    return page, row_verdicts(desk, scan_id, [row.row for row in page.items])


def opened(desk: Desk[Asker], scan_id: str, row: int, *, before: int, after: int) -> tuple[OpenedRow, Verdict | None]:
    """Give a row with all that explains it, and what was said of it."""
    found = findings(desk, scan_id)
    try:
        shown = found.row(row, before=before, after=after)
    except UsageError as error:
        raise NotFound(error.found, expected=error.expected) from error
    return shown, desk.db.get(Verdict, (scan_id, row))


def row_verdicts(desk: Desk[Asker], scan_id: str, numbers: list[int]) -> dict[int, str]:
    """Give the verdicts on some rows."""
    if not numbers:
        return {}
    query = select(Verdict.row, Verdict.verdict).where(Verdict.scan_id == scan_id, Verdict.row.in_(numbers))
    return dict(desk.db.execute(query).all())


def metrics(desk: Desk[Asker], scan_id: str) -> Metrics | dict[str, object]:
    """Give what the scan is worth by labels: those it was given, or those of its newest evaluation.

    Raises
    ------
    NotFound
        If nobody gave labels.
    """
    own = findings(desk, scan_id).metrics()
    if own is not None:
        return own
    newest = desk.db.scalar(
        select(Evaluation)
        .where(Evaluation.scan_id == scan_id, Evaluation.state == "done", Evaluation.kind == "evaluate")
        .order_by(Evaluation.id.desc())
        .limit(1)
    )
    if newest is None or newest.report is None:
        raise NotFound("this scan was not held against labels", hint="POST /api/v1/evaluations with labels")
    return newest.report


def download(desk: Desk[Asker], scan_id: str, kind: str, chosen: Filter | None) -> Iterator[bytes]:
    """Give the rows as a file, piece by piece; who takes data away is written down."""
    found = findings(desk, scan_id)
    if kind not in FORMATS:
        raise UsageError(f"no format {kind!r}", expected="one of " + ", ".join(FORMATS))
    with desk.service.writing() as db:
        note(Desk(desk.service, db, desk.asker), "scan.download", scan_id, format=kind)
    return found.chunks(kind, filter=chosen)


def _judged(desk: Desk[Asker], scan_id: str, verdict: str) -> frozenset[int]:
    query = select(Verdict.row).where(Verdict.scan_id == scan_id)
    if verdict != "any":
        if verdict not in VERDICTS:
            raise UsageError(f"no verdict {verdict!r}", expected="any, " + ", ".join(VERDICTS))
        query = query.where(Verdict.verdict == verdict)
    return frozenset(desk.db.scalars(query))
