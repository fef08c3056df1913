"""A smooth border around the training data: how thinly a row is covered by the rows that hold it up.

B. Schölkopf, J. C. Platt, J. Shawe-Taylor, A. J. Smola, R. C. Williamson, "Estimating the support of a high-dimensional
distribution", Neural Computation 2001; on a few landmarks after C. Williams, M. Seeger, "Using the Nyström method
to speed up kernel machines", NIPS 2000. Scikit-learn solves both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._neighbours import kept_rows
from oddline.detectors._scales import learn_scale
from oddline.detectors.base import Detector

__all__ = ["OneClassSvm"]

BLOCK = 4_096
"""Rows scored at once; bounds the memory, not the answer."""

STEPS = 200_000
"""Rows that the stochastic solver looks at, at least: few rows are gone over again and again."""

SEEDED = 10_000
"""Rows among which the landmarks are drawn, at most."""


class OneClassSvm(Detector):
    """One-class support vector machine with a Gaussian kernel; what its support vectors do not cover is odd.

    The score is -ln of the decision sum, the covering of the row by the support vectors, above the level that a share
    ``nu`` of training does not reach: more than 0 is outside of the border. The order of rows is that of the decision
    function, but where this has faded to nothing the logarithm goes on rising as the squared distance.

    Parameters
    ----------
    method
        ``exact`` solves the problem over the distinct training rows, whose time grows with their square.
        ``nystroem`` looks for a solution over ``n_components`` landmarks, drawn by k-means++, by stochastic gradient
        descent, and learns from all rows; the weights are made not negative afterwards, as those of an exact solution.
    nu
        Share of the training rows that may lie outside of the border, and share that supports it at least.
    gamma
        How fast a support vector's cover fades with the squared distance; by default the inverse of the lower quartile
        of the squared distances between training rows, so that three pairs of four hardly cover each other.
    max_samples
        Distinct training rows of the exact method, at most; of more, a seeded sample.
    n_components
        Landmarks of ``nystroem``.
    scale
        What columns are divided by: ``standard`` deviation, ``range``, or ``none`` if they are comparable already.
    random_state
        The seed of samples, landmarks and descent.

    Raises
    ------
    UsageError
        By ``fit``, if a parameter makes no sense.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 2)) * [1, 1000]
    >>> scores = OneClassSvm().fit(X).anomaly_score([[0, 0], [4, 4000], [40, 40000]])
    >>> bool(scores[0] < 0 < scores[1] < scores[2])
    True
    """

    def __init__(
        self,
        method: str = "exact",
        nu: float = 0.05,
        gamma: float | None = None,
        max_samples: int = 10_000,
        n_components: int = 500,
        scale: str = "standard",
        random_state: Any = 0,
    ) -> None:
        self.method = method
        self.nu = nu
        self.gamma = gamma
        self.max_samples = max_samples
        self.n_components = n_components
        self.scale = scale
        self.random_state = random_state

    def _fit(self, X: Floats) -> None:
        if self.method not in {"exact", "nystroem"} or not 0.0 < self.nu <= 1.0:
            raise UsageError(
                f"method is {self.method!r}, nu {self.nu}", expected="exact or nystroem, and more than 0 up to 1"
            )
        self.location_, self.scale_ = learn_scale(X, self.scale)
        scaled = (X - self.location_) / self.scale_
        self.gamma_ = _usual_gamma(scaled, self.random_state) if self.gamma is None else float(self.gamma)
        if self.method == "exact":
            learnt = kept_rows(scaled, self.max_samples, self.random_state)
            self.vectors_, weight = _exact(learnt, self.nu, self.gamma_)
        else:
            learnt = scaled
            self.vectors_, weight = _nystroem(scaled, self)
        self.log_weight_ = np.log(weight)
        self.level_ = 0.0
        self.level_ = float(np.quantile(self._uncovered(learnt), 1.0 - self.nu))

    def _exponents(self, rows: Floats) -> Floats:
        """Give ln of each vector's part in the covering of each row."""
        squared = np.einsum("ij,ij->i", rows, rows)[:, None] - 2.0 * (rows @ self.vectors_.T)
        squared += np.einsum("ij,ij->i", self.vectors_, self.vectors_)
        return np.asarray(self.log_weight_ - self.gamma_ * np.maximum(squared, 0.0))

    def _uncovered(self, rows: Floats) -> Floats:
        covered = np.empty(len(rows))
        for start in range(0, len(rows), BLOCK):
            exponents = self._exponents(rows[start : start + BLOCK])
            most = exponents.max(axis=1)
            covered[start : start + BLOCK] = most + np.log(np.exp(exponents - most[:, None]).sum(axis=1))
        return np.asarray(-covered - self.level_)

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._uncovered, (X - self.location_) / self.scale_)

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of the mean squared distance from the vectors, shape as ``X``.

        Each vector counts by its part in the covering of the row, so that those speak which are near. The unit is the
        distance at which cover falls by e.
        """
        self.require_fitted()
        rows = (np.asarray(X, dtype=np.float64) - self.location_) / self.scale_
        parts = np.empty(rows.shape)
        for start in range(0, len(rows), BLOCK):
            some = rows[start : start + BLOCK]
            exponents = self._exponents(some)
            speaks = np.exp(exponents - exponents.max(axis=1, keepdims=True))
            speaks /= speaks.sum(axis=1, keepdims=True)
            mean = speaks @ self.vectors_
            spread = np.maximum(speaks @ self.vectors_**2 - mean**2, 0.0)
            parts[start : start + BLOCK] = self.gamma_ * ((some - mean) ** 2 + spread)
        return parts


def _usual_gamma(rows: Floats, random_state: Any) -> float:
    from scipy.spatial.distance import pdist

    some = kept_rows(rows, 1_000, random_state)
    return float(1.0 / np.quantile(pdist(some, "sqeuclidean"), 0.25)) if len(some) > 1 else 1.0


def _exact(rows: Floats, nu: float, gamma: float) -> tuple[Floats, Floats]:
    """Give the support vectors and their weights."""
    from sklearn.svm import OneClassSVM

    solved = OneClassSVM(nu=nu, gamma=gamma, cache_size=500).fit(rows)
    weight = np.asarray(solved.dual_coef_).ravel()
    supports = weight > 0
    return np.asarray(solved.support_vectors_)[supports], weight[supports]


def _nystroem(rows: Floats, asked: OneClassSvm) -> tuple[Floats, Floats]:
    """Give the landmarks and their weights: the not negative sum that is nearest to what descent has found."""
    from scipy.optimize import nnls
    from sklearn.cluster import kmeans_plusplus
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import SGDOneClassSVM
    from sklearn.utils import check_random_state

    random = check_random_state(asked.random_state)
    some = kept_rows(rows, SEEDED, random)
    # Drawn by k-means++ and not evenly: a rare kind of row needs a landmark as well, or all of it is odd.
    landmarks, _ = kmeans_plusplus(some, min(asked.n_components, len(some)), random_state=random)
    kernel = Nystroem(gamma=asked.gamma_, n_components=len(landmarks), random_state=random).fit(landmarks)
    descent = SGDOneClassSVM(nu=asked.nu, average=True, random_state=random)
    for _ in range(-(-STEPS // len(rows))):
        for part in np.array_split(random.permutation(len(rows)), len(rows) // BLOCK + 1):
            descent.partial_fit(kernel.transform(rows[part]))
    weight, _ = nnls(kernel.transform(kernel.components_).T, descent.coef_.ravel(), maxiter=100 * len(landmarks))
    covers = weight > 0
    if not covers.any():
        return landmarks, np.full(len(landmarks), 1.0 / len(landmarks))
    return np.asarray(kernel.components_)[covers], weight[covers]
