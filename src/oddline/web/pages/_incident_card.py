"""An incident as a card of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oddline.service.db.tables import Incident
from oddline.service.db.types import now
from oddline.web import _filters as words

__all__ = ["Card", "card", "since_words"]

STATES = {"open": "", "acknowledged": "acknowledged", "resolved": "resolved", "muted": "muted"}


@dataclass(frozen=True)
class Card:
    """What ``ui.incident`` needs."""

    id: str
    severity: str
    score: float
    when: str
    lasts: str
    source: str
    pattern: str
    why: str | list[Any]
    first: str
    state: str
    scan: str
    number: int
    count: int
    owner: str = ""


def card(incident: Incident, owner: str = "") -> Card:
    """Put an incident into the words of a card."""
    told = incident.details
    return Card(
        id=incident.id,
        severity=incident.severity,
        score=incident.score,
        when=_when(incident),
        lasts=str(told.get("lasted") or ""),
        source=incident.source,
        pattern=incident.title,
        why=_why(incident),
        first=str(told.get("first_text") or ""),
        state=incident.state,
        scan=incident.scan_id,
        number=int(told.get("number", 0)),
        count=incident.count,
        owner=owner,
    )


def _when(incident: Incident) -> str:
    """Give the span in UTC, with the day unless it was today."""
    if incident.opened is None:
        return f"line {incident.line:,}"
    first, last = incident.opened, incident.last_seen or incident.opened
    day = "" if first.date() == now().date() else f"{first.day} {first:%b} "
    if first.date() != last.date():
        return f"{first.day} {first:%b} {words.clock(first)} – {last.day} {last:%b} {words.clock(last)}"  # noqa: RUF001
    begins, ends = words.clock(first), words.clock(last)
    return f"{day}{begins}" if begins == ends else f"{day}{begins} – {ends}"  # noqa: RUF001


def _why(incident: Incident) -> str | list[Any]:
    said = str(incident.details.get("said") or "")
    count = f"{incident.count:,}"
    if not said:
        return [("b", count), " times" if incident.count != 1 else " time"]
    if said.startswith(f"{count} "):
        return [("b", count), said[len(count) :]]
    return said[:1].upper() + said[1:]


def since_words(moment: datetime | None) -> str:
    """Say since when, with the day unless it was today; nothing where no time is known."""
    if moment is None:
        return ""
    day = "" if moment.date() == now().date() else f"{moment.day} {moment:%b}{_year(moment)}, "
    return f"since {day}{words.clock(moment)}"


def _year(moment: datetime) -> str:
    return "" if moment.year == now().year else f" {moment.year}"
