"""Seven ways for a line to be odd, on one scale, with no configuration."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._bins import Ints, bins_for, cells, line_bins, time_bins, unbroken
from oddline.features._burst import bursts, spread, strength
from oddline.features._order import order
from oddline.features._scale import per_line, ranks, surprise
from oddline.features._silence import both, gaps
from oddline.features._telling import Evidence, tell
from oddline.features._text import text
from oddline.features._values import values
from oddline.features.base import Feature

__all__ = ["LineSignals"]

KINDS = ("rare", "foreign", "level", "burst", "silence", "value", "order")
ATTENTION = {"text": 2.0, "burst": 0.6, "silence": 0.6, "value": 0.8, "order": 0.08}


class LineSignals(Feature):
    """Hold every line of a log against the rest of it, or against a good run."""

    def __init__(self, attention: dict[str, float] | None = None, wording: float = 2.0) -> None:
        self.attention = attention
        self.wording = wording

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        self.reference_ = {}
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        return self.fit_transform(records, windows)

    def fit_transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        attention = ATTENTION | (self.attention or {})
        height = records.height
        template = codes(records["template_id"])
        count = bins_for(height)
        table = cells(template, line_bins(height, count), count)
        found = text(records, template, table, attention["text"], self.wording)
        crowds = bursts(table, strength(table, unbroken(template)), attention["burst"])
        quiet = gaps(table)
        clock = time_bins(records["ts"], count)
        if clock is not None:
            quiet = both(quiet, gaps(cells(template, clock, count)))
        odd = values(records, template, attention["value"])
        X = np.zeros((height, len(KINDS)))
        for column, part in enumerate((found.rare, found.foreign, found.level)):
            X[:, column] = part[found.of_line]
        X[:, 3] = spread(crowds)
        s = np.minimum(quiet.strength + per_line(height, count), surprise(ranks(quiet.strength), height, attention["silence"]))
        gap_of = {}
        for i in np.argsort(s, kind="stable"):
            X[quiet.at[i], 4] = s[i]
            gap_of[int(quiet.at[i])] = int(i)
        has = odd.of_line >= 0
        X[has, 5] = odd.surprise[odd.of_line[has]]
        X[:, 6] = order(template, attention["order"])
        self._evidence = Evidence(template, table, found, crowds, quiet, gap_of, odd)
        return FeatureMatrix(X, KINDS)

    def spans(self, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        """Give the first and the last row that each number tells of: a burst's run, a silence's gap."""
        e = self._evidence
        first, last = rows.copy(), rows.copy()
        burst = e.bursts.of_line[rows]
        here = (columns == KINDS.index("burst")) & (burst >= 0)
        first[here], last[here] = e.bursts.first[burst[here]], e.bursts.last[burst[here]]
        for spot in np.flatnonzero(columns == KINDS.index("silence")):
            i = e.gap_of.get(int(rows[spot]))
            if i is None:
                continue
            first[spot] = max(0, e.gaps.before[i])
            last[spot] = e.gaps.after[i] if e.gaps.after[i] >= 0 else len(e.template) - 1
        return first, last

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        return tell(self._evidence, records, row, KINDS[column])


def codes(ids: pl.Series) -> Ints:
    """Number the ids that are there from 0, without gaps, in their order."""
    given = ids.to_numpy().astype(np.int64)
    there = np.bincount(given) > 0
    return (np.cumsum(there) - 1)[given]
