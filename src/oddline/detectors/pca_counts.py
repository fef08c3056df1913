"""How far a window's weighted counts lie outside of the directions in which normal windows differ.

W. Xu, L. Huang, A. Fox, D. Patterson, M. Jordan, "Detecting large-scale system problems by mining console logs", SOSP
2009: counts weighted as in text retrieval (tf-idf), principal components, and the squared prediction error.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

__all__ = ["PcaCounts"]


class PcaCounts(Detector):
    """The length of the part of a window that the principal components of normal windows do not reach.

    Parameters
    ----------
    variance
        The share of the variance that the components hold, above 0 and below 1.
    weighted
        Whether counts are weighted by the inverse document frequency of their column.

    Examples
    --------
    >>> n = np.arange(1.0, 50.0)
    >>> detector = PcaCounts().fit(np.column_stack([n, n, 2 * n]))
    >>> detector.anomaly_score([[5, 5, 10], [5, 5, 30]]).round(1).tolist()
    [0.0, 11.5]
    """

    def __init__(self, variance: float = 0.95, weighted: bool = True) -> None:
        self.variance = variance
        self.weighted = weighted

    def _fit(self, X: Floats) -> None:
        if not 0 < self.variance < 1:
            raise UsageError(f"variance={self.variance}", expected="a share above 0 and below 1")
        there = (X > 0).sum(axis=0)
        idf = np.log((len(X) + 1.0) / (there + 0.5)) if self.weighted else np.ones(X.shape[1])
        # A template that every window has weighs little, not nothing: it may be missing, or be there too often.
        self.weight_ = np.maximum(idf, 1.0)
        rows = X * self.weight_
        self.middle_ = rows.mean(axis=0)
        _, sizes, directions = np.linalg.svd(rows - self.middle_, full_matrices=False)
        held = np.cumsum(sizes**2)
        count = int(np.searchsorted(held, self.variance * held[-1])) + 1 if held[-1] > 0 else 0
        self.components_ = directions[:count]

    def _score(self, X: Floats) -> Floats:
        return np.asarray(np.linalg.norm(self._left(X), axis=1))

    def _left(self, X: Floats) -> Floats:
        """Give what is left of each window outside of the components."""
        offset = X * self.weight_ - self.middle_
        return np.asarray(offset - (offset @ self.components_.T) @ self.components_)

    def contributions(self, X: Any) -> Floats:
        """Give the square of what is left in each column: the parts add up to the square of the score."""
        self.require_fitted()
        return np.asarray(self._left(self._checked(X, reset=False)) ** 2)
