"""How unlikely a row is under a mixture of a few normal distributions.

A. P. Dempster, N. M. Laird, D. B. Rubin, "Maximum likelihood from incomplete data via the EM algorithm", 1977;
scikit-learn runs it, and plain arrays are kept of it.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.cluster import kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as Mixture
from sklearn.utils import check_random_state

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._neighbours import kept_rows, nearest
from oddline.detectors._scales import learn_scale
from oddline.detectors._shrunk import shrunk_covariance
from oddline.detectors.base import Detector

__all__ = ["GaussianMixture"]

ROWS_A_COLUMN = 5
"""Rows that a component needs for every column, or there are fewer components: a covariance from less is a guess."""

SEEDED = 10_000
"""Rows among which the first centres are drawn, at most."""


class GaussianMixture(Detector):
    """Rows that are unlikely under every one of several normal distributions are odd.

    The score is -ln of the density. Along a straight line out of the training data it rises as a square, by the
    widest component at last, and does not turn over.

    Parameters
    ----------
    n_components
        Normal distributions, each with a covariance of its own; fewer if there are not enough rows for so many.
    ridge
        Variance that is added to each column of each of them, as a share of the column's own.
    max_samples
        Training rows that are looked at, at most; of more, a seeded sample.
    scale
        What columns are divided by: ``standard`` deviation, ``range``, or ``none`` if they are comparable already.
    random_state
        The seed of sample and first centres.

    Raises
    ------
    UsageError
        By ``fit``, if a parameter makes no sense.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> two = np.vstack([random.normal(size=(300, 2)), random.normal(size=(300, 2)) + 20])
    >>> between, usual = GaussianMixture(n_components=2).fit(two).anomaly_score([[10, 10], [20, 20]])
    >>> bool(between > usual + 10)
    True
    """

    def __init__(
        self,
        n_components: int = 8,
        ridge: float = 0.1,
        max_samples: int = 20_000,
        scale: str = "standard",
        random_state: Any = 0,
    ) -> None:
        self.n_components = n_components
        self.ridge = ridge
        self.max_samples = max_samples
        self.scale = scale
        self.random_state = random_state

    def _fit(self, X: Floats) -> None:
        if self.n_components < 1 or self.ridge <= 0 or self.max_samples < 1:
            raise UsageError(
                f"n_components is {self.n_components}, ridge {self.ridge}, max_samples {self.max_samples}",
                expected="1 or more, more than 0, and 1 or more",
            )
        self.location_, self.scale_ = learn_scale(X, self.scale)
        random = check_random_state(self.random_state)
        scaled = (X - self.location_) / self.scale_
        if len(scaled) > self.max_samples:
            scaled = scaled[np.sort(random.choice(len(scaled), self.max_samples, replace=False))]
        components = min(self.n_components, len(scaled) // (ROWS_A_COLUMN * scaled.shape[1]))
        some = kept_rows(scaled, SEEDED, random)
        if min(components, len(some)) < 2:
            mean = scaled.mean(axis=0)
            self._keep(np.ones(1), mean[None, :], _root(scaled - mean, self.ridge)[None, :, :])
            return
        centre, _ = kmeans_plusplus(some, min(components, len(some)), random_state=random)
        self._learn_several(scaled, np.asarray(centre), random)

    def _learn_several(self, scaled: Floats, centre: Floats, random: Any) -> None:
        _, which = nearest(centre, scaled, 1)
        root = _root(scaled - centre[which.ravel()], self.ridge)
        mixture = Mixture(
            len(centre),
            reg_covar=self.ridge,
            # From the same width everywhere: k-means, its own way to begin, adds up in another order with each run.
            weights_init=np.full(len(centre), 1.0 / len(centre)),
            means_init=centre,
            precisions_init=np.repeat((root @ root.T)[None, :, :], len(centre), axis=0),
            random_state=random,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a hundred rounds are enough for a score
            mixture.fit(scaled)
        self._keep(mixture.weights_, mixture.means_, mixture.precisions_cholesky_)

    def _keep(self, weight: Floats, mean: Floats, root: Floats) -> None:
        self.mean_, self.root_ = mean, root
        determinant = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        self.level_ = np.log(np.maximum(weight, 1e-300)) + determinant - 0.5 * mean.shape[1] * np.log(2.0 * np.pi)

    def _exponents(self, rows: Floats) -> Floats:
        """Give ln of each component's density at each row, times its weight."""
        squared = [
            np.einsum("ij,ij->i", (offset := (rows - mean) @ root), offset)
            for mean, root in zip(self.mean_, self.root_, strict=True)
        ]
        return np.asarray(self.level_ - 0.5 * np.stack(squared, axis=1))

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._unlikely, (X - self.location_) / self.scale_)

    def _unlikely(self, rows: Floats) -> Floats:
        exponents = self._exponents(rows)
        most = exponents.max(axis=1)
        return np.asarray(-most - np.log(np.exp(exponents - most[:, None]).sum(axis=1)))

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of the squared distance from the components, shape as ``X``.

        Each component counts by its part in the density of the row. A part below zero belongs to a column that makes
        the others more credible; it counts 0.
        """
        self.require_fitted()
        rows = (np.asarray(X, dtype=np.float64) - self.location_) / self.scale_
        exponents = self._exponents(rows)
        speaks = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        speaks /= speaks.sum(axis=1, keepdims=True)
        parts = np.zeros(rows.shape)
        for part, mean, root in zip(speaks.T, self.mean_, self.root_, strict=True):
            offset = rows - mean
            parts += part[:, None] * offset * (offset @ root @ root.T)
        return np.maximum(parts, 0.0)


def _root(offset: Floats, ridge: float) -> Floats:
    """Give a square root of the precision of such offsets, lower triangle of its Cholesky decomposition."""
    covariance = shrunk_covariance(offset)
    covariance.flat[:: len(covariance) + 1] += ridge
    return np.asarray(np.linalg.cholesky(np.linalg.inv(covariance)))
