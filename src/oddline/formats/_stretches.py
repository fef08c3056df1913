"""Lines in any pieces into stretches that a format may read one by one, the same wherever the pieces end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from oddline.formats import _events
from oddline.formats._turns import Clocks
from oddline.formats.base import LineFormat

REACH = 4 << 20
"""Bytes from one cut to the next at most. Where so much text has no line that may be cut at, it is cut all the same:
a head that far back has no say. Sixteen times ``MAX_BYTES``, so that only a runaway ever comes so far."""

SOME = 100
"""Lines at the end of a window that are looked at first for one that may be cut at."""

LOOKED_AT = 1_000
"""Lines of a part that are read ahead, to see whether its clock tells year and day."""


@dataclass(frozen=True)
class Stretch:
    """Whole events; ``forced`` if the text went on and was cut all the same."""

    lines: pl.DataFrame
    forced: bool


def stretches(pieces: Iterable[pl.DataFrame], form: LineFormat, *, reach: int | None = None) -> Iterator[Stretch]:
    """Cut the lines of one part where ``form`` allows it.

    Every cut but a forced one changes nothing, and where the forced ones stand is told by the text alone: from a
    cut on, the last line within ``reach`` bytes that may be cut at is the next cut. The pieces that the lines come
    in only decide how many of these lie in one stretch. Holds ``reach`` bytes and one piece.
    """
    reach = REACH if reach is None else reach
    held: pl.DataFrame | None = None
    for piece in pieces:
        held = piece if held is None else pl.concat([held, piece])
        del piece
        start = cut = 0
        while (end := _end(held, cut, reach)) < held.height:
            found = _last_cut(held.slice(cut, end - cut), form)
            cut = cut + found if found else end
            if not found:
                yield Stretch(held.slice(start, cut - start), forced=True)
                start = cut
        if cut > start:
            yield Stretch(held.slice(start, cut - start), forced=False)
        held = _apart(held.slice(cut))
    if held is not None and held.height:
        yield Stretch(held, forced=False)


def _apart(lines: pl.DataFrame) -> pl.DataFrame:
    """Copy a few lines: a view of them would keep the text of all in memory until the next piece is done with."""
    if lines.height > LOOKED_AT:
        return lines
    texts = lines.select(pl.col(pl.String))
    return lines.with_columns(pl.Series(text.name, text.to_list(), dtype=pl.String) for text in texts.get_columns())


def _end(lines: pl.DataFrame, start: int, reach: int) -> int:
    """Tell the first line that begins more than ``reach`` bytes after this one; at least one line is taken."""
    if start >= lines.height:
        return lines.height
    return max(start + 1, int(lines["offset"].search_sorted(lines["offset"][start] + reach, side="right")))


def _last_cut(window: pl.DataFrame, form: LineFormat) -> int:
    """Find the last line of a window that may be cut at, 0 if there is none: near its end first, as it mostly is."""
    for size in (_events.MAX_LINES + SOME, window.height):
        tail = window.tail(size)
        # What stands before a tail is not seen, but nothing reaches further than an event is long.
        sure = 1 if tail.height == window.height else _events.MAX_LINES
        places = form.cuts(tail).slice(sure).arg_true()
        if places.len():
            return window.height - tail.height + sure + int(places[-1])
    return 0


def read_stretches(
    told: Iterable[Stretch], form: LineFormat, modified: float | None, clocks: Clocks
) -> Iterator[pl.DataFrame]:
    """Read one stretch after the other into Records."""
    form.clocks = clocks

    # A loop would hold on to its stretch while the next one is read.
    def read(stretch: Stretch) -> pl.DataFrame:
        return form.parse(stretch.lines, modified)

    return map(read, told)


def clocks_shown(form: LineFormat, sample: pl.DataFrame) -> list[str]:
    """Tell the fields that tell a time without a year or a day, as far as a sample shows it."""
    form.clocks = Clocks()
    form.parse(sample.head(LOOKED_AT))
    return list(form.clocks.turns)


def looked_ahead(told: Iterable[Stretch], form: LineFormat, modified: float | None) -> Clocks:
    """Read it all to see how often its clocks come round, and so where they start."""
    clocks = Clocks()
    for _ in read_stretches(told, form, None, clocks):
        pass
    return Clocks(clocks.settled(modified))
