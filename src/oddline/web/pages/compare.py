"""Two scans side by side: where they agree, and what only one of them finds."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from sqlalchemy import select

from oddline.core.errors import OddlineError
from oddline.service.acts.choices import choices
from oddline.service.acts.compare import compare
from oddline.service.acts.findings import findings, scan_of
from oddline.service.asker import Asker
from oddline.service.db.tables import Scan, ScanUpload
from oddline.service.door import AnyDesk, Desk, Door
from oddline.service.errors import Conflict, NotFound
from oddline.service.problems import problem_of
from oddline.service.results.compared import ComparisonSummary
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._compare_figures import figures
from oddline.web.pages._scan_words import detector_title
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
PARTS = ("only_a", "both", "only_b", "neither")


@door.get("/compare", access="viewer")
def compare_page(desk: AnyDesk, request: Request, a: str = "", b: str = "", part: str = "") -> Response:
    """Compare two scans; with one of them, or none, ask for what is missing."""
    if not (a and b):
        return _choose(desk, request, a, b)
    sides = [_side(desk, name) for name in (a, b)]
    try:
        told = compare(desk, a, b).summary
    except (NotFound, Conflict):
        raise
    except OddlineError as error:  # they have nothing in common: choose another one
        return _choose(desk, request, a, b, problem_of(error))
    return render(
        request,
        "compare.html.j2",
        shell=shell_of(desk, "compare"),
        a=sides[0],
        b=sides[1],
        told=told,
        title=_title(sides, told),
        facts=_facts(sides, told),
        figures=figures(told),
        part=part if part in PARTS else _first(told),
        data={
            "a": a,
            "b": b,
            "detectors": [side["detector"] for side in sides],
            "noun": told.noun,
            "labelled": told.metrics_a is not None,
            "parts": _parts(told),
        },
    )


def _side(desk: Desk[Asker], scan_id: str) -> dict[str, Any]:
    """Say what distinguishes a scan from the other one: detector, settings, baseline."""
    scan, summary = scan_of(desk, scan_id), findings(desk, scan_id).summary
    settings = [f"{name} {value}" for name, value in list(summary.settings.items())[:4]]
    return {
        "id": scan.id,
        "title": scan.title,
        "detector": detector_title(summary.detector),
        "anomalies": summary.anomalies,
        "noun": summary.noun,
        "facts": [
            *[[one] for one in settings],
            [summary.threshold.words],
            [f"seed {summary.seed}"],
            [f"against {summary.against}" if summary.against else "by itself"],
            [words.date(scan.created)],
        ],
    }


def _title(sides: list[dict[str, Any]], told: ComparisonSummary) -> str:
    a, b = sides
    if a["title"] != b["title"]:
        return f"{a['title']} against {b['title']}"
    return f"Two {'detectors' if told.a.detector != told.b.detector else 'scans'} on {a['title']}"


def _facts(sides: list[dict[str, Any]], told: ComparisonSummary) -> list[list[Any]]:
    left_out = told.unmatched_a + told.unmatched_b
    facts: list[list[Any]] = [[f"{words.counted(told.rows, told.noun)}, the same for both"]]
    if left_out:
        facts.append([f"{left_out:,} only in one of them, left out"])
    if told.metrics_a is not None:
        facts.append(["labels are known"])
    if told.correlation is not None:
        facts.append([f"rank correlation {told.correlation:.2f}"])
    return facts


def _parts(told: ComparisonSummary) -> dict[str, int]:
    return {name: getattr(told, name) for name in PARTS}


def _first(told: ComparisonSummary) -> str:
    """Begin with what they differ in."""
    counts = _parts(told)
    return next((name for name in ("only_a", "only_b", "both") if counts[name]), "neither")


def _choose(desk: Desk[Asker], request: Request, a: str, b: str, problem: dict[str, Any] | None = None) -> Response:
    scans = choices(desk).scans
    read = _read(desk, [scan.id for scan in scans])
    same = {scan.id for scan in scans if a and read.get(scan.id) and read.get(scan.id) == read.get(a)} - {a}
    ordered = sorted(scans, key=lambda scan: scan.id not in same)
    return render(
        request,
        "compare_choose.html.j2",
        shell=shell_of(desk, "compare"),
        a=a,
        b=b,
        options=[(scan.id, _words(scan)) for scan in scans],
        others=[(scan.id, _words(scan)) for scan in ordered if scan.id != a],
        same=same,
        uploads=sorted(read.get(a, ())),
        problem=problem,
    )


def _read(desk: Desk[Asker], scans: list[str]) -> dict[str, frozenset[str]]:
    """Give the uploads that scans read."""
    query = select(ScanUpload.scan_id, ScanUpload.upload_id).where(
        ScanUpload.scan_id.in_(scans), ScanUpload.baseline.is_(False)
    )
    found: dict[str, set[str]] = {}
    for scan, upload in desk.db.execute(query):
        found.setdefault(scan, set()).add(upload)
    return {scan: frozenset(uploads) for scan, uploads in found.items()}


def _words(scan: Scan) -> str:
    summary = scan.summary or {}
    parts = [scan.title, detector_title(str(summary.get("detector", ""))), f"{int(summary.get('anomalies', 0)):,} odd"]
    return " · ".join([*[part for part in parts if part], f"{words.date(scan.created)}, {words.clock(scan.created)}"])
