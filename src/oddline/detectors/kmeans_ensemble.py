"""Distance from the nearest of many centres, over several numbers of clusters and several seeds.

Clusters: S. Lloyd, "Least squares quantization in PCM", 1982, begun as D. Arthur and S. Vassilvitskii, "k-means++",
SODA 2007, say. How many clusters there are nobody knows, and one draw of centres is luck: the mean over several
numbers and seeds is neither (A. Strehl and J. Ghosh, "Cluster ensembles", JMLR 3, 2002, for the idea of joining them).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

__all__ = ["KmeansEnsemble"]

BLOCK = 8_192
"""Rows whose distances are in memory at once; bounds the memory, not the answer."""

PART = 1_536
"""The same where it goes by parts: distances of so many rows from all centres stay in the processor's cache."""

TIGHTEST = 0.1
"""The spread of a cluster, as a part of the usual one, below which it counts as that: copies of one row have none."""

OUTER = 0.99
"""The share of training rows that a member calls usual when hands are counted."""


class KmeansEnsemble(Detector):
    """How far from the nearest centre, in units of how far rows usually are, as the mean over many clusterings.

    The score is the root of the mean over the members of (distance / spread)², and so is 1 for a usual row. It grows
    with the distance without end. Columns should be on one scale (``Columns`` sees to that: the quantile scale suits
    best).

    Parameters
    ----------
    clusters
        Numbers of clusters; of each there is one member for every seed.
    seeds
        How many times each number is drawn anew.
    relative
        How much a cluster's own spread counts: 0 measures every distance by the mean spread of all clusters, 1 by
        that of the nearest cluster, so that rows just outside of a tight cluster are odd.
    rule
        ``mean``, or ``vote``: how many members find the row farther out than 99 in 100 rows of training, those with as
        many votes told apart by the mean.
    max_samples
        Rows that centres are found from, drawn at random; spreads are those of all rows.
    random_state
        The seed of all the seeds.

    Attributes
    ----------
    centres_ : array of shape (centres, features)
        Centres of all members; ``member_`` tells the member of each, ``spread_`` the spread that it measures by.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(500, 2))
    >>> detector = KmeansEnsemble(clusters=(2, 4)).fit(X)
    >>> detector.anomaly_score([[0.0, 0.0], [9.0, 9.0]]).round().tolist()
    [1.0, 13.0]
    >>> detector.confidence([[0.0, 0.0], [9.0, 9.0]]).tolist()
    [1.0, 1.0]
    """

    def __init__(
        self,
        clusters: tuple[int, ...] = (8, 16, 32),
        seeds: int = 2,
        relative: float = 0.0,
        rule: Literal["mean", "vote"] = "mean",
        max_samples: int = 10_000,
        random_state: Any = 0,
    ) -> None:
        self.clusters = clusters
        self.seeds = seeds
        self.relative = relative
        self.rule = rule
        self.max_samples = max_samples
        self.random_state = random_state

    def _fit(self, X: Floats) -> None:
        self._check()
        random = np.random.default_rng(self.random_state if isinstance(self.random_state, int) else 0)
        drawn = X if len(X) <= self.max_samples else X[np.sort(random.permutation(len(X))[: self.max_samples])]
        distinct = len(np.unique(drawn, axis=0))
        self.location_ = X.mean(axis=0)
        centres = [
            _centres(drawn - self.location_, min(int(count), distinct), int(random.integers(2**31)))
            for count in self.clusters
            for _ in range(self.seeds)
        ]
        self.centres_ = np.concatenate(centres)
        self.member_ = np.repeat(np.arange(len(centres)), [len(some) for some in centres])
        self.first_ = np.cumsum([0, *(len(some) for some in centres)])[:-1]
        self.spread_ = np.ones(len(self.centres_))
        nearest, squared = self._nearest(X)
        self.spread_ = self._spreads(nearest, squared)
        self.usual_ = np.quantile(np.sqrt(self._nearest(X)[1]), OUTER, axis=0)

    def _check(self) -> None:
        if not len(self.clusters) or min(self.clusters) < 1 or self.seeds < 1 or self.max_samples < 1:
            raise UsageError(
                f"clusters={self.clusters}, seeds={self.seeds}, max_samples={self.max_samples}",
                expected="1 or more each",
            )
        if not 0 <= self.relative <= 1 or self.rule not in {"mean", "vote"}:
            raise UsageError(
                f"relative={self.relative}, rule={self.rule!r}", expected="a number from 0 to 1, and mean or vote"
            )

    def _spreads(self, nearest: npt.NDArray[np.int64], squared: Floats) -> Floats:
        """Measure how far rows are from each centre, as the root of a mean square, between its own and its member's."""
        count = np.bincount(nearest.ravel(), minlength=len(self.centres_))
        total = np.bincount(nearest.ravel(), weights=squared.ravel(), minlength=len(self.centres_))
        usual = squared.mean(axis=0)[self.member_]
        own = np.where(count > 0, total / np.maximum(count, 1), usual)
        mixed = np.maximum(self.relative * own + (1.0 - self.relative) * usual, TIGHTEST**2 * usual)
        # All rows on their centres: any distance is then measured by its own unit.
        return np.sqrt(np.where(mixed > 0, mixed, 1.0))

    def _nearest(self, X: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
        """Give each row's nearest centre of each member, in units of its spread, and the square of that distance."""
        members = len(self.first_)
        nearest, squared = np.zeros((len(X), members), dtype=np.int64), np.zeros((len(X), members))
        lengths, inverse = (self.centres_**2).sum(axis=1), self.spread_**-2
        for start in range(0, len(X), BLOCK):
            rows = X[start : start + BLOCK] - self.location_
            # Without the rows' own lengths, which are the same for all centres of equal spread, too little is left to
            # rounding: what is nearest is found by this, how near it is below.
            far = ((rows**2).sum(axis=1)[:, None] + lengths - 2.0 * (rows @ self.centres_.T)) * inverse
            for number, begin in enumerate(self.first_):
                end = self.first_[number + 1] if number + 1 < members else len(self.centres_)
                place = begin + far[:, begin:end].argmin(axis=1)
                offset = (rows - self.centres_[place]) / self.spread_[place, None]
                nearest[start : start + len(rows), number] = place
                squared[start : start + len(rows), number] = np.einsum("ij,ij->i", offset, offset)
        return nearest, squared

    def _score(self, X: Floats) -> Floats:
        return self._joined(self._nearest(X)[1])

    def score_parts(
        self, numbers: Floats, varying: npt.NDArray[np.intp], combined: Floats, place: npt.NDArray[np.intp]
    ) -> Floats:
        """Score rows of which all but some columns have one of a few combinations of values: the same, but sooner.

        See :meth:`oddline.detectors.mahalanobis.Mahalanobis.score_parts`. Squares are expanded here, so that a row
        on a centre may seem a ten-millionth of a spread away from it.
        """
        fixed = np.setdiff1d(np.arange(self.centres_.shape[1]), varying)
        inverse = self.spread_[:, None] ** -2
        bound, centres = combined[:, fixed] - self.location_[fixed], self.centres_[:, fixed]
        lengths = (self.centres_**2).sum(axis=1)[:, None]
        between = ((bound**2).sum(axis=1) + lengths - 2.0 * (centres @ bound.T)) * inverse
        far = np.hstack([-2.0 * self.centres_[:, varying], np.ones_like(lengths)]) * inverse
        spans = list(zip(self.first_.tolist(), [*self.first_[1:].tolist(), len(self.centres_)], strict=True))
        squared = np.empty((len(spans), len(place)))
        # The same memory again and again: what is new would first have to be brought into the cache.
        memory = [np.empty((rows, PART)) for rows in (len(varying) + 1, len(far), len(far))]
        for start in range(0, len(place), PART):
            here = place[start : start + PART]
            some, away, constant = (one[:, : len(here)] for one in memory)
            np.subtract(numbers[:, start : start + PART], self.location_[varying, None], out=some[:-1])
            np.einsum("ij,ij->j", some[:-1], some[:-1], out=some[-1])
            np.matmul(far, some, out=away)
            away += np.take(between, here, axis=1, out=constant, mode="clip")
            for member, (begin, end) in enumerate(spans):
                away[begin:end].min(axis=0, out=squared[member, start : start + PART])
        return self._joined(np.maximum(squared, 0.0, out=squared).T)

    def _joined(self, squared: Floats) -> Floats:
        """Join what the members say: squares of distances in spreads, one column a member."""
        mean = np.sqrt(squared.mean(axis=1))
        if self.rule == "mean":
            return np.asarray(mean)
        votes = (np.sqrt(squared) > self.usual_).sum(axis=1)
        return np.asarray(votes + mean / (mean + 1.0) / 2.0)

    def confidence(self, X: Any) -> Floats:
        """Tell how much the members agree about each row, from 0 (half of them find it far out) to 1 (all or none)."""
        self.require_fitted()
        far = np.sqrt(self._nearest(self._checked(X, reset=False))[1]) > self.usual_
        return np.asarray(np.abs(2.0 * far.mean(axis=1) - 1.0))

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the square of the mean distance, shape as ``X``; they add up to it."""
        self.require_fitted()
        X = np.asarray(X, dtype=np.float64)
        nearest, _ = self._nearest(X)
        parts = np.zeros(X.shape)
        for place in nearest.T:
            parts += ((X - self.location_ - self.centres_[place]) / self.spread_[place, None]) ** 2
        return np.asarray(parts / nearest.shape[1])


def _centres(rows: Floats, count: int, seed: int) -> Floats:
    from sklearn.cluster import KMeans

    found: Floats = KMeans(count, n_init=1, max_iter=50, random_state=seed).fit(rows).cluster_centers_
    return found
