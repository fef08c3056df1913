"""The one of several detectors that tells made-up oddities from held-back normal windows best.

Without labels nothing real can be asked; but a detector that cannot even tell a window whose parts are drawn from
different normal windows from a normal one has not learnt what belongs together. The oddities are of the two kinds of
A. Steinbuss and K. Böhm, "Generating artificial outliers in the absence of genuine ones", ACM TKDD 2021: dependence
broken (parts of different windows), and range left (a part beyond what was seen).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats, Kind
from oddline.detectors._members import Matrix, Member, built, halves, joined_blame, kind_of, viewed
from oddline.detectors.base import Detector

__all__ = ["BestOf"]


class BestOf(Detector):
    """Fits every candidate on most of the windows, keeps the best by its ROC-AUC on the rest, fits it on all.

    With labelled windows of validation ``oddline tune`` chooses better: made-up oddities say how well a detector has
    learnt the normal, not how the real ones look.

    Parameters
    ----------
    candidates
        Names of detectors, or detectors.
    held_back
        The share of the training windows that the choice is made on.
    random_state
        The seed of the candidates, of what is held back and of the made-up oddities.

    Attributes
    ----------
    chosen_ : int
        Which candidate was kept.
    validation_ : list of float
        ROC-AUC of each candidate.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(400, 1)) * [1.0, 1.0, 1.0] + np.eye(3)[0] * 0.01
    >>> best = BestOf(("isolation_forest", "mahalanobis")).fit(X)
    >>> best.candidates[best.chosen_]
    'mahalanobis'
    """

    def __init__(
        self,
        candidates: tuple[Member, ...] = ("mahalanobis", "isolation_forest"),
        held_back: float = 0.2,
        random_state: Any = 0,
    ) -> None:
        self.candidates = candidates
        self.held_back = held_back
        self.random_state = random_state

    @property
    def consumes(self) -> Kind:  # type: ignore[override]
        """What the candidates consume together."""
        kind: Kind = kind_of(tuple(self.candidates))
        return kind

    @property
    def scores_in(self) -> str:
        """Give which candidate was kept."""
        return str(self.chosen_)

    def _fit(self, X: Any) -> None:
        if not len(self.candidates):
            raise UsageError("no candidates", expected="at least one detector")
        view = viewed(X, self.consumes == "sequence")
        self.width_ = view.width
        taught, kept = halves(len(X), self.held_back, self.random_state)
        seed = self.random_state if isinstance(self.random_state, int) else 0
        odd = viewed(made_up(X[kept], X[taught], seed, sequence=view.sequence), view.sequence, view.width)
        usual = viewed(X[kept], view.sequence, view.width)
        truth = np.repeat([False, True], [len(usual.X), len(odd.X)])
        self.validation_ = []
        for candidate in self.candidates:
            member = built(candidate, self.random_state)
            member.fit(view.of(member)[taught])
            scores = [member.anomaly_score(part.of(member)) for part in (usual, odd)]
            self.validation_.append(float(roc_auc_score(truth, np.concatenate(scores))))
        self.chosen_ = int(np.argmax(self.validation_))
        best = built(self.candidates[self.chosen_], self.random_state)
        self.member_ = best.fit(view.of(best))

    def _score(self, X: Any) -> Floats:
        view = viewed(X, self.consumes == "sequence", self.width_)
        return self.member_.anomaly_score(view.of(self.member_))

    def contributions(self, X: Any) -> Floats | None:
        """Give the parts that the chosen one gives."""
        self.require_fitted()
        view = viewed(self._checked(X, reset=False), self.consumes == "sequence", self.width_)
        return joined_blame(view, [self.member_], self._score(view.X)[:, None].clip(0.0))


def made_up(kept: Matrix, taught: Matrix, seed: int, *, sequence: bool) -> Matrix:
    """Make two oddities of each held-back window: one with parts of others, one with a part out of range.

    Examples
    --------
    >>> made_up(np.array([[2, 3, 4, 0]]), np.array([[2, 3, 4, 0]]), 0, sequence=True).tolist()
    [[4, 2, 3, 0], [1, 3, 4, 0]]
    """
    random = np.random.default_rng(seed)
    mixed, left = kept.copy(), kept.copy()
    if sequence:
        for row in mixed:
            length = int(np.count_nonzero(row))
            row[:length] = random.permutation(row[:length])
        lengths = np.maximum(np.count_nonzero(left, axis=1), 1)
        left[np.arange(len(left)), random.integers(0, lengths)] = 1
        return np.vstack([mixed, left])
    for column in range(kept.shape[1]):
        mixed[:, column] = random.choice(taught[:, column], size=len(kept))
    at = random.integers(0, kept.shape[1], size=len(kept))
    spread = np.maximum(np.ptp(taught, axis=0), 1e-9)[at]
    left[np.arange(len(kept)), at] = taught.max(axis=0)[at] + random.uniform(0.1, 1.0, len(kept)) * spread
    return np.vstack([mixed, left])
