"""A job as a row of a list, and as a card while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from oddline.service.schemas.jobs import JobShown
from oddline.web import _filters as words
from oddline.web.pages._scan_row import stage_words

__all__ = ["KINDS", "JobRow", "job_row"]

KINDS = {"scan": "Scan", "fit": "Fit", "evaluate": "Evaluation", "tune": "Search of parameters", "clean": "Clean-up"}
PLACES = {"scan": "/scans/{}", "fit": "/models/{}"}
SHORT = {
    "fetch": "Fetch",
    "read": "Read",
    "templates": "Templates",
    "features": "Measure",
    "detect": "Score",
    "explain": "Explain",
    "tune": "Try",
    "measure": "Compare",
    "results": "Results",
    "store": "Store",
}


@dataclass(frozen=True)
class JobRow:
    """What a template needs of a job."""

    id: str
    kind: str
    title: str
    href: str
    state: str
    stage: str
    share: float
    left: str
    by: str
    when: datetime
    took: str
    attempt: int
    can: tuple[str, ...]
    waiting: int
    problem: str = ""
    hint: str = ""
    phases: list[tuple[str, str, str, str]] = field(default_factory=list)


def job_row(job: JobShown, now: datetime) -> JobRow:
    """Put a job into the words of a list."""
    problem: dict[str, Any] = job.problem or {}
    return JobRow(
        id=job.id,
        kind=KINDS.get(job.kind, job.kind.capitalize()),
        title=job.title,
        href=PLACES[job.kind].format(job.subject) if job.kind in PLACES and job.subject else "",
        state=job.state,
        stage=stage_words(job.state, job.stage),
        share=job.share,
        left=_left(job, now),
        by=job.user_name or "",
        when=job.finished or job.started or job.created,
        took=words.duration((job.finished - job.started).total_seconds()) if job.finished and job.started else "",
        attempt=job.attempt,
        can=tuple(job.can),
        waiting=job.waiting or 0,
        problem=_sentence(str(problem.get("title") or "")),
        hint=_sentence(str(problem.get("hint") or "")),
        phases=phases(job),
    )


def phases(job: JobShown) -> list[tuple[str, str, str, str]]:
    """Say of each step whether it is done, under way, or to come."""
    at = job.stages.index(job.stage) if job.stage in job.stages else -1
    if job.state == "done":
        at = len(job.stages)
    told = []
    for place, name in enumerate(job.stages):
        state = "done" if place < at else "now" if place == at else "next"
        note = {"done": "done", "now": "under way", "next": "next"}[state]
        told.append((name, SHORT.get(name, name.capitalize()), note, state))
    return told


def _left(job: JobShown, now: datetime) -> str:
    if job.state != "running" or job.started is None or job.share < 0.05:
        return ""
    passed = (now - job.started).total_seconds()
    return f"{words.duration(max(1, round(passed / job.share * (1 - job.share))))} left"


def _sentence(text: str) -> str:
    text = text.strip()
    return text and text[:1].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")
