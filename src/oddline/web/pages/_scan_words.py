"""A scan in the words of its page: facts of the head, the verdict, incidents as cards, when a row was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from oddline.core.errors import OddlineError
from oddline.core.schema import SEVERITIES
from oddline.service.acts import catalogue
from oddline.service.db import tables
from oddline.service.results.incidents import Incident
from oddline.service.results.rows import Row
from oddline.service.results.summary import Summary
from oddline.web import _filters as words

__all__ = [
    "card",
    "detector_title",
    "facts",
    "message",
    "pieces",
    "reason_pieces",
    "rest_in_words",
    "shown_first",
    "spans_days",
    "warnings",
    "when",
]

_STAMP = re.compile(
    r"\[?(?:\d{4}[-/]\d\d[-/]\d\d|[A-Z][a-z]{2} +\d{1,2})[T ]+\d\d:\d\d:\d\d"
    r"(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?(?:\s+|,)"
)
_NUMBER_FIRST = re.compile(r"([\d,]+(?:\.\d+)?)( .*)", re.DOTALL)
SHOWN = 400
"""Letters of a line in the table."""

MOST_CARDS = 200
FIRST_CARDS = 4
"""Cards that stand open; the rest is one press away."""

Pieces = list[str | tuple[str, ...]]


def pieces(parts: Iterable[Any]) -> Pieces:
    """Give pieces of a sentence as the macros take them; what is from the log stays in one code each.

    Examples
    --------
    >>> from oddline.service.results.summary import Piece
    >>> pieces([Piece("code", "to "), Piece("slot", "<IP>"), Piece("text", ", twice")])
    [('pattern', 'to <IP>'), ', twice']
    """
    told: Pieces = []
    for part in parts:
        if part.kind == "text":
            told.append(part.text)
        elif told and isinstance(told[-1], tuple):
            told[-1] = ("pattern", told[-1][1] + part.text)
        else:
            told.append(("pattern", part.text))
    return told


def reason_pieces(said: str) -> Pieces:
    """Let the number step out with which a reason begins.

    Examples
    --------
    >>> reason_pieces("188 in 5 min, expected ≤ 2")
    [('b', '188'), ' in 5 min, expected ≤ 2']
    >>> reason_pieces("New template")
    ['New template']
    """
    found = _NUMBER_FIRST.fullmatch(said)
    return [("b", found[1]), found[2]] if found else [said]


def facts(summary: Summary, scan: tables.Scan) -> list[Pieces]:
    """Say what was read and how it was judged."""
    warned = any(item.warnings for item in summary.inputs)
    one_a_line = summary.rows == summary.events and summary.lines <= summary.events + 1  # a table has a head
    read = words.counted(summary.events, summary.noun if one_a_line else "event")
    told: list[Pieces] = [[summary.format]] if summary.format else []
    told.append(
        [
            read
            + ("" if one_a_line else f" in {words.counted(summary.lines, 'line')}")
            + ("" if warned else ", all read")
        ]
    )
    if summary.rows != summary.events:
        told.append([f"{words.counted(summary.rows, summary.noun)} judged"])
    if summary.templates:
        told.append([words.counted(summary.templates, "template")])
    if summary.against:
        told.append(["against ", _baseline(summary.against, scan.request.get("baseline"))])
    told.append(["detector ", detector_title(summary.detector)])
    told.append([summary.threshold.words])
    return [*told, ["times in UTC"]] if summary.timed else told


def detector_title(name: str) -> str:
    """Call a detector as the page of a new scan does.

    Examples
    --------
    >>> detector_title("isolation_forest"), detector_title("of_my_own")
    ('Isolation Forest', 'of_my_own')
    """
    try:
        return catalogue.detector(name).title
    except OddlineError:
        return name


def _baseline(name: str, asked: Any) -> str | tuple[str, ...]:
    chosen = asked if isinstance(asked, Mapping) else {}
    if chosen.get("scan"):
        return ("link", name, f"/scans/{chosen['scan']}")
    return ("link", name, "/models") if chosen.get("model") else ("b", name)


def warnings(summary: Summary, most: int = 5) -> list[str]:
    """Say what was wrong with the inputs, in a few sentences."""
    many = len(summary.inputs) > 1
    told = [f"{item.path}: {text}" if many else text for item in summary.inputs for text in item.warnings]
    return told if len(told) <= most else [*told[:most], f"and {len(told) - most:,} more"]


def card(one: Incident, noun: str, kept: tables.Incident | None, owner: str | None) -> dict[str, Any]:
    """Put an incident together with what people did about it."""
    return {
        "id": kept.id if kept else "",
        "number": one.number,
        "severity": one.severity,
        "score": one.score,
        "when": one.when or f"{noun} {one.line:,}",
        "lasts": one.lasted,
        "pattern": one.name,
        "title": pieces(one.title),
        "why": reason_pieces(one.said),
        "first": one.first_text,
        "count": one.count,
        "state": kept.state if kept else "open",
        "owner": owner or "",
        "owner_id": (kept.owner_id if kept else "") or "",
    }


def shown_first(cards: list[dict[str, Any]], chosen: int | None) -> int:
    """Tell how many cards stand open: a few, or all up to the one that was chosen."""
    most = next((place + 1 for place, one in enumerate(cards) if one["number"] == chosen), 0)
    return len(cards) if len(cards) <= FIRST_CARDS + 1 else max(FIRST_CARDS, most)


def rest_in_words(cards: list[dict[str, Any]]) -> str:
    """Count the cards that stand folded away, by severity.

    Examples
    --------
    >>> rest_in_words([{"severity": "low"}, {"severity": "medium"}, {"severity": "low"}])
    '1 medium, 2 low'
    """
    found = [one["severity"] for one in cards]
    return ", ".join(f"{found.count(name):,} {name}" for name in reversed(SEVERITIES) if name in found)


def spans_days(summary: Summary) -> bool:
    """Tell whether the time of day alone would be misread."""
    return bool(summary.first and summary.last and summary.first.date() != summary.last.date())


def when(row: Row, *, days: bool) -> str:
    """Say when a row was, as briefly as its scan allows."""
    if row.ts is None:
        return ""
    return f"{row.ts:%m-%d %H:%M:%S}" if days else f"{row.ts:%H:%M:%S}"


def message(row: Row) -> str:
    """Give the first line of a row without its time, which has a column of its own; findings.js does the same.

    Examples
    --------
    >>> from datetime import datetime
    >>> from types import SimpleNamespace
    >>> message(SimpleNamespace(text="2026-11-22 04:56:06.794 UTC [26852] LOG: redo", ts=datetime(2026, 11, 22)))
    '[26852] LOG: redo'
    """
    text = row.text.partition("\n")[0]
    return (_STAMP.sub("", text, count=1) if row.ts and _STAMP.match(text) else text)[:SHOWN]
