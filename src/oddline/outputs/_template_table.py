"""Templates as a person reads them in a terminal: what was read, a row a template, what is covered."""

# ruff: noqa: RUF001 - an en dash, a minus and arrows are what people read

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import polars as pl
from rich.cells import cell_len
from rich.text import Text

from oddline.core.nouns import Listing
from oddline.outputs._clock import Clock, joined
from oddline.outputs._hostile import terminal
from oddline.outputs._paper import Paper
from oddline.outputs._words import counted, inputs_in_words, slots

TEMPLATE = 400
"""So many characters of a template are shown."""

NARROW = 30
"""Columns that a template has at least, however narrow the terminal is."""

MARKS = {
    "new": ("+", "green"),
    "gone": ("−", "red"),
    "up": ("↑", "yellow"),
    "down": ("↓", "blue"),
    "same": ("=", "dim"),
}


def paper_for(stream: BinaryIO, encoding: str) -> Paper:
    """Give the paper that suits a stream: wrapped and coloured only where a person looks on."""
    looked_at = stream.isatty()
    coloured = looked_at and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Paper(stream, encoding, coloured, shutil.get_terminal_size().columns if looked_at else None)


def write_listing(
    listing: Listing, paper: Paper, *, most: int, summaries: Mapping[int, pl.DataFrame] | None = None
) -> None:
    """Write the templates, the commonest first; ``summaries`` of their slots by template id stand below each."""
    paper.print(_head(listing))
    table = listing.table.head(most)
    clock = _clock(table)
    rows = [
        (
            f"{row['n']:,}",
            _percent(row["share"]),
            joined(clock.when(row["first_seen"], row["last_seen"])),
            str(row["template_id"]),
        )
        for row in table.iter_rows(named=True)
    ]
    _grid(paper, ("COUNT", "SHARE", "WHEN", "ID"), rows, table, summaries or {})
    if table.height < listing.table.height:
        rest = counted(listing.table.height - table.height, "further template")
        paper.print(Text(f"… and {rest}; --top N, --json and -o list them", "dim"))
    paper.print(Text(""))
    covered = f"{listing.covered:,} of {listing.events:,} events have a template of their own"
    paper.print(Text.assemble((covered, "bold"), f", {_percent(listing.covered / max(listing.events, 1)).strip()}"))


def write_comparison(compared: pl.DataFrame, listing: Listing, paper: Paper, *, most: int) -> None:
    """Write what changed between two logs: new and gone templates, then those more or less frequent."""
    paper.print(_head(listing))
    changed = compared.filter(pl.col("change") != "same")
    shown = changed.head(most)
    rows = [
        (
            f"{MARKS[row['change']][0]} {row['change']}",
            f"{row['before']:,}",
            f"{row['after']:,}",
            _factor(row["factor"]),
            str(row["template_id"]),
        )
        for row in shown.iter_rows(named=True)
    ]
    styles = [MARKS[change][1] for change in shown["change"]]
    _grid(paper, ("CHANGE", "BEFORE", "AFTER", "FACTOR", "ID"), rows, shown, {}, styles)
    if shown.height < changed.height:
        paper.print(
            Text(f"… and {counted(changed.height - shown.height, 'further change')}; --top N shows more", "dim")
        )
    paper.print(Text(""))
    counts = dict(compared["change"].value_counts().iter_rows())
    told = [f"{counts[kind]:,} {word}" for kind, word in _CHANGES.items() if counts.get(kind)]
    paper.print(Text("; ".join(told) or "no templates on either side", "bold"))


_CHANGES = {"new": "new", "gone": "gone", "up": "more frequent", "down": "less frequent", "same": "as before"}


def _grid(
    paper: Paper,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    table: pl.DataFrame,
    summaries: Mapping[int, pl.DataFrame],
    styles: Sequence[str] = (),
) -> None:
    """Write cells, aligned, with the template after them, wrapped to what is left of the line."""
    if not rows:
        return
    widths = [max(cell_len(head), *(cell_len(row[i]) for row in rows)) for i, head in enumerate(heads)]
    left = sum(widths) + 2 * len(widths)
    paper.print(Text(_line(heads, widths, heads) + "TEMPLATE", "bold"))
    for number, (cells, text, code) in enumerate(zip(rows, table["text"], table["template_id"], strict=True)):
        line = Text(_line(cells, widths, heads))
        line.stylize("dim", left - widths[-1] - 2, left)
        if styles:
            line.stylize(styles[number], 0, widths[0])
        wrapped = paper.wrap(_marked(text), max(NARROW, paper.width - left)) if paper.width else [_marked(text)]
        for part in wrapped:
            paper.print(line + part)
            line = Text(" " * left)
        for slot in summaries[code].iter_rows(named=True) if code in summaries else ():
            paper.print(Text(" " * left + "  " + terminal(_slot(slot), 200), "dim"), cut=True)


def _line(cells: Sequence[str], widths: Sequence[int], heads: Sequence[str]) -> str:
    """Put numbers to the right of their column, and words to the left."""
    told = []
    for cell, width, head in zip(cells, widths, heads, strict=True):
        space = " " * (width - cell_len(cell))
        told.append(cell + space if head in {"WHEN", "CHANGE"} else space + cell)
    return "".join(f"{cell}  " for cell in told)


def _marked(text: str) -> Text:
    """Write a template with its slots in another colour."""
    marked = Text()
    for kind, part in slots(text[:TEMPLATE]):
        marked.append(terminal(part), "cyan" if kind == "slot" else "")
    return marked.append("…" if len(text) > TEMPLATE else "") if marked.plain.strip() else Text("(empty)", "dim")


def _slot(slot: Mapping[str, Any]) -> str:
    name = f"{slot['slot']}: "
    if not slot["n"]:
        return name + "nothing"
    if slot["median"] is not None:
        low, middle, high = (_number(slot[key]) for key in ("min", "median", "max"))
        unit = {"duration": " s", "size": " bytes", "percent": " %"}.get(slot["type"], "")
        return f"{name}{low} to {high}{unit}, median {middle}; {counted(slot['distinct'], 'value')}"
    if slot["first"] is not None:
        return f"{name}{slot['first']:%Y-%m-%d %H:%M:%S} to {slot['last']:%Y-%m-%d %H:%M:%S}"
    told = ", ".join(f"{each['value']} ×{each['n']:,}" for each in slot["values"] or ())
    more = slot["distinct"] - len(slot["values"] or ())
    return f"{name}{told}" + (f" and {more:,} more" if more > 0 else "")


def _number(value: float) -> str:
    """Write a number as people do: no more digits than tell it from others like it.

    Examples
    --------
    >>> [_number(value) for value in (15012346.78, 84.0, 0.000123, 2.5)]
    ['15,012,346.78', '84', '0.000123', '2.5']
    """
    if 0 < abs(value) < 0.01:
        return f"{value:.3g}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _head(listing: Listing) -> Text:
    name, *formats = inputs_in_words(listing.inputs)
    facts = [
        *formats,
        counted(listing.lines, "line"),
        counted(listing.table.height, "template"),
        f"{listing.seconds:.2f} s",
    ]
    head = Text.assemble((terminal(name, 200), "bold"), (terminal(" · " + " · ".join(facts)), "dim"))
    for item in listing.inputs:
        for warning in item.warnings:
            head.append("\n! ", "yellow").append(terminal(f"{item.path}: {warning}", TEMPLATE))
    return head


def _clock(table: pl.DataFrame) -> Clock:
    first, last = table["first_seen"].min(), table["last_seen"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return Clock(dated=False, seconds=False)
    return Clock.spanning(first, last)


def _percent(share: float) -> str:
    """Give a share in as many digits as tell it from nothing."""
    if 0 < share < 0.00005:
        return "<0.01 %"
    return f"{100 * share:.2f} %" if share < 0.01 else f"{100 * share:.1f} %"


def _factor(factor: float | None) -> str:
    if not factor:
        return ""
    return f"×{factor:,.1f}" if factor >= 1 else f"÷{1 / factor:,.1f}"
