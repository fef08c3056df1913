"""Puts what a good run does not have into words: what was looked at, what was seen, what the good run has."""

from __future__ import annotations

import polars as pl

from oddline.core.nouns import Reason
from oddline.features._against import Against, Found, wording
from oddline.features._reference_values import LEVEL, usual
from oddline.features._telling import quoted, stretch, times

Told = tuple[str, str, str]
MOST_WORDS = 5


def tell(against: Against, found: Found, records: pl.DataFrame, row: int, kind: str) -> Reason:
    """Put one surprise of one line into words."""
    tellers = {"foreign": _foreign, "burst": _burst, "silence": _silence, "value": _value}
    told = tellers[kind](against, found, records, row) if kind in tellers else None
    what, seen, expected = told or (quoted(str(records["masked"][row])), "as in the good run", "")
    return Reason(what=what, seen=seen, expected=expected, share=0.0, kind=kind)


def _foreign(against: Against, found: Found, records: pl.DataFrame, row: int) -> Told | None:
    if found.novelty[row] <= 0:
        return None
    good, words = against.novelty_.nearest(wording(records["message"][row : row + 1])[0])
    title = quoted(str(records["masked"][row]))
    told = ", ".join(f'"{word}"' for word in words[:MOST_WORDS])
    more = f" and {len(words) - MOST_WORDS} more words" if len(words) > MOST_WORDS else ""
    if not good:
        return title, "no word of it is in the good run" + (f": {told}{more}" if words else ""), ""
    seen = f"not in the good run: {told}{more}" if words else "known words in a new order"
    return title, seen, f"as nearest there {quoted(good)}"


def _burst(against: Against, found: Found, records: pl.DataFrame, row: int) -> Told | None:
    burst = int(found.bursts.of_line[row])
    if burst < 0:
        return None
    first, last = int(found.bursts.first[burst]), int(found.bursts.last[burst])
    seen = f"{times(int(found.bursts.count[burst]))} in {stretch(records, first, last)}"
    usual = f"at most {int(found.bursts.usual[burst]):,} in any {against.window_:,} lines of the good run"
    return quoted(str(records["masked"][row])), seen, usual


def _silence(against: Against, found: Found, records: pl.DataFrame, row: int) -> Told | None:
    entries = found.silence_of.get(row)
    if not entries:
        return None
    entry = entries[0]
    known = against.rates_.row(by_predicate=pl.col("template") == int(found.silences.template[entry]), named=True)
    first, last = int(found.silences.first[entry]), int(found.silences.last[entry])
    length = int(found.silences.length[entry])
    seen = f"missing for {length:,} lines, from line {records['line'][first]:,} to line {records['line'][last]:,}"
    if length == records.height:
        seen = f"not in these {length:,} lines"
    if len(entries) > 1:
        seen += f" (and {len(entries) - 1} more that the good run has all the time)"
    return quoted(known["text"]), seen, f"at least once in any {known['pause'] + 1:,} lines of the good run"


def _value(against: Against, found: Found, records: pl.DataFrame, row: int) -> Told | None:
    entry = int(found.values.of_line[row])
    if entry < 0:
        return None
    odd = found.values.table.row(entry, named=True)
    title = quoted(str(records["masked"][row]))
    place = f"level of {title}" if odd["position"] == LEVEL else f"value {odd['position'] + 1} of {title}"
    return place, quoted(odd["value"]), usual(odd, against.known_)
