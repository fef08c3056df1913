"""Distance to the nearest rows of the training data.

S. Ramaswamy, R. Rastogi, K. Shim, "Efficient algorithms for mining outliers from large data sets", SIGMOD 2000 (the
largest of the distances); F. Angiulli, C. Pizzuti, "Fast outlier detection in high dimensional spaces",
PKDD 2002 (their mean).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._neighbours import kept_rows, nearest, shared_out
from oddline.detectors._scales import learn_scale
from oddline.detectors.base import Detector

__all__ = ["NearestRows"]


class NearestRows(Detector):
    """Rows that no training row is near to are odd, wherever they lie; columns are compared in units of their spread.

    Training rows are made distinct first: what was seen twice is no more usual for being a neighbour of itself.

    Parameters
    ----------
    n_neighbors
        Nearest rows that are looked at. With one, a single odd row in training hides all that are like it.
    distance
        ``mean`` of the distances to them, or the ``largest``.
    max_samples
        Distinct training rows that are kept, at most; of more, a seeded sample. Time for a score grows with it.
    scale
        What columns are divided by: ``standard`` deviation, ``range``, or ``none`` if they are comparable already.
    random_state
        The seed of the sample.

    Raises
    ------
    UsageError
        By ``fit``, if a parameter makes no sense.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(200, 2)) * [1, 1000]
    >>> detector = NearestRows().fit(X)
    >>> bool(detector.anomaly_score([[5, 0]])[0] > detector.anomaly_score([[0, 5]])[0])
    True
    """

    def __init__(
        self,
        n_neighbors: int = 3,
        distance: str = "mean",
        max_samples: int = 20_000,
        scale: str = "standard",
        random_state: Any = 0,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.distance = distance
        self.max_samples = max_samples
        self.scale = scale
        self.random_state = random_state

    def _fit(self, X: Floats) -> None:
        if self.n_neighbors < 1 or self.max_samples < 1 or self.distance not in {"mean", "largest"}:
            raise UsageError(
                f"n_neighbors is {self.n_neighbors}, max_samples {self.max_samples}, distance {self.distance!r}",
                expected="1 or more, 1 or more, and mean or largest",
            )
        self.location_, self.scale_ = learn_scale(X, self.scale)
        self.rows_ = kept_rows((X - self.location_) / self.scale_, self.max_samples, self.random_state)
        self.looked_at_ = min(self.n_neighbors, len(self.rows_))

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._far, (X - self.location_) / self.scale_)

    def _far(self, rows: Floats) -> Floats:
        distance, _ = nearest(self.rows_, rows, self.looked_at_)
        return np.asarray(distance.mean(axis=1) if self.distance == "mean" else distance[:, -1])

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of each score, shape as ``X``; they add up to the score."""
        self.require_fitted()
        rows = (np.asarray(X, dtype=np.float64) - self.location_) / self.scale_
        _, which = nearest(self.rows_, rows, self.looked_at_)
        which = which if self.distance == "mean" else which[:, -1:]
        return shared_out(self.rows_, rows, which, np.full(which.shape, 1.0 / which.shape[1]))
