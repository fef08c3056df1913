"""Puts what was found into words: what was looked at, what was seen, what was expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Reason
from oddline.features._bins import Cells, Ints
from oddline.features._burst import Bursts
from oddline.features._silence import Gaps
from oddline.features._text import Text
from oddline.features._values import Values, difference
from oddline.features._words import failure_words, own_words

LONGEST = 80
"""Characters of a template that a reason quotes."""


@dataclass(frozen=True)
class Evidence:
    """What was found in a log held against itself, for telling it in words; ``gap_of`` is the gap a line tells of."""

    records: pl.DataFrame
    table: Cells
    bursts: Bursts
    gaps: Gaps
    gap_of: dict[int, int]
    values: Values
    text: Text

    def spans(self, rows: Ints, kinds: npt.NDArray[np.str_]) -> tuple[Ints, Ints]:
        """Give the first and the last row that a signal of a line tells of."""
        first, last = rows.copy(), rows.copy()
        burst = self.bursts.of_line[rows]
        here = (kinds == "burst") & (burst >= 0)
        first[here], last[here] = self.bursts.first[burst[here]], self.bursts.last[burst[here]]
        for spot in np.flatnonzero(kinds == "silence").tolist():
            gap = self.gap_of.get(int(rows[spot]))
            if gap is not None:
                first[spot], last[spot] = self.ends(gap)
        return first, last

    def ends(self, gap: int) -> tuple[int, int]:
        """Give the last line before a gap and the first one after it, or the ends of the log."""
        after = int(self.gaps.after[gap])
        return max(0, int(self.gaps.before[gap])), after if after >= 0 else self.records.height - 1


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


def tell(evidence: Evidence, row: int, kind: str) -> Reason:
    """Put one signal of one line into words."""
    title = quoted(str(evidence.records["masked"][row]))
    what, seen, expected = _TELLERS[kind](evidence, row, title)
    return Reason(what=what, seen=seen, expected=expected, share=0.0, kind=kind)


Told = tuple[str, str, str]


def _rare(evidence: Evidence, row: int, title: str) -> Told:
    table, records = evidence.table, evidence.records
    own = table.slice_of(int(table.template[table.of_line[row]]))
    lines, bins = int(table.count[own].sum()), own.stop - own.start
    if bins == 1 and lines > 1:
        span = stretch(records, int(table.first[own.start]), int(table.last[own.start]))
        return title, f"{times(lines)} within {span}, and nowhere else", ""
    where = f", in {bins} of {table.bins} parts of the log" if bins > 1 else ""
    return title, f"{times(lines)} in {records.height:,} lines{where}", ""


def _foreign(evidence: Evidence, row: int, title: str) -> Told:
    words = own_words(evidence.text.words, int(evidence.text.of_line[row]))
    if not words:
        return "words", f"the mix of words in {title}", "as in other lines"
    return "words", "only here: " + ", ".join(quoted(word) for word in words[:5]), ""


def _level(evidence: Evidence, row: int, title: str) -> Told:
    del title
    level = evidence.records["level"][row]
    words = [f"level {level}"] if level in ("warning", "error", "critical") else []
    words += [quoted(word) for word in failure_words(str(evidence.records["masked"][row]))]
    return "wording", ", ".join(words[:4]) or "no word of failure", ""


def _burst(evidence: Evidence, row: int, title: str) -> Told:
    found = evidence.bursts
    burst = int(found.of_line[row])
    if burst < 0:
        return title, "no burst", ""
    records = evidence.records
    span = stretch(records, int(found.first[burst]), int(found.last[burst]))
    usual, per = int(found.usual[burst]), -(-records.height // evidence.table.bins)
    expected = f"at most {usual:,} in any {per:,} lines" if usual else "none elsewhere"
    return title, f"{times(int(found.count[burst]))} in {span}", expected


def _silence(evidence: Evidence, row: int, title: str) -> Told:
    gap = evidence.gap_of.get(row)
    if gap is None:
        return title, "no gap", ""
    records, lines = evidence.records, evidence.records["line"]
    before, after = int(evidence.gaps.before[gap]), int(evidence.gaps.after[gap])
    first, last = evidence.ends(gap)
    if before < 0:
        span = f"absent from the start until line {lines[last]:,}"
    else:
        until = "the end" if after < 0 else f"line {lines[last]:,}"
        span = f"silent for {stretch(records, first, last)}, from line {lines[first]:,} to {until}"
    return title, span, f"about {times(max(1, round(float(evidence.gaps.missed[gap]))))}"


def _value(evidence: Evidence, row: int, title: str) -> Told:
    entry = int(evidence.values.of_line[row])
    if entry < 0:
        return title, "no odd value", ""
    odd = evidence.values.table.row(entry, named=True)
    place = f"value {odd['position'] + 1} of {title}"
    often = "" if odd["far"] > odd["rare"] else f", {times(odd['count'])} beside {odd['n']:,}"
    shown = odd["value"]
    if odd["position"] < 0:
        common = evidence.values.columns.row(int(odd["group"]), named=True)["common"]
        shown = difference(shown, next(value for value in common if value != shown))
        place = f"wording of {title}"
    return place, quoted(shown) + often, evidence.values.usual(odd)


def _order(evidence: Evidence, row: int, title: str) -> Told:
    if row == 0:
        return title, "the first line", ""
    before = quoted(str(evidence.records["masked"][row - 1]))
    return title, f"right after {before}", "hardly ever, though both are common"


_TELLERS = {
    "rare": _rare,
    "foreign": _foreign,
    "level": _level,
    "burst": _burst,
    "silence": _silence,
    "value": _value,
    "order": _order,
}
