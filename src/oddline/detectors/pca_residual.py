"""Distance from the plane in which the training data vary, by principal components.

J. E. Jackson, G. S. Mudholkar, "Control procedures for residuals associated with principal component
analysis", Technometrics 1979; the two parts on one scale after M. E. Tipping, C. M. Bishop,
"Probabilistic principal component analysis", 1999.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._scales import learn_scale
from oddline.detectors._shrunk import RIDGE
from oddline.detectors.base import Detector

__all__ = ["PcaResidual"]


class PcaResidual(Detector):
    """Rows that the main directions of the training data cannot describe are odd.

    The score is a distance in usual deviations. Outside of the components all directions count alike, by the mean
    variance that training had there; inside, each by its own.

    Parameters
    ----------
    share
        Share of the variance that the components carry, between 0 and 1; at least one direction is left outside.
    within
        Whether distance inside of the components counts as well. Without, a row that is large along them is never odd.
    scale
        What columns are divided by: ``standard`` deviation, ``range``, or ``none`` if they are comparable already.

    Raises
    ------
    UsageError
        By ``fit``, if a parameter makes no sense.

    Examples
    --------
    >>> along = np.random.default_rng(0).normal(size=(200, 1))
    >>> X = along * [1.0, 1000.0] + np.random.default_rng(1).normal(size=(200, 2)) * [0.1, 100.0]
    >>> usual, broken = PcaResidual().fit(X).anomaly_score([[1, 1000], [1, -1000]])
    >>> bool(broken > 5 * usual)
    True
    """

    def __init__(self, share: float = 0.98, within: bool = True, scale: str = "standard") -> None:
        self.share = share
        self.within = within
        self.scale = scale

    def _fit(self, X: Floats) -> None:
        if not 0.0 < self.share <= 1.0:
            raise UsageError(f"share is {self.share}", expected="more than 0, and 1 or less")
        location, self.scale_ = learn_scale(X, self.scale)
        scaled = (X - location) / self.scale_
        self.location_ = location + scaled.mean(axis=0) * self.scale_
        centred = scaled - scaled.mean(axis=0)
        variance, direction = np.linalg.eigh(centred.T @ centred / len(X))
        variance, direction = np.maximum(variance[::-1], 0.0), direction[:, ::-1]
        carried = np.cumsum(variance) / max(float(variance.sum()), 1e-300)
        kept = min(int(np.searchsorted(carried, self.share)) + 1, X.shape[1] - 1)
        self.components_, inside = direction[:, :kept], variance[:kept]
        outside = max(float(variance[kept:].mean()), RIDGE)
        # What lies outside is weighed by one number, so the rest of a row stands for all of its directions.
        self.outside_ = 1.0 / outside
        self.inside_ = 1.0 / np.maximum(inside, outside) if self.within else np.zeros(kept)

    def _parts(self, X: Floats) -> tuple[Floats, Floats, Floats]:
        offset = (X - self.location_) / self.scale_
        along = offset @ self.components_
        return offset, along, offset - along @ self.components_.T

    def _score(self, X: Floats) -> Floats:
        _, along, rest = self._parts(X)
        squared = self.outside_ * np.einsum("ij,ij->i", rest, rest) + along**2 @ self.inside_
        return np.asarray(np.sqrt(squared))

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of the squared score, shape as ``X``.

        Outside of the components that is the column's own squared residual. Inside it is offset * (precision @ offset)
        as for the Mahalanobis distance, where a part below zero counts 0; without it the parts add up exactly.
        """
        self.require_fitted()
        offset, along, rest = self._parts(np.asarray(X, dtype=np.float64))
        inside = offset * ((along * self.inside_) @ self.components_.T)
        return np.asarray(self.outside_ * rest**2 + np.maximum(inside, 0.0))
