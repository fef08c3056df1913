"""A model as a row of a list, and its card in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oddline.service.acts.model_list import ModelLine
from oddline.web import _filters as words
from oddline.web.pages._scan_row import stage_words, time_left

__all__ = ["ModelRow", "card_rows", "model_row"]


@dataclass(frozen=True)
class ModelRow:
    """What a template needs of a model."""

    id: str
    name: str
    state: str
    detector: str
    learnt: str
    size: int | None
    when: datetime
    by: str
    job: str | None
    stage: str
    share: float
    left: str
    problem: str
    hint: str


def model_row(line: ModelLine, now: datetime) -> ModelRow:
    """Put a model into the words of a list."""
    model, job = line.model, line.job
    card: dict[str, Any] = model.card or {}
    problem: dict[str, Any] = (job.problem if job else None) or {}
    return ModelRow(
        id=model.id,
        name=model.name,
        state=model.state,
        detector=str(card.get("detector") or model.request.get("detector") or "automatic"),
        learnt=_learnt(card),
        size=line.size,
        when=model.finished or model.created,
        by=line.by or "",
        job=model.job_id,
        stage=stage_words(model.state, job.stage if job else ""),
        share=job.share if job else 0.0,
        left=time_left(job, now),
        problem=_sentence(str(problem.get("title") or "")),
        hint=_sentence(str(problem.get("hint") or "")),
    )


def card_rows(card: dict[str, Any]) -> list[tuple[str, str]]:
    """Put the card of a bundle into rows of names and words; what it does not know is left out."""
    data: dict[str, Any] = card.get("data") or {}
    libraries: dict[str, Any] = card.get("libraries") or {}
    known = [
        ("Detector", card.get("detector")),
        ("Judges", _window(card.get("window"))),
        ("Learnt from", _learnt(card)),
        ("From", _day(data.get("from"))),
        ("To", _day(data.get("to"))),
        ("Templates", words.number(card["templates"]) if isinstance(card.get("templates"), int) else None),
        ("Made by Oddline", card.get("oddline")),
        ("With", ", ".join(f"{name} {version}" for name, version in libraries.items())),
        ("Id of the bundle", card.get("id")),
    ]
    return [(name, str(value)) for name, value in known if value]


def _learnt(card: dict[str, Any]) -> str:
    events = (card.get("data") or {}).get("events")
    return words.counted(int(events), "event") if isinstance(events, int | float) else ""


def _window(window: Any) -> str:
    name = window.get("name", "") if isinstance(window, dict) else str(window or "")
    return f"each {name}" if name in {"line", "row", "session"} else name


def _day(moment: Any) -> str:
    if not isinstance(moment, str):
        return ""
    try:
        return words.full(datetime.fromisoformat(moment))
    except ValueError:
        return moment


def _sentence(text: str) -> str:
    text = text.strip()
    return text and text[:1].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")
