"""A scan: its answer in a sentence, incidents, one shared axis of time, and every row; or how far it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from markupsafe import Markup
from sqlalchemy import select

from oddline.core.errors import UsageError
from oddline.service.acts import findings as acts
from oddline.service.acts import incidents
from oddline.service.asker import Asker, may
from oddline.service.context import Service
from oddline.service.db import tables
from oddline.service.door import AnyDesk, Desk, Door
from oddline.service.paging import write_cursor
from oddline.service.results.findings import FORMATS, Findings
from oddline.service.results.summary import Summary
from oddline.service.schemas.findings import RowPageQuery, Rows
from oddline.web._filters import counted
from oddline.web.environment import environment
from oddline.web.frame import shell_of
from oddline.web.pages._scan_address import Address
from oddline.web.pages._scan_row import STAGES
from oddline.web.pages._scan_words import (
    MOST_CARDS,
    card,
    facts,
    message,
    pieces,
    rest_in_words,
    shown_first,
    spans_days,
    warnings,
    when,
)
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)


@door.get("/scans/{scan}", access="viewer")
def scan_page(desk: AnyDesk, request: Request, scan: str) -> Response:
    """Show a finished scan; of another one, how far it is or why it failed."""
    kept = acts.scan_of(desk, scan)
    if kept.state != "done":
        return _unfinished(desk, request, kept)
    found = acts.findings(desk, scan)
    address = Address.of(request.query_params)
    page = _rows(desk, kept.id, address)
    cards = _cards(desk, kept.id, found)
    opened = shown_first(cards, address.query.incident)
    summary = found.summary
    as_asked = page.as_asked and not request.query_params.get("cursor")
    drawn = partial(_drawn, desk.service, (kept.id, kept.finished, address.query, page), summary=summary)
    return render(
        request,
        "scan.html.j2",
        shell=shell_of(desk, "scans"),
        scan=kept,
        summary=summary,
        nouns=summary.noun[:-1] + "ies" if summary.noun.endswith("y") else summary.noun + "s",
        facts=facts(summary, kept),
        say=pieces(summary.verdict.say),
        address=address,
        page=page.rows,
        body=drawn("scan_body.html.j2"),
        data=drawn("scan_data.html.j2") if as_asked else "",
        cards=cards[:MOST_CARDS],
        opened=opened,
        rest=rest_in_words(cards[opened:MOST_CARDS]),
        days=spans_days(summary),
        warnings=warnings(summary),
        formats=list(FORMATS),
        uploads=_uploads(desk, kept.id),
        told=_told(desk, kept, summary),
    )


@dataclass(frozen=True)
class _Page:
    """Rows that stand on the page from the beginning; ``as_asked`` unless its address asks for what there is not."""

    rows: Rows
    as_asked: bool = True


def _rows(desk: Desk[Asker], scan: str, address: Address) -> _Page:
    query = address.query
    try:
        return _Page(_asked(desk, scan, query))
    except UsageError:  # an order or a search that this scan does not know: the table says so, and this shows the rest
        return _Page(_asked(desk, scan, RowPageQuery(anomalies=query.anomalies, limit=query.limit)), as_asked=False)


def _asked(desk: Desk[Asker], scan: str, query: RowPageQuery) -> Rows:
    page, verdicts = acts.rows(
        desk, scan, query.filter(), verdict=query.verdict, sort=query.sort, offset=0, limit=query.limit, fields=()
    )
    return Rows(
        items=list(page.items),
        next=None if page.next_offset is None else write_cursor(page.next_offset),
        total=page.total,
        by_severity=page.by_severity,
        anomalies=page.anomalies,
        rows=page.rows,
        verdicts=verdicts,
    )


def _drawn(service: Service, what: tuple[Any, ...], part: str, *, summary: Summary) -> Markup:
    """Draw a part of the page that is the same for everybody who asks for it, once."""
    scan, finished, query, page = what
    told = repr((part, scan, finished, query.model_dump_json(), page.as_asked, page.rows.verdicts))
    key = hashlib.sha256(told.encode()).hexdigest()
    kept = service.answers.get(key)
    if kept is None:
        given = {"page": page.rows, "summary": summary, "days": spans_days(summary), "when": when, "message": message}
        if part == "scan_data.html.j2":
            given["rows"] = page.rows.model_dump(mode="json")
        kept = environment().get_template(part).render(**given).encode()
        service.answers.put(key, kept)
    return Markup(kept.decode())  # noqa: S704 - drawn by a template, which escapes


def _uploads(desk: Desk[Asker], scan: str) -> list[str]:
    read = select(tables.ScanUpload.upload_id).where(
        tables.ScanUpload.scan_id == scan, tables.ScanUpload.baseline.is_(False)
    )
    return list(desk.db.scalars(read.order_by(tables.ScanUpload.place)))


def _cards(desk: Desk[Asker], scan: str, found: Findings) -> list[dict[str, Any]]:
    """Lay what was found beside what people did about it."""
    query = select(tables.Incident).where(tables.Incident.scan_id == scan)
    kept = {one.details.get("number"): one for one in desk.db.scalars(query)}
    names = incidents.people(desk, {one.owner_id for one in kept.values() if one.owner_id})
    return [
        card(one, found.summary.noun, mine, names.get(mine.owner_id or "") if mine else None)
        for one in found.incidents()
        for mine in [kept.get(one.number)]
    ]


def _told(desk: Desk[Asker], scan: tables.Scan, summary: Summary) -> dict[str, Any]:
    """Give what the page's scripts need to know from the beginning."""
    return {
        "id": scan.id,
        "name": summary.name,
        "noun": summary.noun,
        "timed": summary.timed,
        "days": spans_days(summary),
        "rows": summary.rows,
        "anomalies": summary.anomalies,
        "templates": summary.templates,
        "compared": summary.new_templates is not None,
        "against": summary.against,
        "sources": list(summary.sources[:200]),
        "fields": list(summary.fields[:200]),
        "labelled": summary.labelled,
        "measured": summary.labelled or _evaluated(desk, scan.id),
        "seed": summary.seed,
        "may": {"judge": may(desk.asker.role, "analyst")},
        "me": {"id": desk.asker.user_id, "name": desk.asker.name},
        "highest": summary.highest,
        "cut": summary.threshold.score,
    }


def _evaluated(desk: Desk[Asker], scan: str) -> bool:
    done = (tables.Evaluation.scan_id == scan, tables.Evaluation.state == "done", tables.Evaluation.kind == "evaluate")
    return desk.db.scalar(select(tables.Evaluation.id).where(*done).limit(1)) is not None


def _unfinished(desk: Desk[Asker], request: Request, scan: tables.Scan) -> Response:
    job = desk.db.get(tables.Job, scan.job_id) if scan.job_id else None
    sent = _uploads(desk, scan.id)
    return render(
        request,
        "scan_unfinished.html.j2",
        shell=shell_of(desk, "scans"),
        scan=scan,
        job=job,
        facts=[[counted(len(sent), "file")], ["detector ", ("code", str(scan.request.get("detector") or "auto"))]],
        judge=may(desk.asker.role, "analyst"),
        steps=STAGES,
        again="/scans/new?" + urlencode([("upload", one) for one in sent]),
        told={"id": scan.id, "job": scan.job_id, "state": scan.state, "steps": STAGES},
    )
