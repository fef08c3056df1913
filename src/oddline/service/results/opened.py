"""One row opened: its lines before and after, what it is like, why it is odd and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from oddline.core.errors import UsageError
from oddline.outputs._hostile import terminal
from oddline.outputs._words import beside, headline, slots
from oddline.service.results._findings_json import incident, reasons
from oddline.service.results._nearest import Nearest, nearest
from oddline.service.results._scan import Scan, severity_named
from oddline.service.results.rows import Row, made
from oddline.service.results.summary import Piece, pieces_of
from oddline.service.results.why import Why, in_words, why_of

MOST_AROUND = 500
"""Events before or after at most."""

OWN_LINES, OTHER_LINES, OWN_EVENTS = 200, 12, 50
"""Physical lines shown of the opened event and of another one; events shown of a window."""

LETTERS, LINE = 20_000, 2_000
"""Characters of the opened text, and of one line."""


@dataclass(frozen=True)
class Line:
    """One physical line. ``here``: it is of the opened row; ``more``: lines of its event that are left out after it."""

    number: int
    text: str
    severity: str | None
    odd: bool
    row: int
    source: str
    here: bool = False
    more: int = 0


@dataclass(frozen=True)
class TemplateOf:
    """The template of a row, and how often it stands here and in the baseline."""

    number: int
    pieces: tuple[Piece, ...]
    count: int
    before: int | None
    change: str | None


@dataclass(frozen=True)
class IncidentOf:
    """The incident of a row, named."""

    number: int
    fingerprint: str
    title: tuple[Piece, ...]
    severity: str


@dataclass(frozen=True)
class OpenedRow:
    """All that is known of one row; ``older`` and ``newer`` are its neighbours in the input."""

    row: Row
    lines: tuple[Line, ...]
    has_before: bool
    has_after: bool
    events: tuple[Line, ...]
    events_total: int
    template: TemplateOf | None
    nearest: Nearest | None
    reasons: tuple[Why, ...]
    surprise_words: str
    incident: IncidentOf | None
    older: int | None
    newer: int | None
    fields: dict[str, str]


def open_row(scan: Scan, row: int, before: int, after: int) -> OpenedRow:
    """Open a row.

    Raises
    ------
    UsageError
        If there is no such row.
    """
    scan.check_row(row)
    events = scan.events_of(row)
    first, last = _span(scan, row, before, after)
    told = made(scan, np.array([row]), scan.summary.fields, LETTERS)[0]
    known = scan.anomaly(row)
    why = beside(known["template"], reasons(known["reasons"])) if known else ()
    source = int(scan.of_event("source")[scan.head(row)])
    return OpenedRow(
        row=told,
        lines=around(scan, row, before, after),
        has_before=first > 0 and int(scan.of_event("source")[first - 1]) == source,
        has_after=last < scan.events and int(scan.of_event("source")[last]) == source,
        events=_events(scan, row, events[:OWN_EVENTS].tolist()) if len(events) > 1 else (),
        events_total=len(events),
        template=_template(scan, told.template),
        nearest=nearest(scan, row),
        reasons=tuple(map(why_of, why)),
        surprise_words=in_words(told.surprise, scan.summary.noun),
        incident=_incident(scan, told.incident),
        older=row - 1 if row else None,
        newer=row + 1 if row + 1 < scan.rows else None,
        fields=told.fields,
    )


def around(scan: Scan, row: int, before: int, after: int) -> tuple[Line, ...]:
    """Give the lines of so many events before and after the first one of a row, in its own source."""
    scan.check_row(row)
    first, last = _span(scan, row, before, after)
    return tuple(line for event in range(first, last) for line in _lines(scan, event, row))


def _span(scan: Scan, row: int, before: int, after: int) -> tuple[int, int]:
    for asked in (before, after):
        if not 0 <= asked <= MOST_AROUND:
            raise UsageError(f"{asked} lines around", expected=f"0 to {MOST_AROUND}")
    event, source = scan.head(row), scan.of_event("source")
    first, last = max(0, event - before), min(scan.events, event + after + 1)
    while source[first] != source[event]:
        first += 1
    while source[last - 1] != source[event]:
        last -= 1
    return first, last


def _events(scan: Scan, row: int, events: list[int]) -> tuple[Line, ...]:
    return tuple(line for event in events for line in _lines(scan, event, row))


def _lines(scan: Scan, event: int, opened: int) -> list[Line]:
    """Cut an event into its physical lines; a window is odd at its first event, as in the report."""
    row = scan.row_of(event)
    odd = severity_named(int(scan.column("severity")[row])) if event == scan.head(row) else None
    parts = scan.texts("text").beginning(event, LETTERS).split("\n")
    most = OWN_LINES if row == opened else OTHER_LINES
    number, whole = int(scan.of_event("line")[event]), int(scan.column("event.lines")[event])
    source = scan.summary.sources[int(scan.of_event("source")[event])]
    shown = [
        Line(number + place, terminal(part, LINE), odd, odd is not None, row, source, row == opened)
        for place, part in enumerate(parts[:most])
    ]
    left_out = max(len(parts), whole) - len(shown)
    return [*shown[:-1], replace(shown[-1], more=left_out)] if left_out > 0 else shown


def _template(scan: Scan, number: int | None) -> TemplateOf | None:
    if number is None:
        return None
    found = scan.template_table.filter(pl.col("number") == number)
    text, count, before, change = found.select("text", "count", "before", "change").row(0)
    return TemplateOf(number, pieces_of(slots(terminal(text))), count, before, change)


def _incident(scan: Scan, number: int | None) -> IncidentOf | None:
    if number is None:
        return None
    noun = incident(scan.incident(number))
    return IncidentOf(number, noun.fingerprint, pieces_of(headline(noun)[0]), noun.severity)
