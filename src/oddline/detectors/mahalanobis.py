"""Distance from the middle of the training data, in units of its own spread and correlation.

P. C. Mahalanobis, "On the generalised distance in statistics", 1936; covariance shrunk after O. Ledoit and
M. Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats
from oddline.detectors._shrunk import shrunk_covariance
from oddline.detectors.base import Detector

__all__ = ["Mahalanobis"]


BLOCK = 2_048
"""Rows that are scored at once where it goes by parts: their numbers stay in the processor's cache."""


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

    def score_parts(
        self, numbers: Floats, varying: npt.NDArray[np.intp], combined: Floats, place: npt.NDArray[np.intp]
    ) -> Floats:
        """Score rows of which all but some columns have one of a few combinations of values: the same, but sooner.

        The part of the distance that the combinations have, among themselves and with the rest, is computed once for
        each.

        Parameters
        ----------
        numbers
            The columns that vary freely, shape (columns, rows).
        varying
            Which columns of a whole row these are.
        combined
            A whole row of each combination; its varying columns count for nothing.
        place
            The combination of each row.

        Examples
        --------
        >>> X = np.random.default_rng(0).normal(size=(9, 3))
        >>> X[:, 2] = X[:, 2] > 0
        >>> detector = Mahalanobis().fit(X)
        >>> kinds = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
        >>> scores = detector.score_parts(X[:, :2].T, np.array([0, 1]), kinds, X[:, 2].astype(int))
        >>> bool(np.allclose(scores, detector.anomaly_score(X)))
        True
        """
        fixed = np.setdiff1d(np.arange(len(self.location_)), varying)
        bound = (combined[:, fixed] - self.location_[fixed]) / self.scale_[fixed]
        scale, location = self.scale_[varying, None], self.location_[varying, None]
        inner = self.precision_[np.ix_(varying, varying)] / (scale * scale.T)
        between = 2.0 * (self.precision_[np.ix_(varying, fixed)] @ bound.T) / scale
        own = np.einsum("ij,ij->i", bound @ self.precision_[np.ix_(fixed, fixed)], bound)
        squared = np.empty(len(place))
        # The same memory again and again: what is new would first have to be brought into the cache.
        memory = np.empty((3, len(varying), BLOCK))
        for start in range(0, len(place), BLOCK):
            here = place[start : start + BLOCK]
            free, along, constant = memory[:, :, : len(here)]
            np.subtract(numbers[:, start : start + BLOCK], location, out=free)
            np.matmul(inner, free, out=along)
            along += np.take(between, here, axis=1, out=constant, mode="clip")
            np.einsum("ij,ij->j", along, free, out=squared[start : start + BLOCK])
        squared += own[place]
        return np.sqrt(np.maximum(squared, 0.0, out=squared), out=squared)

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the squared distance, shape as ``X``.

        The parts offset * (precision @ offset) add up to the square of the score. A part below zero belongs
        to a column that makes the others more credible; it has no blame, and counts 0.
        """
        self.require_fitted()
        offset = (np.asarray(X, dtype=np.float64) - self.location_) / self.scale_
        parts: Floats = np.maximum(offset * (offset @ self.precision_), 0.0)
        return parts
