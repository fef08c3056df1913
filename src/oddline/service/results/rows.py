"""The table of rows: filtered, sorted, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.errors import UsageError
from oddline.core.nouns import Reason
from oddline.core.schema import LEVELS, SEVERITIES
from oddline.outputs._hostile import terminal, visible
from oddline.outputs._words import beside, reason_in_words
from oddline.service.results._columns import NO_TIME
from oddline.service.results._findings_json import reasons
from oddline.service.results._orders import in_order
from oddline.service.results._query import meeting, of_severities, without_switches
from oddline.service.results._scan import Scan, moment, severity_named
from oddline.service.results.filters import Filter

Ints = npt.NDArray[Any]

MOST = 1000
"""Rows of a page at most."""

LETTERS = 2_000
"""Characters of a row's text in a list."""

SAID = 300
"""Characters of a reason in a list."""


@dataclass(frozen=True)
class Row:
    """One scored row. ``text`` is safe to show and may be cut; ``letters`` is its whole length in bytes.

    ``why`` is the strongest reason, ``reasons`` all of them in words. ``fields`` has the further columns asked for.
    """

    row: int
    source: str
    line: int
    lines: int
    key: str | None
    ts: datetime | None
    score: float | None
    surprise: float | None
    anomaly: bool
    severity: str | None
    confidence: float | None
    template: int | None
    text: str
    letters: int
    reasons: str
    why: str
    more_reasons: int
    incident: int | None
    level: str | None
    label: str | None
    fields: dict[str, str]


@dataclass(frozen=True)
class RowPage:
    """A page of rows. ``total`` counts all that meet the filter.

    ``by_severity`` and ``anomalies`` count the odd rows that meet it when its severities are left aside: the figures
    on the switches.
    """

    items: tuple[Row, ...]
    total: int
    next_offset: int | None
    by_severity: dict[str, int]
    anomalies: int
    rows: int


def page_of_rows(
    scan: Scan,
    filter: Filter,  # noqa: A002
    sort: str,
    offset: int,
    limit: int,
    fields: tuple[str, ...],
) -> RowPage:
    """Answer one page."""
    check_page(offset, limit)
    found, counts = chosen(scan, filter, sort)
    rows = found[offset : offset + limit]
    return RowPage(
        items=tuple(made(scan, np.asarray(rows), fields)),
        total=len(found),
        next_offset=offset + limit if offset + limit < len(found) else None,
        by_severity={name: int(counts[SEVERITIES.index(name)]) for name in reversed(SEVERITIES)},
        anomalies=int(counts.sum()),
        rows=scan.rows,
    )


def check_page(offset: int, limit: int) -> None:
    """Refuse a page that cannot be."""
    if offset < 0:
        raise UsageError(f"offset {offset}", expected="0 or more")
    if not 1 <= limit <= MOST:
        raise UsageError(f"limit {limit}", expected=f"1 to {MOST:,}")


def chosen(scan: Scan, filter: Filter, sort: str) -> tuple[Ints, Ints]:  # noqa: A002
    """Give the rows that meet a filter, in order, and how many odd ones of each severity there would be."""
    unknown = _telling_nothing(scan, sort.removeprefix("-"))
    order = in_order(scan.folder, sort, unknown)
    severity = scan.column("severity")
    if filter.everything:
        return order, _by_severity(severity)
    mask = meeting(scan, without_switches(filter))
    counts = _by_severity(severity[mask])
    if filter.severities:
        mask &= of_severities(scan, filter.severities)
    return order[mask[order]], counts


def _telling_nothing(scan: Scan, name: str) -> int:
    if name == "time":
        return int((scan.column("ts") == NO_TIME).sum())
    return int((scan.column("severity") < 0).sum()) if name == "severity" else 0


def _by_severity(severity: Ints) -> Ints:
    return np.bincount(severity[severity >= 0], minlength=len(SEVERITIES))


def made(scan: Scan, rows: Ints, fields: tuple[str, ...] = (), letters: int = LETTERS) -> list[Row]:
    """Put rows together out of the columns."""
    events = np.asarray(scan.heads(rows))
    labels = scan.labels(rows)
    more = scan.fields(events, fields)
    return [
        _row(scan, row, event, label, extra, letters)
        for row, event, label, extra in zip(rows.tolist(), events.tolist(), labels, more, strict=True)
    ]


def _row(scan: Scan, row: int, event: int, label: str | None, fields: dict[str, str], letters: int) -> Row:
    texts = scan.texts("text")
    told = scan.anomaly(row) if scan.column("severity")[row] >= 0 else None
    why = beside(told["template"], reasons(told["reasons"])) if told else ()
    level = int(scan.column("level")[row])
    return Row(
        row=row,
        source=scan.summary.sources[int(scan.column("source")[row])],
        line=int(scan.column("line")[row]),
        lines=int(scan.column("event.lines")[event]) if len(scan.events_of(row)) == 1 else lines_of(scan, row),
        key=terminal(scan.texts("key").beginning(row, SAID), SAID) or None if scan.keyed else None,
        ts=moment(scan.column("ts")[row]),
        score=number(scan.column("score")[row]),
        surprise=number(scan.column("surprise")[row]),
        anomaly=told is not None,
        severity=severity_named(int(scan.column("severity")[row])),
        confidence=number(scan.column("confidence")[row]),
        template=int(scan.column("template")[row]) or None,
        text=visible(texts.beginning(event, letters)),
        letters=texts.size(event),
        reasons="; ".join(_said(reason) for reason in why),
        why=_said(why[0]) if why else "",
        more_reasons=max(0, len(why) - 1),
        incident=_number_of(scan, row),
        level=LEVELS[level] if level >= 0 else None,
        label=label,
        fields={name: terminal(value, SAID) for name, value in fields.items()},
    )


def lines_of(scan: Scan, row: int) -> int:
    """Count the physical lines of a row."""
    return int(scan.column("event.lines")[scan.events_of(row)].sum())


def number(value: Any) -> float | None:
    """Give a number that JSON can hold."""
    return float(value) if np.isfinite(value) else None


def _number_of(scan: Scan, row: int) -> int | None:
    incident = int(scan.column("incident")[row])
    return incident if incident >= 0 else None


def _said(reason: Reason) -> str:
    return terminal(reason_in_words(reason), SAID)
