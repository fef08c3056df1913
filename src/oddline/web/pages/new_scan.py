"""New scan: one page, five answers that are filled in already."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from oddline.service.acts import catalogue
from oddline.service.acts.choices import Choices, choices
from oddline.service.db.tables import Model, Scan, Upload
from oddline.service.door import AnyDesk, Door
from oddline.service.settings import Settings
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
WINDOWS = (
    ("", "What suits the file"),
    ("line", "Each line"),
    ("row", "Each row"),
    ("session", "Each session"),
    ("time:5m", "5 minutes"),
    ("time:1h", "1 hour"),
    ("count:20", "20 lines"),
)


@door.get("/scans/new", access="analyst")
def new_scan(
    desk: AnyDesk,
    request: Request,
    upload: Annotated[list[str] | None, Query(max_length=100)] = None,
    baseline: str = "",
    detector: str = catalogue.AUTO,
) -> Response:
    """Show the page; uploads, baseline and detector can be chosen in its address."""
    found = choices(desk)
    all_of_them = [one for one in catalogue.detectors() if not one.zero_config]
    known = {one.id: one for one in found.uploads}
    chosen = [_upload(known[name]) for name in upload or [] if name in known]
    return render(
        request,
        "new_scan.html.j2",
        shell=shell_of(desk, "scans"),
        keeps=_keeps(desk.service.settings),
        most=words.size(desk.service.settings.limits.upload_bytes),
        front=[one for one in all_of_them if one.featured],
        rest=[one for one in all_of_them if not one.featured],
        detector=detector if detector in {one.name for one in all_of_them} else catalogue.AUTO,
        windows=WINDOWS,
        formats=[(one.name, one.summary) for one in catalogue.plugins("formats").items],
        found=found,
        baselines=_baselines(found),
        baseline=_chosen(found, baseline),
        told={"uploads": chosen, "pace": found.pace, "most": desk.service.settings.limits.upload_bytes},
    )


def _keeps(settings: Settings) -> str:
    days = settings.upload_days
    if not days:
        return "They stay in this workspace until somebody deletes them."
    return f"They stay in this workspace and are deleted after {days} days."


def _upload(upload: Upload) -> dict[str, Any]:
    return {"id": upload.id, "name": upload.name, "size": upload.size, "state": upload.state}


def _baselines(found: Choices) -> dict[str, list[tuple[str, str]]]:
    return {
        "scan": [(one.id, scan_words(one)) for one in found.scans],
        "upload": [
            (one.id, f"{one.name} · {words.size(one.size)} · {words.date(one.created)}") for one in found.uploads
        ],
        "model": [(one.id, model_words(one)) for one in found.models],
    }


def _chosen(found: Choices, baseline: str) -> tuple[str, str]:
    """Read ``kind:id`` of the address; what there is not counts as none."""
    kind, _, name = baseline.partition(":")
    there: dict[str, list[Any]] = {"scan": found.scans, "upload": found.uploads, "model": found.models}
    return (kind, name) if name in {one.id for one in there.get(kind, [])} else ("none", "")


def scan_words(scan: Scan) -> str:
    """Put a scan into one line, as a list to choose from shows it."""
    summary = scan.summary or {}
    read = words.counted(int(summary.get("events", 0)), str(summary.get("noun", "line")))
    odd = int(summary.get("anomalies", 0))
    return f"{scan.title} · {words.date(scan.created)} · {read} · {odd:,} odd"


def model_words(model: Model) -> str:
    """Put a model into one line."""
    card = model.card or {}
    learnt = card.get("events")
    return f"{model.name} · {words.date(model.created)}" + (f" · learnt from {learnt:,} lines" if learnt else "")
