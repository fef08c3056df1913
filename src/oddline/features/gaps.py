"""How long since the event before: in the source, of the same template, in the window."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._told import edges, expected, plain, seconds
from oddline.features.base import Feature

__all__ = ["Gaps"]

KINDS = {
    "source": "time since the event before in the source",
    "template": "time since the event before of the same template",
    "window": "time since the event before in the window",
}
BEYOND = "template's gap against its usual"
NAMES = (*(f"gap in {kind} ({part})" for kind in KINDS for part in ("mean", "largest")), BEYOND)

FEWEST = 3
"""A template with fewer gaps in training has no usual one."""


class Gaps(Feature):
    """The pauses of a window, as log10(1 + milliseconds): 3 is a second, 4.8 a minute, 6.6 an hour.

    Each event has three: since the event before it in its source, since the one before it of its template, and since
    the one before it of its window, both in its source. A window has their mean and the largest. The last column is
    how much longer than its template's median in training the largest gap is, in powers of ten (1 = ten times).

    An event out of order comes at once after the latest one before it. Events without a time, and first ones, have no
    gap; windows without any have what the training windows have in the mean.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.line import Line
    >>> events = templated(20)
    >>> feature = Gaps()
    >>> matrix = feature.fit_transform(events, Line().assign(events))
    >>> print(feature.describe(events, 3, 0))
    time since the event before in the source, in the mean: 2 s, expected about 2 s
    """

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn how long the gaps of each template are, and those of a window."""
        timed = _gaps(records, windows)
        gap = _power(pl.col("template_gap"))
        self.usual_ = (
            timed.drop_nulls("template_gap")
            .group_by("template")
            .agg(usual=gap.median(), n=pl.len())
            .filter(pl.col("n") >= FEWEST)
            .select("template", "usual")
            .sort("template")
        )
        X = self._described(timed, len(windows))
        counted = (~np.isnan(X)).sum(axis=0)
        self.middle_ = np.where(counted > 0, np.nansum(X, axis=0) / np.maximum(counted, 1), 0.0)
        self.edges_ = edges(np.where(np.isnan(X), self.middle_, X))
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Measure the gaps of each window. Learns nothing."""
        self.require_fitted()
        X = self._described(_gaps(records, windows), len(windows))
        self._last = FeatureMatrix(np.where(np.isnan(X), self.middle_, X), NAMES)
        return self._last

    def _described(self, timed: pl.DataFrame, count: int) -> Floats:
        """Give one row a window; NaN where there is no gap."""
        joined = timed.join(self.usual_, on="template", how="left", maintain_order="left")
        beyond = _power(pl.col("template_gap")) - pl.col("usual")
        gaps = [pl.col(f"{kind}_gap") for kind in KINDS]
        # Sums of whole numbers are exact: no number of threads changes them.
        parts = [part for gap in gaps for part in (gap.sum() / gap.count(), gap.max())]
        told = joined.group_by("window").agg(
            *(_power(part).alias(name) for part, name in zip(parts, NAMES, strict=False)),
            beyond.max().alias(BEYOND),
        )
        X = np.full((count, len(NAMES)), np.nan)
        X[told["window"].to_numpy()] = told.select(NAMES).fill_null(np.nan).to_numpy()
        return X

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say how long a gap is, and how long it usually is."""
        value, edge = float(self._last.X[row, column]), self.edges_[:, column]
        if column == len(NAMES) - 1:
            return Reason(
                f"longest {KINDS['template']}, against its usual one", _times(value), expected(edge, _times), 0.0, "gap"
            )
        part = "in the mean" if column % 2 == 0 else "the longest"
        return Reason(
            f"{list(KINDS.values())[column // 2]}, {part}", _length(value), expected(edge, _length), 0.0, "gap"
        )


def _gaps(records: pl.DataFrame, windows: Windows) -> pl.DataFrame:
    """Give the gaps of each event that has a time, in microseconds; null where there is none before it."""
    timed = (
        records.select(
            source=pl.col("source").to_physical(),
            template=pl.col("template_id"),
            window=pl.Series(windows.members, dtype=pl.Int64),
            now=pl.col("ts").cast(pl.Datetime("us")).cast(pl.Int64),
        )
        .drop_nulls("now")
        .with_columns(pl.col("now").cum_max().over("source"))
    )
    since = pl.col("now").diff()
    return timed.with_columns(
        source_gap=since.over("source"),
        template_gap=since.over("source", "template"),
        window_gap=since.over("source", "window"),
    )


def _power(gap: pl.Expr) -> pl.Expr:
    """Give microseconds as powers of ten of milliseconds, 0 for none."""
    return (1.0 + gap / 1000.0).log(10.0)


def _length(power: float) -> str:
    return seconds(max(10.0**power - 1.0, 0.0) / 1000.0)


def _times(power: float) -> str:
    return (
        f"{plain(float(f'{10.0**power:.2g}'))} times as long"
        if power >= 0.05
        else "as long"
        if power > -0.05
        else "shorter"
    )
