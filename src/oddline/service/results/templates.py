"""The templates of a scan: how often, how odd, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from oddline.core.errors import UsageError
from oddline.outputs._hostile import terminal
from oddline.outputs._words import slots
from oddline.service.results._scan import Scan, severity_named
from oddline.service.results._texts import pattern
from oddline.service.results.filters import parse
from oddline.service.results.rows import check_page
from oddline.service.results.summary import Piece, pieces_of

CHANGES = ("new", "gone", "up", "down", "same")
"""What may have become of a template since the baseline."""

SORTS = {
    "score": ("score", "odd", "count"),
    "count": ("count",),
    "change": ("change_rank", "surprise"),
    "first": ("first_seen", "first_event"),
    "last": ("last_seen",),
    "text": ("text",),
}
"""What templates can be sorted by, and by what then."""

LETTERS, EXAMPLE = 2_000, 300


@dataclass(frozen=True)
class Template:
    """One template, or the wording of lines that fit none.

    ``before`` counts lines of the baseline; ``factor`` is its share now over its share then; ``surprise`` -log10 of
    the chance of such a change if there were none. ``odd`` counts odd lines, ``score`` and ``severity`` are the worst.
    ``spark`` has its lines in 24 bars over the scan.
    """

    number: int
    pieces: tuple[Piece, ...]
    text: str
    count: int
    before: int | None
    change: str | None
    factor: float | None
    surprise: float | None
    odd: int
    score: float | None
    severity: str | None
    first_seen: datetime | None
    last_seen: datetime | None
    source: str | None
    first_line: int | None
    first_row: int | None
    example: str
    spark: tuple[int, ...]


@dataclass(frozen=True)
class TemplatePage:
    """A page of templates; ``by_change`` counts those that meet the search, None without a baseline."""

    items: tuple[Template, ...]
    total: int
    next_offset: int | None
    by_change: dict[str, int] | None


def templates(scan: Scan, change: tuple[str, ...], q: str, sort: str, offset: int, limit: int) -> TemplatePage:
    """Answer one page.

    Raises
    ------
    UsageError
        If there is no such change or order.
    """
    check_page(offset, limit)
    for one in change:
        if one not in CHANGES:
            raise UsageError(f"change {one!r}", expected=", ".join(CHANGES))
    table = scan.template_table
    for word in parse(q).words:
        table = table.filter(pl.col("text").str.contains(pattern(word)))
    compared = bool(scan.summary.against)
    counts = dict(table.group_by("change").len().iter_rows())
    if change:
        table = table.filter(pl.col("change").is_in(change))
    table = _sorted(table, sort)
    return TemplatePage(
        items=tuple(_template(scan, told) for told in table.slice(offset, limit).iter_rows(named=True)),
        total=table.height,
        next_offset=offset + limit if offset + limit < table.height else None,
        by_change={name: counts.get(name, 0) for name in CHANGES} if compared else None,
    )


def _sorted(table: pl.DataFrame, sort: str) -> pl.DataFrame:
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        raise UsageError(f"sort {sort!r}", expected=", ".join(SORTS) + "; with - before it, the greatest first")
    rank = pl.col("change").replace_strict(CHANGES, range(len(CHANGES))[::-1], default=None, return_dtype=pl.Int8)
    ranked = table.with_columns(change_rank=rank)
    keys = [*SORTS[name], "number"]
    return ranked.sort(keys, descending=[falling] * (len(keys) - 1) + [False], nulls_last=True, maintain_order=True)


def _template(scan: Scan, told: dict[str, Any]) -> Template:
    text = terminal(told["text"], LETTERS)
    event, source = told["first_event"], told["source"]
    return Template(
        number=told["number"],
        pieces=pieces_of(slots(text)),
        text=text,
        count=told["count"],
        before=told["before"],
        change=told["change"],
        factor=told["factor"],
        surprise=told["surprise"],
        odd=told["odd"],
        score=told["score"],
        severity=severity_named(told["severity"]),
        first_seen=told["first_seen"],
        last_seen=told["last_seen"],
        source=None if source is None else scan.summary.sources[source],
        first_line=told["first_line"],
        first_row=None if event is None else scan.row_of(event),
        example="" if event is None else terminal(scan.texts("text").beginning(event, EXAMPLE)),
        spark=tuple(told["spark"]),
    )
