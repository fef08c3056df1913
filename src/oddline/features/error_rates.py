"""How many errors and warnings there are, and were in the last events and the last seconds."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._clock import SECOND, clock
from oddline.features._failure import LEVEL_PATTERNS
from oddline.features._pooled import Pool
from oddline.features._told import edges, expected, percent, plain, seconds
from oddline.features.base import Feature

__all__ = ["ErrorRates"]

KINDS = ("errors", "warnings")


class ErrorRates(Feature):
    """Counts and shares of errors and warnings: of the window, of the last events, of the last seconds.

    An event is an error if its level is error or critical, and a warning if it is that; where the format told no level,
    words in its message do (ERROR, FATAL, WARN and the like). Only what came before is counted, with the event
    itself, within its source; a window has the largest of its events. An event without a time
    is counted by its place; before the first time of its source the last seconds hold only the event itself.

    Parameters
    ----------
    last
        Events that are looked back on, the event itself among them.
    span
        Seconds that are looked back on.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.count import Count
    >>> events = templated(60)
    >>> matrix = ErrorRates(last=10).fit_transform(events, Count(30).assign(events))
    >>> dict(zip(matrix.names, matrix.X[1].round(2).tolist()))["errors"]
    1.0
    """

    def __init__(self, last: int = 100, span: float = 60.0) -> None:
        self.last = last
        self.span = span

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn how many errors and warnings are usual."""
        self.edges_ = edges(self._described(records, windows))
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Count errors and warnings. Learns nothing."""
        self.require_fitted()
        self._last = FeatureMatrix(self._described(records, windows), self._names())
        return self._last

    def _scopes(self) -> tuple[str, ...]:
        return "", f" of the last {self.last:,} events", f" of the last {seconds(self.span)}"

    def _names(self) -> tuple[str, ...]:
        return tuple(f"{part}{kind}{scope}" for kind in KINDS for scope in self._scopes() for part in ("", "share of "))

    def _described(self, records: pl.DataFrame, windows: Windows) -> Floats:
        pool = Pool.of(windows)
        columns = []
        span = int(self.span * SECOND)
        at = clock(records, span)
        spot = np.arange(len(at.row))
        begins = (np.maximum(spot - max(self.last, 1) + 1, at.first), at.since(span))
        sizes = pool.total(np.ones(len(spot)))
        level = _levels(records)
        for degree in (level >= 2.0, level == 1.0):
            counted = pool.total(degree.astype(np.float64))
            columns += [counted, counted / np.maximum(sizes, 1.0)]
            running = np.concatenate([[0], np.cumsum(degree[at.row])])
            for begin in begins:
                found = np.empty((2, len(spot)))
                found[0, at.row] = running[spot + 1] - running[begin]
                found[1, at.row] = (running[spot + 1] - running[begin]) / (spot + 1 - begin)
                columns += [pool.largest(part, 0.0) for part in found]
        return np.stack(columns, axis=1)

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say how many errors there are, and how many are usual."""
        write = percent if column % 2 else plain
        seen = write(float(self._last.X[row, column]))
        return Reason(self._last.names[column], seen, expected(self.edges_[:, column], write), 0.0, "errors")


def _levels(records: pl.DataFrame) -> Floats:
    """Give 3 to 1 for critical, error and warning, 0 for less: by the level, or else by the words of the message."""
    given = records["level"].cast(pl.String)
    told = given.replace_strict({"warning": 1.0, "error": 2.0, "critical": 3.0}, default=0.0, return_dtype=pl.Float64)
    if not given.null_count():
        return told.to_numpy()
    code = records["masked"].to_physical()
    texts = records.select(code=code, text="masked").unique("code").with_columns(pl.col("text").cast(pl.String))
    worded = pl.max_horizontal(pl.col("text").str.contains(pattern) * value for value, pattern in LEVEL_PATTERNS)
    known = texts.select("code", worded=worded.cast(pl.Float64))
    words = pl.DataFrame({"code": code}).join(known, on="code", how="left", maintain_order="left")["worded"]
    return pl.select(pl.when(given.is_null()).then(words).otherwise(told).fill_null(0.0)).to_series().to_numpy()
