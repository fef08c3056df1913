"""How rare the values of a row are, each column by its own histogram.

M. Goldstein, A. Dengel, "Histogram-based outlier score (HBOS)", KI 2012.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._scales import learn_scale
from oddline.detectors.base import Detector

__all__ = ["Hbos"]


class Hbos(Detector):
    """Adds up over the columns how much rarer each value is than the column's commonest.

    A column's part is ln of the highest bar of its histogram over the bar that the value falls into, where every bar
    has one row more than were counted. A column of few values has one bar for each; else bars have equal width between
    the outer thousandths of training. Outside of all that training had, a value counts as an empty bar, and more with
    the logarithm of its distance in deviations. Relations between columns are not seen. Inside of training a gap is
    odder than a common value further out; that is what a histogram is for.

    Parameters
    ----------
    n_bins
        Bars of each histogram.

    Raises
    ------
    UsageError
        By ``fit``, if there are fewer than 2 bars.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(500, 2)) * [1, 1000]
    >>> scores = Hbos().fit(X).anomaly_score([[0, 0], [2, 2000], [5, 5000], [50, 50000]])
    >>> bool((np.diff(scores) > 0).all())
    True
    """

    def __init__(self, n_bins: int = 10) -> None:
        self.n_bins = n_bins

    def _fit(self, X: Floats) -> None:
        if self.n_bins < 2:
            raise UsageError(f"n_bins is {self.n_bins}", expected="2 or more")
        self.least_, self.largest_ = X.min(axis=0), X.max(axis=0)
        _, self.scale_ = learn_scale(X)
        self.edges_ = [_edges(column, self.n_bins) for column in X.T]
        self.bars_ = [
            np.bincount(np.searchsorted(edges, column, side="right"), minlength=len(edges) + 1) + 1.0
            for edges, column in zip(self.edges_, X.T, strict=True)
        ]

    def _parts(self, X: Floats) -> Floats:
        parts = np.empty(X.shape)
        for place, (edges, bars) in enumerate(zip(self.edges_, self.bars_, strict=True)):
            values = X[:, place]
            rare = np.log(bars.max() / bars)[np.searchsorted(edges, values, side="right")]
            outside = np.maximum(self.least_[place] - values, values - self.largest_[place]) / self.scale_[place]
            beyond = np.log(bars.max()) + np.log1p(np.maximum(outside, 0.0))
            parts[:, place] = np.where(outside > 0, beyond, rare)
        return parts

    def _score(self, X: Floats) -> Floats:
        return np.asarray(self._parts(X).sum(axis=1))

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of each score, shape as ``X``; they add up to the score."""
        self.require_fitted()
        return self._parts(np.asarray(X, dtype=np.float64))


def _edges(column: Floats, bins: int) -> Floats:
    """Give the inner edges of a column's bars: between its values if they are few, else at equal distances."""
    values = np.unique(column)
    if len(values) <= bins:
        return np.asarray((values[1:] + values[:-1]) / 2.0)
    low, high = np.quantile(column, [0.001, 0.999])
    return np.unique(np.linspace(low, high, bins + 1))
