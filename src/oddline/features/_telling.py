"""Puts what was found into words: what was looked at, what was seen, what was expected."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from oddline.core.nouns import Reason
from oddline.features._bins import Cells, Ints
from oddline.features._burst import Bursts
from oddline.features._silence import Gaps
from oddline.features._text import Text
from oddline.features._values import Values
from oddline.features._words import failure_words, own_words

LONGEST = 80
"""Characters of a template that a reason quotes."""


@dataclass(frozen=True)
class Evidence:
    """What was found in the log last looked at; ``gap_of`` is the gap that a line tells of."""

    template: Ints
    table: Cells
    text: Text
    bursts: Bursts
    gaps: Gaps
    gap_of: dict[int, int]
    values: Values
    order: dict[str, str] = field(default_factory=dict)


def quoted(text: str) -> str:
    """Quote a template, shortened to what fits a line.

    Examples
    --------
    >>> quoted("disk full")
    '"disk full"'
    """
    flat = " ".join(text.split())
    return f'"{flat}"' if len(flat) <= LONGEST else f'"{flat[: LONGEST - 1]}…"'


def times(count: int) -> str:
    """Say how often.

    Examples
    --------
    >>> times(1), times(2), times(31000)
    ('once', 'twice', '31,000 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def stretch(records: pl.DataFrame, first: int, last: int) -> str:
    """Say how long from one line to another: a time where the lines tell one, else a number of lines."""
    begin, end = records["ts"][first], records["ts"][last]
    if begin is None or end is None or end <= begin:
        return f"{last - first + 1:,} lines"
    seconds = (end - begin).total_seconds()
    for size, name in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s" if seconds >= 1 else "1 s"


def tell(evidence: Evidence, records: pl.DataFrame, row: int, kind: str) -> Reason:
    """Put one signal of one line into words."""
    title = quoted(str(records["masked"][row]))
    what, seen, expected = _TELLERS[kind](evidence, records, row, title)
    return Reason(what=what, seen=seen, expected=expected, share=0.0, kind=kind)


Told = tuple[str, str, str]


def _rare(evidence: Evidence, records: pl.DataFrame, row: int, title: str) -> Told:
    own = evidence.table.slice_of(int(evidence.template[row]))
    count = int(evidence.table.count[own].sum())
    bins = own.stop - own.start
    if bins == 1 and count > 1:
        first, last = int(evidence.table.first[own.start]), int(evidence.table.last[own.start])
        return title, f"{times(count)} within {stretch(records, first, last)}, and nowhere else", ""
    where = "" if bins == evidence.table.bins else f", in {bins} of {evidence.table.bins} parts of the log"
    return title, f"{times(count)} in {records.height:,} lines{where if bins > 1 else ''}", ""


def _foreign(evidence: Evidence, records: pl.DataFrame, row: int, title: str) -> Told:
    words = own_words(evidence.text.words, int(evidence.text.of_line[row]))
    if words:
        return "words", ", ".join(f'"{word}"' for word in words[:5]), "words that other lines here use"
    return "words", f"the mix of words in {title}", "words that other lines here use together"


def _level(evidence: Evidence, records: pl.DataFrame, row: int, title: str) -> Told:
    level = records["level"][row]
    words = ([f"level {level}"] if level in ("warning", "error", "critical") else []) + [
        f'"{word}"' for word in failure_words(str(records["masked"][row]))
    ]
    return "wording", ", ".join(words[:4]) or "no word of failure", "no word of failure" if words else ""


def _burst(evidence: Evidence, records: pl.DataFrame, row: int, title: str) -> Told:
    burst = int(evidence.bursts.of_line[row])
    if burst < 0:
        return title, "no burst", ""
    first, last = int(evidence.bursts.first[burst]), int(evidence.bursts.last[burst])
    seen = f"{times(int(evidence.bursts.count[burst]))} in {stretch(records, first, last)}"
    usual = int(evidence.bursts.usual[burst])
    per = records.height // max(1, evidence.table.bins)
    return title, seen, f"at most {usual:,} in any {per:,} lines" if usual else "none elsewhere"


def _silence(evidence: Evidence, records: pl.DataFrame, row: int, title: str) -> Told:
    gap = evidence.gap_of.get(row)
    if gap is None:
        return title, "no gap", ""
    before, after = int(evidence.gaps.before[gap]), int(evidence.gaps.after[gap])
    last = records.height - 1
    first, end = max(0, before), after if after >= 0 else last
    span = f"silent for {stretch(records, first, end)}"
    lines = records["line"]
    if before < 0:
        span = f"absent from the start until line {lines[end]:,}"
    elif after < 0:
        span += f", from line {lines[first]:,} to the end"
    else:
        span += f", from line {lines[first]:,} to line {lines[end]:,}"
    missed = max(1, round(float(evidence.gaps.missed[gap])))
    return title, span, f"about {times(missed)}"


def _value(evidence: Evidence, records: pl.DataFrame, row: int, title: str) -> Told:
    entry = int(evidence.values.of_line[row])
    if entry < 0:
        return title, "no odd value", ""
    odd = evidence.values.table.row(entry, named=True)
    place = "wording" if odd["position"] < 0 else f"value {odd['position'] + 1} of {title}"
    seen = quoted(odd["value"]) + ("" if odd["far"] > odd["rare"] else f", {times(odd['count'])} of {odd['n']:,}")
    return place, seen, evidence.values.usual(odd)


def _order(evidence: Evidence, records: pl.DataFrame, row: int, title: str) -> Told:
    if row == 0:
        return title, "the first line", ""
    return title, f"right after {quoted(str(records['masked'][row - 1]))}", "another line in between"


_TELLERS = {
    "rare": _rare,
    "foreign": _foreign,
    "level": _level,
    "burst": _burst,
    "silence": _silence,
    "value": _value,
    "order": _order,
}
