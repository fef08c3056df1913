"""Distance from the nearest cluster in units of its spread; clusters follow a stream and forget what is long ago.

D. Sculley, "Web-scale k-means clustering", WWW 2010 (mini-batches), with the decay of old weight and the splitting of
dying clusters that Apache Spark's streaming k-means has; first centres after D. Arthur, S. Vassilvitskii, "k-means++",
2007.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._online import ByChunks, generator

__all__ = ["StreamingKMeans"]

ROUNDS = 10
"""Rounds of k-means on the first chunk."""

BORROWED = 10.0
"""So many rows of all the data speak with each cluster about its spread: three rows know no spread of their own."""

NARROWEST = 1e-4
"""No cluster is narrower than this share of a column's variance."""

DYING = 1e-2
"""A cluster with less than this share of the weight leaves; the heaviest one is split in its place."""

BLOCK = 65_536
"""Rows scored at once; bounds the memory, not the answer."""


class StreamingKMeans(ByChunks):
    """Rows far from every cluster are odd, where each cluster and column has its own measure of far.

    Parameters
    ----------
    n_clusters
        Clusters; fewer if the first chunk has fewer distinct rows.
    decay
        What the weight of the past is multiplied by with each chunk: 1 never forgets, 0 knows the last chunk only.
    chunk_size
        Rows of a mini-batch.
    random_state
        The seed of the first centres.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> two = np.vstack([random.normal(size=(300, 2)), random.normal(size=(300, 2)) + 20])
    >>> detector = StreamingKMeans().partial_fit(random.permutation(two))
    >>> between, usual = detector.anomaly_score([[10, 10], [20, 20]])
    >>> bool(between > 3 > usual)
    True
    """

    centre_: Floats
    """One row a cluster."""
    weight_: Floats
    """Rows of each cluster, those of the past counting less."""
    squares_: Floats
    """Sum of the squared deviations of these rows, by cluster and column."""

    def __init__(self, n_clusters: int = 8, decay: float = 0.9, chunk_size: int = 500, random_state: Any = 0) -> None:
        self.n_clusters = n_clusters
        self.decay = decay
        self.chunk_size = chunk_size
        self.random_state = random_state

    def _learn(self, rows: Floats, number: int) -> None:
        if self.n_clusters < 1 or not 0.0 <= self.decay <= 1.0:
            raise UsageError(
                f"n_clusters is {self.n_clusters}, decay is {self.decay}", expected="1 or more, and between 0 and 1"
            )
        if hasattr(self, "centre_"):
            cluster = _nearest(rows, self.centre_, 1.0 / self._overall())
            self.weight_, self.squares_ = self.weight_ * self.decay, self.squares_ * self.decay
        else:
            self.centre_, cluster = _first(rows, self.n_clusters, generator(self.random_state, number))
            self.weight_, self.squares_ = np.zeros(len(self.centre_)), np.zeros(self.centre_.shape)
        self._take_in(rows, cluster)
        self._replace_dying()
        pooled = self.squares_.sum(axis=0) / self.weight_.sum()
        own = (self.squares_ + BORROWED * pooled) / (self.weight_ + BORROWED)[:, None]
        self.spread_ = np.sqrt(np.maximum(own, NARROWEST * self._overall()))

    def _take_in(self, rows: Floats, cluster: npt.NDArray[np.intp]) -> None:
        """Move each cluster to the mean of its rows, old and new (T. Chan, G. Golub, R. LeVeque, 1979)."""
        count = np.bincount(cluster, minlength=len(self.centre_)).astype(np.float64)
        some = np.maximum(count, 1.0)[:, None]
        offset = rows - self.centre_[cluster]
        shift, squares = np.zeros(self.centre_.shape), np.zeros(self.centre_.shape)
        np.add.at(shift, cluster, offset)
        shift /= some
        np.add.at(squares, cluster, (offset - shift[cluster]) ** 2)
        weight = self.weight_ + count
        share = np.divide(count, weight, out=np.zeros(len(weight)), where=weight > 0)[:, None]
        self.squares_ = self.squares_ + squares + self.weight_[:, None] * share * shift**2
        self.centre_ = self.centre_ + share * shift
        self.weight_ = weight

    def _replace_dying(self) -> None:
        """Split the heaviest cluster, along its widest column, wherever another has hardly any weight left."""
        for dying in np.flatnonzero(self.weight_ < DYING * self.weight_.sum()).tolist():
            heavy = int(self.weight_.argmax())
            deviation = np.sqrt(self.squares_[heavy] / self.weight_[heavy])
            widest = int((deviation / np.sqrt(self._overall())).argmax())
            for part in (self.weight_, self.squares_):
                part[heavy] /= 2.0
                part[dying] = part[heavy]
            self.centre_[dying] = self.centre_[heavy]
            self.centre_[dying, widest] += deviation[widest] / 2.0
            self.centre_[heavy, widest] -= deviation[widest] / 2.0

    def _overall(self) -> Floats:
        """Give each column's variance over all that is remembered; 1 where it never varied."""
        whole = self.weight_.sum()
        middle = self.weight_ @ self.centre_ / whole
        variance = (self.squares_.sum(axis=0) + self.weight_ @ (self.centre_ - middle) ** 2) / whole
        return _no_zeros(variance, middle)

    def _score(self, X: Floats) -> Floats:
        return np.concatenate([_far(X[start : start + BLOCK], self) for start in range(0, len(X), BLOCK)])

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of the squared distance from the nearest cluster, shape as ``X``."""
        self.require_fitted()
        rows = np.asarray(X, dtype=np.float64)
        nearest = np.stack([_squared(rows, *one) for one in zip(self.centre_, self.spread_, strict=True)]).argmin(
            axis=0
        )
        parts: Floats = ((rows - self.centre_[nearest]) / self.spread_[nearest]) ** 2 / rows.shape[1]
        return parts


def _squared(rows: Floats, centre: Floats, spread: Floats) -> Floats:
    squared: Floats = (((rows - centre) / spread) ** 2).mean(axis=1)
    return squared


def _far(rows: Floats, fitted: StreamingKMeans) -> Floats:
    least = np.full(len(rows), np.inf)
    for centre, spread in zip(fitted.centre_, fitted.spread_, strict=True):
        np.minimum(least, _squared(rows, centre, spread), out=least)
    return np.asarray(np.sqrt(least))


def _no_zeros(variance: Floats, middle: Floats) -> Floats:
    varies = variance > (1e-12 * np.maximum(1.0, np.abs(middle))) ** 2
    return np.asarray(np.where(varies, variance, 1.0))


def _nearest(rows: Floats, centre: Floats, scale: Floats) -> npt.NDArray[np.intp]:
    """Give each row's nearest centre, columns weighed by ``scale``."""
    return np.asarray(np.stack([((rows - one) ** 2) @ scale for one in centre]).argmin(axis=0))


def _first(rows: Floats, clusters: int, random: np.random.Generator) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Find the clusters of the first chunk: centres drawn by k-means++, then a few rounds of k-means."""
    scale = 1.0 / _no_zeros(rows.var(axis=0), rows.mean(axis=0))
    centre = rows[[random.integers(len(rows))]]
    while len(centre) < clusters:
        far = np.stack([((rows - one) ** 2) @ scale for one in centre]).min(axis=0)
        if far.sum() <= 0:
            break  # no further distinct row
        centre = np.vstack([centre, rows[random.choice(len(rows), p=far / far.sum())]])
    for _ in range(ROUNDS):
        cluster = _nearest(rows, centre, scale)
        count = np.bincount(cluster, minlength=len(centre))[:, None]
        total = np.zeros(centre.shape)
        np.add.at(total, cluster, rows)
        centre = np.where(count > 0, total / np.maximum(count, 1), centre)
    return centre, _nearest(rows, centre, scale)
