"""The time of each event within its source, as a clock that never goes backwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

SECOND = 1_000_000
"""Microseconds."""


@dataclass(frozen=True)
class Clock:
    """Events source by source, in their order: ``row`` is the row in the records of each.

    ``first`` is where its source begins, ``now`` its time in microseconds: that of the latest event of the source so
    far, so that an event out of order comes at once. ``known`` tells whether there is such a time at all. Times of
    different sources lie so far apart that one search in ``now`` never leaves a source.
    """

    row: Ints
    first: Ints
    now: Ints
    known: npt.NDArray[np.bool_]

    def since(self, span: int, spots: Ints | None = None, back_to: Ints | None = None) -> Ints:
        """Give where the last ``span`` microseconds before each event begin; without a time, at the event itself.

        The event exactly ``span`` ago is still in. ``spots`` are the events asked for, ``back_to`` the times that
        the span lies before, by default those of the events.
        """
        spots = np.arange(len(self.row)) if spots is None else spots
        until = self.now[spots] if back_to is None else back_to
        found = np.searchsorted(self.now, until - span, side="left")
        return np.where(self.known[spots], found, spots)


def clock(records: pl.DataFrame, widest: int) -> Clock:
    """Read the clock of each source; ``widest`` is the longest span, in microseconds, that will be asked for.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> read = clock(records(4), 10 * SECOND)
    >>> (read.now // SECOND).tolist(), read.since(2 * SECOND).tolist()
    ([0, 2, 4, 6], [0, 0, 1, 2])
    """
    times = records.select(
        source=pl.col("source").to_physical(),
        now=pl.col("ts").cast(pl.Datetime("us")).cast(pl.Int64).cum_max().forward_fill().over("source"),
    )
    source = times["source"].to_numpy()
    row = np.argsort(source, kind="stable")
    begins = np.flatnonzero(np.r_[True, source[row][1:] != source[row][:-1]]) if len(row) else row
    sizes = np.diff(np.r_[begins, len(row)])
    known = times["now"].is_not_null().to_numpy()[row]
    now = times["now"].fill_null(0).to_numpy()[row]
    least = np.minimum.reduceat(np.where(known, now, np.iinfo(np.int64).max), begins) if len(row) else begins
    most = np.maximum.reduceat(np.where(known, now, np.iinfo(np.int64).min), begins) if len(row) else begins
    timed = most >= least
    spans = np.where(timed, most - np.where(timed, least, most), 0) + 2 * widest + SECOND
    start = np.cumsum(spans) - spans
    shift = np.repeat(start - np.where(timed, least, 0), sizes)
    # What comes before the first time of its source has no time: it is farther back than anybody looks.
    now = np.where(known, now + shift, np.repeat(start, sizes) - widest - 1)
    return Clock(row, np.repeat(begins, sizes), now, known)
