"""A scan as a row of a list: done, running, or stopped with the remedy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from oddline.service.acts.scan_list import ScanLine
from oddline.service.db.tables import Job
from oddline.web import _filters as words

__all__ = ["STAGES", "ScanRow", "scan_row", "stage_words"]

STAGES = {
    "": "Starting",
    "fetch": "Fetching",
    "read": "Reading",
    "templates": "Finding templates",
    "features": "Measuring",
    "detect": "Scoring",
    "explain": "Explaining",
    "tune": "Trying",
    "measure": "Comparing with labels",
    "results": "Writing results",
    "store": "Storing",
}


@dataclass(frozen=True)
class ScanRow:
    """What a template needs of a scan."""

    id: str
    title: str
    state: str
    created: datetime
    by: str
    lines: int | None = None
    noun: str = "line"
    tally: dict[str, int] = field(default_factory=dict)
    volume: list[float] = field(default_factory=list)
    odd: dict[int, str] = field(default_factory=dict)
    open: int = 0
    job: str | None = None
    stage: str = ""
    share: float = 0.0
    left: str = ""
    problem: str = ""
    hint: str = ""
    uploads: tuple[str, ...] = ()
    detector: str = ""
    against: str = ""


def scan_row(line: ScanLine, now: datetime) -> ScanRow:
    """Put a scan into the words of a list."""
    scan, job = line.scan, line.job
    summary = scan.summary or {}
    spark = summary.get("spark") or {}
    problem = (job.problem if job else None) or {}
    return ScanRow(
        id=scan.id,
        title=scan.title,
        state=scan.state,
        created=scan.created,
        by=line.by or "",
        lines=summary.get("events"),
        noun=str(summary.get("noun", "line")),
        tally=dict(summary.get("incidents_by_severity") or {}),
        volume=list(spark.get("volume") or []),
        odd={place: name for place, name in enumerate(spark.get("worst") or []) if name},
        open=line.open,
        job=scan.job_id,
        stage=stage_words(scan.state, job.stage if job else ""),
        share=job.share if job else 0.0,
        left=time_left(job, now),
        problem=_sentence(str(problem.get("title", ""))),
        hint=_sentence(str(problem.get("hint", ""))),
        uploads=tuple(str(one) for one in scan.request.get("uploads", [])),
        detector=str(summary.get("detector") or scan.request.get("detector") or "automatic"),
        against=str(summary.get("against") or ""),
    )


def stage_words(state: str, stage: str) -> str:
    """Say what a job is doing.

    Examples
    --------
    >>> stage_words("queued", ""), stage_words("running", "detect"), stage_words("running", "polish")
    ('Waiting', 'Scoring', 'Polish')
    """
    return "Waiting" if state == "queued" else STAGES.get(stage, stage.capitalize())


def time_left(job: Job | None, now: datetime) -> str:
    """Guess how long a job still takes, from how far it came since it was started."""
    if job is None or job.state != "running" or job.started is None or job.share < 0.05:
        return ""
    passed = (now - job.started).total_seconds()
    return f"{words.duration(max(1, round(passed / job.share * (1 - job.share))))} left"


def _sentence(text: str) -> str:
    """Begin with a capital, end with a stop."""
    text = text.strip()
    return text and text[:1].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")
