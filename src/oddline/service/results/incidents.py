"""The incidents of a scan, the worst first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from oddline.outputs._clock import Clock, joined, lasting
from oddline.outputs._hostile import terminal, visible
from oddline.outputs._words import beside, headline, reasons_in_words
from oddline.service.results import _findings_json
from oddline.service.results._scan import Scan
from oddline.service.results.summary import Piece, pieces_of
from oddline.service.results.why import Why, why_of

LETTERS = 500
"""Characters of a first line."""

NAME = 300
"""Characters of a title."""


@dataclass(frozen=True)
class Incident:
    """Odd rows that tell one story; ``number`` is its place in this scan, ``fingerprint`` knows it again in another.

    ``when`` and ``lasted`` are for people, empty where no time is told. ``said`` has the reasons that stand beside the
    title in words. ``first_row`` and ``worst_row`` can be opened.
    """

    number: int
    fingerprint: str
    title: tuple[Piece, ...]
    name: str
    severity: str
    score: float
    surprise: float
    source: str
    line: int
    last_line: int
    count: int
    opened: datetime | None
    last_seen: datetime | None
    when: str
    lasted: str
    reasons: tuple[Why, ...]
    said: str
    first_text: str
    first_row: int | None
    worst_row: int | None
    templates: tuple[int, ...]


def incidents(scan: Scan, offset: int = 0, limit: int | None = None) -> list[Incident]:
    """Give incidents, the worst first."""
    total = len(scan.texts("incidents"))
    last = total if limit is None else min(total, offset + limit)
    return [incident(scan, number) for number in range(offset, last)]


def incident(scan: Scan, number: int) -> Incident:
    """Give one incident.

    Raises
    ------
    UsageError
        If there is none of that number.
    """
    told = scan.incident(number)
    noun = _findings_json.incident(told)
    title, reasons = headline(noun, NAME)
    pieces = pieces_of(title)
    first = told["first_row"]
    text = "" if first is None else _shown_by(scan, first).partition("\n")[0]
    return Incident(
        number=number,
        fingerprint=noun.fingerprint,
        title=pieces,
        name="".join(piece.text for piece in pieces),
        severity=noun.severity,
        score=noun.score,
        surprise=noun.surprise,
        source=visible(noun.source),
        line=noun.line,
        last_line=noun.last_line,
        count=noun.count,
        opened=noun.opened,
        last_seen=noun.last_seen,
        when="" if noun.opened is None else joined(_clock(scan).when(noun.opened, noun.last_seen)),
        lasted=_lasted(noun.opened, noun.last_seen),
        reasons=tuple(map(why_of, beside(noun.title, noun.reasons))),
        said=terminal(reasons_in_words(reasons), LETTERS).removeprefix(": "),
        first_text=terminal(text, LETTERS),
        first_row=first,
        worst_row=told["worst_row"],
        templates=tuple(told["templates"]),
    )


def _shown_by(scan: Scan, row: int) -> str:
    """Give the beginning of what an odd row is shown by: its first line, or the line of a window that tells."""
    own = (scan.anomaly(row) or {}).get("text")
    return scan.texts("text").beginning(scan.head(row), LETTERS) if own is None else own[:LETTERS]


def _clock(scan: Scan) -> Clock:
    first, last = scan.summary.first, scan.summary.last
    if first is None or last is None:
        return Clock(dated=False, seconds=False)
    return Clock.spanning(first, last)


def _lasted(first: datetime | None, last: datetime | None) -> str:
    span = last - first if first is not None and last is not None else timedelta(0)
    return lasting(span) if span >= timedelta(seconds=1) else ""
