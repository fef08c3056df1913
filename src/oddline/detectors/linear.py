"""A weighted sum of the columns that tells odd rows from normal ones, learnt from labels.

Logistic regression: D. Cox, "The regression analysis of binary sequences", JRSS B 20, 1958, with a ridge.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._supervised import SupervisedDetector, Truth

__all__ = ["Linear"]

FARTHEST = 1e100
"""Deviations beyond this are all alike, so that their sums are numbers."""


class Linear(SupervisedDetector):
    """The log-odds that a row is odd, as a sum with one term a column: the easiest to read of all.

    Parameters
    ----------
    strength
        How far the weights may go: the inverse of the ridge, for columns in standard deviations.
    balanced
        Whether normal and odd rows weigh as much together, however many there are of each.
    random_state
        Not needed: the answer is unique. It is here as it is for the other detectors.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 2))
    >>> detector = Linear().fit(X, X[:, 0] > 1)
    >>> bool(detector.anomaly_score([[2, 0]])[0] > detector.anomaly_score([[-1, 0]])[0])
    True
    """

    def __init__(self, strength: float = 1.0, balanced: bool = True, random_state: Any = 0) -> None:
        self.strength = strength
        self.balanced = balanced
        self.random_state = random_state

    def _fit_labelled(self, X: Floats, odd: Truth) -> None:
        from sklearn.linear_model import LogisticRegression

        self.location_ = X[~odd].mean(axis=0)
        spread = X.std(axis=0)
        self.scale_ = np.where(spread > 1e-12 * np.maximum(1.0, np.abs(self.location_)), spread, 1.0)
        weight = "balanced" if self.balanced else None
        fitted = LogisticRegression(C=self.strength, class_weight=weight, max_iter=1000).fit(self._laid(X), odd)
        self.weight_ = fitted.coef_[0]
        self.start_ = float(fitted.intercept_[0])

    def _laid(self, X: Floats) -> Floats:
        return np.asarray(np.clip((X - self.location_) / self.scale_, -FARTHEST, FARTHEST))

    def _score(self, X: Floats) -> Floats:
        # One row at a time would be summed in another order by BLAS; einsum sums every row alike.
        return np.asarray(self.start_ + np.einsum("ij,j->i", self._laid(X), self.weight_))

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the log-odds beyond the mean normal row's; what speaks for normal counts 0."""
        self.require_fitted()
        parts: Floats = np.maximum(self._laid(np.asarray(X, dtype=np.float64)) * self.weight_, 0.0)
        return parts
