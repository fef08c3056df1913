"""Seven ways for a line to be odd, on one scale, with no configuration."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._bins import Cells, Ints, bins_for, cells, line_bins, time_bins
from oddline.features._burst import burst
from oddline.features._order import order
from oddline.features._runs import runs, spread
from oddline.features._scale import surprise, tail
from oddline.features._silence import gaps
from oddline.features._text import text
from oddline.features._values import values
from oddline.features.base import Feature

__all__ = ["LineSignals"]

KINDS = ("rare", "foreign", "level", "burst", "silence", "value", "order")
SHARES = {"text": 0.5, "burst": 0.15, "silence": 0.15, "value": 0.2, "order": 0.02}


class LineSignals(Feature):
    """Hold every line of a log against the rest of it, or against a good run."""

    def __init__(self, shares: dict[str, float] | None = None) -> None:
        self.shares = shares

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        self.reference_ = {}
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        return self.fit_transform(records, windows)

    def fit_transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        self.fit(records, windows)
        share = SHARES | (self.shares or {})
        template = _codes(records["template_id"])
        height = records.height
        table = cells(template, line_bins(height), bins_for(height))
        clock = time_bins(records["ts"])
        self._table = table
        words = text(records, template, table, share["text"])
        self._text = words
        episodes = len(table.count)
        X = np.zeros((height, len(KINDS)))
        X[:, 0], X[:, 1], X[:, 2] = words.rare[words.of_line], words.foreign[words.of_line], words.level[words.of_line]
        strength = burst(table)
        if clock is not None:
            timed = cells(template, clock, bins_for(height))
            by_line = burst(timed)[timed.of_line]
            most = np.zeros(len(strength))
            np.maximum.at(most, table.of_line, by_line)
            strength = np.minimum(strength, most)
        self._bursts = runs(table, strength, share["burst"])
        X[:, 3] = spread(self._bursts)
        g = gaps(table)
        s = np.minimum(g.surprise, surprise(tail(g.surprise), episodes, share["silence"]))
        self._gaps = g
        self._gap_at: dict[int, int] = {}
        for i in np.argsort(s):
            t = g.template[i]
            mine = np.flatnonzero(table.template == t)
            before = mine[table.bin[mine] < g.start[i]]
            line = table.last[before[-1]] if len(before) else table.first[mine[0]]
            X[line, 4] = s[i]
            self._gap_at[int(line)] = int(i)
        v, self._values = values(records, template)
        odd = v > 0.5
        distinct = self._values["strength"].to_numpy() if self._values.height else np.zeros(0)
        # rank among distinct odd values
        ranks = np.searchsorted(np.sort(-distinct), -v, side="right")
        X[odd, 5] = np.minimum(v, surprise(np.maximum(ranks, 1), episodes, share["value"]))[odd]
        o = order(template)
        X[:, 6] = np.minimum(o, surprise(tail(o), episodes, share["order"]))
        return FeatureMatrix(X, KINDS)

    def extent(self, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        """Give the first and the last row that each number tells of: a burst's run, a silence's gap."""
        first, last = rows.copy(), rows.copy()
        run = self._bursts.of_line[rows]
        of_burst = (columns == KINDS.index("burst")) & (run >= 0)
        first[of_burst], last[of_burst] = self._bursts.first[run[of_burst]], self._bursts.last[run[of_burst]]
        for spot in np.flatnonzero(columns == KINDS.index("silence")):
            i = self._gap_at[int(rows[spot])]
            mine = np.flatnonzero(self._table.template == self._gaps.template[i])
            before = mine[self._table.bin[mine] < self._gaps.start[i]]
            after = mine[self._table.bin[mine] >= self._gaps.stop[i]]
            first[spot] = self._table.last[before[-1]] if len(before) else 0
            last[spot] = self._table.first[after[0]] if len(after) else len(self._table.of_line) - 1
        return first, last

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        return Reason(KINDS[column], "", "", 0.0, KINDS[column])


def _codes(ids: pl.Series) -> Ints:
    return (ids.rank("dense").cast(pl.Int64) - 1).to_numpy()
