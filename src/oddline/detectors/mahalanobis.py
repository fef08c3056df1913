"""Distance from the middle of the training data, in units of its own spread and correlation.

P. C. Mahalanobis, "On the generalised distance in statistics", 1936; covariance shrunk after O. Ledoit and
M. Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004.
"""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._shrunk import shrunk_covariance
from oddline.detectors.base import Detector

__all__ = ["Mahalanobis"]


class Mahalanobis(Detector):
    """How far from the middle, when each direction is measured by how much it usually varies.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> detector = Mahalanobis().fit(X)
    >>> bool(detector.anomaly_score([[5, 5]])[0] > detector.anomaly_score(X).max())
    True
    """

    def _fit(self, X: Floats) -> None:
        self.location_ = X.mean(axis=0)
        self.scale_ = np.where((spread := X.std(axis=0)) > 0, spread, 1.0)
        self.precision_ = np.linalg.inv(shrunk_covariance((X - self.location_) / self.scale_))

    def _score(self, X: Floats) -> Floats:
        offset = (X - self.location_) / self.scale_
        squared: Floats = np.einsum("ij,jk,ik->i", offset, self.precision_, offset, optimize=True)
        return np.sqrt(np.maximum(squared, 0.0))

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the squared distance, shape as ``X``.

        The parts offset * (precision @ offset) add up to the square of the score. A part below zero belongs
        to a column that makes the others more credible; it has no blame, and counts 0.
        """
        self.require_fitted()
        offset = (np.asarray(X, dtype=np.float64) - self.location_) / self.scale_
        parts: Floats = np.maximum(offset * (offset @ self.precision_), 0.0)
        return parts
