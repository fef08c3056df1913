"""Odd rows without training data: each column judged alone and given the others, the odder of the two counting.

A single file holds its own anomalies, and often many alike. Squared distances let one extreme cell outweigh
everything (and a cluster of anomalies widens the very spread it is measured by); ranks forget how far
away a cell is. Between them lies the logarithm: each deviation counts as in a Student distribution.
"""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._shrunk import RIDGE, shrunk_covariance
from oddline.detectors.base import Detector

__all__ = ["OddRows"]

BLOCK = 65_536
"""Rows scored at once; bounds the memory, not the answer."""


class OddRows(Detector):
    """Sums over the columns how odd each cell is, alone or given the rest of its row.

    A column's deviation alone is its distance from the mean in standard deviations, z. Its deviation given
    the others is the same after all columns have been made uncorrelated with as little turning as
    possible, w (ZCA of the correlation: A. Kessy, A. Lewin, K. Strimmer, "Optimal whitening and decorrelation",
    2018; shrunk after O. Ledoit and M. Wolf, 2004). The score is the sum of max(r(z), r(w)) with
    r(t) = c² ln(1 + t² / c²), which is -2 ln of a Student density with c² - 1 degrees of freedom, but for its
    scale and a constant: a square for usual deviations, a logarithm for large ones. The sum's terms are the
    contributions, exactly.

    Parameters
    ----------
    knee
        The deviation c from which on more of it counts less.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(500, 2)) @ np.array([[1.0, 0.9], [0.0, 0.3]])
    >>> scores = OddRows().fit(X).anomaly_score([[1.0, 1.0], [1.0, -1.0], [9.0, 9.0]])
    >>> bool(scores[0] < scores[1] < scores[2])
    True
    """

    def __init__(self, knee: float = 4.0) -> None:
        self.knee = knee

    def _fit(self, X: Floats) -> None:
        self.location_ = X.mean(axis=0)
        spread = X.std(axis=0)
        # A column that never varied cannot be given a spread; its own unit serves.
        self.scale_ = np.where(spread > 1e-12 * np.maximum(1.0, np.abs(self.location_)), spread, 1.0)
        values, vectors = np.linalg.eigh(shrunk_covariance((X - self.location_) / self.scale_))
        self.whitening_ = (vectors / np.sqrt(np.maximum(values, RIDGE))) @ vectors.T

    def _parts(self, X: Floats) -> Floats:
        alone = (X - self.location_) / self.scale_
        # The larger deviation has the larger r, so that one logarithm a cell is enough.
        larger = np.maximum(np.abs(alone), np.abs(alone @ self.whitening_))
        parts: Floats = self.knee**2 * np.log1p((larger / self.knee) ** 2)
        return parts

    def _score(self, X: Floats) -> Floats:
        blocks = [self._parts(X[start : start + BLOCK]).sum(axis=1) for start in range(0, len(X), BLOCK)]
        return np.concatenate(blocks)

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of each score, shape as ``X``; they add up to the score."""
        self.require_fitted()
        return self._parts(np.asarray(X, dtype=np.float64))
