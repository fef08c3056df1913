"""How much thinner the training rows lie around a row than around its neighbours.

M. M. Breunig, H.-P. Kriegel, R. T. Ng, J. Sander, "LOF: identifying density-based local outliers", SIGMOD 2000,
for new rows (novelty).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._neighbours import Places, kept_rows, nearest, shared_out
from oddline.detectors._scales import learn_scale
from oddline.detectors.base import Detector

__all__ = ["LocalOutlierFactor"]

CLOSEST = 1e-2
"""No neighbour counts as nearer than this share of the usual distance: near twins would make all around them odd."""


class LocalOutlierFactor(Detector):
    """A row is odd if it is further from its neighbours than they are from theirs: about 1 is usual, 2 is twice as far.

    Training rows are made distinct first, as many alike would lie infinitely close. Neighbours are those among the
    rows kept from training, so a row scores alone as in company. Between a dense and a thin region the factor may
    fall on the way out, because the measure changes with the neighbours; away from all of training it only rises.

    Parameters
    ----------
    n_neighbors
        Nearest rows that make the neighbourhood.
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
    >>> random = np.random.default_rng(0)
    >>> dense, thin = random.normal(size=(200, 2)) * 0.01, random.normal(size=(200, 2)) + 20
    >>> detector = LocalOutlierFactor().fit(np.vstack([dense, thin]))
    >>> beside_dense, in_thin = detector.anomaly_score([[0.5, 0.5], [20, 20]])
    >>> bool(beside_dense > 5 > in_thin)
    True
    """

    def __init__(
        self, n_neighbors: int = 10, max_samples: int = 10_000, scale: str = "standard", random_state: Any = 0
    ) -> None:
        self.n_neighbors = n_neighbors
        self.max_samples = max_samples
        self.scale = scale
        self.random_state = random_state

    def _fit(self, X: Floats) -> None:
        if self.n_neighbors < 1 or self.max_samples < 2:
            raise UsageError(
                f"n_neighbors is {self.n_neighbors}, max_samples {self.max_samples}", expected="1 and 2, or more"
            )
        self.location_, self.scale_ = learn_scale(X, self.scale)
        self.rows_ = kept_rows((X - self.location_) / self.scale_, self.max_samples, self.random_state)
        self.looked_at_ = max(min(self.n_neighbors, len(self.rows_) - 1), 1)
        if len(self.rows_) == 1:
            # One distinct row has no neighbours; what is further than a unit from it is odd.
            self.reach_, self.density_ = np.ones(1), np.ones(1)
            return
        distance, which = nearest(self.rows_, self.rows_, self.looked_at_ + 1, settled=True)
        distance, which = distance[:, 1:], which[:, 1:]  # the first is the row itself: rows are distinct
        self.reach_ = np.maximum(distance[:, -1], CLOSEST * float(np.median(distance[:, -1])))
        self.density_ = 1.0 / self._reached(distance, which).mean(axis=1)

    def _reached(self, distance: Floats, which: Places) -> Floats:
        """Give the reachability distances: nobody is nearer to a row than its own neighbourhood is wide."""
        return np.asarray(np.maximum(distance, self.reach_[which]))

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._factor, (X - self.location_) / self.scale_)

    def _factor(self, rows: Floats) -> Floats:
        distance, which = nearest(self.rows_, rows, self.looked_at_, settled=True)
        return np.asarray(self._reached(distance, which).mean(axis=1) * self.density_[which].mean(axis=1))

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of the distances from the neighbours, in units of theirs, shape as ``X``."""
        self.require_fitted()
        rows = (np.asarray(X, dtype=np.float64) - self.location_) / self.scale_
        _, which = nearest(self.rows_, rows, self.looked_at_, settled=True)
        weight = np.repeat(self.density_[which].mean(axis=1)[:, None] / which.shape[1], which.shape[1], axis=1)
        return shared_out(self.rows_, rows, which, weight)
