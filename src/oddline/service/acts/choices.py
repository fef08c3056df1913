"""What a new scan can be chosen from: earlier scans, uploads, models, and how fast scans were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from oddline.service.asker import Asker
from oddline.service.db.tables import Model, Scan, Upload
from oddline.service.door import Desk

__all__ = ["Choices", "choices"]

MOST = 200


@dataclass(frozen=True)
class Choices:
    """What there is in a workspace, newest first.

    Parameters
    ----------
    scans
        Finished scans, each of which can be a baseline.
    uploads
        Complete uploads.
    models
        Models that can judge.
    pace
        Events a second of recent scans, by detector; the median is the guess for the next one.
    """

    scans: list[Scan]
    uploads: list[Upload]
    models: list[Model]
    pace: dict[str, float]


def choices(desk: Desk[Asker]) -> Choices:
    """Find what a new scan of the asker's workspace can be chosen from."""
    scans = list(_newest(desk, Scan, Scan.state == "done"))
    return Choices(
        scans=scans,
        uploads=list(_newest(desk, Upload, Upload.state == "complete")),
        models=list(_newest(desk, Model, Model.state == "done")),
        pace=pace([scan.summary for scan in scans if scan.summary]),
    )


def pace(summaries: list[dict[str, Any]]) -> dict[str, float]:
    """Give the events a second that scans took by detector: the median of what was measured.

    Examples
    --------
    >>> pace([{"detector": "odd_lines", "events": 1000, "seconds": 0.5}, {"detector": "knn", "seconds": 0}])
    {'odd_lines': 2000.0}
    """
    measured: dict[str, list[float]] = {}
    for summary in summaries:
        seconds = float(summary.get("seconds") or 0)
        if seconds > 0:
            measured.setdefault(str(summary.get("detector")), []).append(float(summary.get("events") or 0) / seconds)
    return {name: sorted(rates)[len(rates) // 2] for name, rates in measured.items()}


def _newest(desk: Desk[Asker], table: Any, *conditions: Any) -> Any:
    query = select(table).where(table.workspace_id == desk.asker.workspace_id, *conditions)
    return desk.db.scalars(query.order_by(table.id.desc()).limit(MOST))
