"""How far out in the tails of training the values of a row are, each column by itself.

Z. Li, Y. Zhao, X. Hu, N. Botta, C. Ionescu, G. H. Chen, "ECOD: unsupervised outlier detection using empirical
cumulative distribution functions", TKDE 2022. There the rows that are judged enter the distribution, and
beyond its end all are alike; here it is training's alone, and goes on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._scales import learn_scale
from oddline.detectors.base import Detector

__all__ = ["Ecod"]

STEPS = 2_000
"""Values that are remembered of a column's distribution, at most: evenly by rank, and all of its outermost."""

OUTERMOST = 100


class Ecod(Detector):
    """Adds up over the columns how rare it is to be so small, or so large, whichever is rarer.

    A column's part is -ln of the share of training rows that lie as far out on that side. Beyond the last of
    them it goes on rising by 1 with each standard deviation, as if the tail were exponential. No
    parameter is to be chosen, and scales do not matter. Relations between columns are not seen.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(500, 2)) * [1, 1000]
    >>> scores = Ecod().fit(X).anomaly_score([[0, 0], [2, 2000], [5, 5000], [50, 50000]])
    >>> bool((np.diff(scores) > 0).all())
    True
    """

    def _fit(self, X: Floats) -> None:
        _, self.scale_ = learn_scale(X)
        self.rows_ = len(X)
        steps = [_steps(np.sort(column)) for column in X.T]
        self.values_ = [values for values, _, _ in steps]
        self.below_ = [below for _, below, _ in steps]
        self.above_ = [above for _, _, above in steps]

    def _parts(self, X: Floats) -> Floats:
        parts = np.empty(X.shape)
        for place, values in enumerate(self.values_):
            asked, scale = X[:, place], self.scale_[place]
            # Ranks of values that training did not have are those of the next one outwards.
            small = np.searchsorted(values, asked, side="right") - 1
            large = np.searchsorted(values, asked, side="left")
            below = np.where(small < 0, 0.0, self.below_[place][np.maximum(small, 0)])
            above = np.where(large >= len(values), 0.0, self.above_[place][np.minimum(large, len(values) - 1)])
            rare = np.log(self.rows_ + 1.0) - np.log1p(np.minimum(below, above))
            beyond = np.maximum(np.maximum(values[0] - asked, asked - values[-1]), 0.0) / scale
            parts[:, place] = rare + beyond
        return parts

    def _score(self, X: Floats) -> Floats:
        return np.asarray(self._parts(X).sum(axis=1))

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of each score, shape as ``X``; they add up to the score."""
        self.require_fitted()
        return self._parts(np.asarray(X, dtype=np.float64))


def _steps(ordered: Floats) -> tuple[Floats, Floats, Floats]:
    """Give values of a sorted column, how many rows are as small as each of them, and how many are as large."""
    rows = len(ordered)
    if rows > STEPS:
        evenly = np.linspace(0, rows - 1, STEPS - 2 * OUTERMOST).astype(np.intp)
        ends = np.arange(OUTERMOST)
        values = np.unique(ordered[np.concatenate([ends, evenly, rows - 1 - ends])])
    else:
        values = np.unique(ordered)
    below = np.searchsorted(ordered, values, side="right").astype(np.float64)
    above = rows - np.searchsorted(ordered, values, side="left").astype(np.float64)
    return values, below, above
