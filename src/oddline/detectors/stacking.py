"""A detector over detectors: what is odd is an odd pattern of surprises.

D. Wolpert, "Stacked generalization", Neural Networks 5, 1992: the second floor learns from what the first floor says
of windows that it has not learnt, here its surprises, one column a member.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats, Kind
from oddline.detectors._members import (
    Member,
    as_surprise,
    built,
    calibrated,
    joined_blame,
    kind_of,
    out_of_fold,
    surprises,
    viewed,
)
from oddline.detectors.base import Detector

__all__ = ["Stacking"]

MOST_MEMBERS = 8
"""Every choice among them is tried."""


class Stacking(Detector):
    """The members are scored out of fold; the meta-detector learns which of their surprises go together.

    Members then learn from all windows again; their surprises are calibrated by the scores out of fold. A surprise
    below what is usual for a member counts as usual: being more normal than most is no oddity. And a window is as odd
    as the oddest choice of members makes it, the others taken for usual: else a member that is more surprised could
    make a window less odd, because usually another one is surprised with it.

    Parameters
    ----------
    members
        Names of detectors, or detectors, eight at most; see :class:`~oddline.detectors.voting.Voting`.
    meta
        The detector over their surprises.
    folds
        Parts of the training windows; each is scored by members that learnt from the others.
    random_state
        The seed of the members and of the folds.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 3))
    >>> stacking = Stacking(members=("mahalanobis", "isolation_forest")).fit(X)
    >>> bool(stacking.anomaly_score([[9, 9, 9]])[0] > stacking.anomaly_score(X).max())
    True
    """

    def __init__(
        self,
        members: tuple[Member, ...] = ("mahalanobis", "isolation_forest"),
        meta: Member = "mahalanobis",
        folds: int = 3,
        random_state: Any = 0,
    ) -> None:
        self.members = members
        self.meta = meta
        self.folds = folds
        self.random_state = random_state

    @property
    def consumes(self) -> Kind:  # type: ignore[override]
        """What the members consume together."""
        kind: Kind = kind_of(tuple(self.members))
        return kind

    def _fit(self, X: Any) -> None:
        if not 1 <= len(self.members) <= MOST_MEMBERS or self.folds < 2:
            raise UsageError(
                f"{len(self.members)} members in {self.folds} folds", expected=f"1 to {MOST_MEMBERS}, 2 folds or more"
            )
        view = viewed(X, self.consumes == "sequence")
        self.width_ = view.width
        self.members_, self.tails_ = [], []
        said = np.zeros((len(X), len(self.members)))
        for number, name in enumerate(self.members):
            member = built(name, self.random_state)
            matrix = view.of(member)
            scores = out_of_fold(name, self.random_state, matrix, self.folds)
            tail = calibrated(member, scores)
            said[:, number] = as_surprise(tail, scores)
            self.members_.append(member.fit(matrix))
            self.tails_.append(tail)
        self.usual_ = np.median(said, axis=0)
        self.meta_ = built(self.meta, self.random_state).fit(np.maximum(said, self.usual_))

    def _score(self, X: Any) -> Floats:
        said = np.maximum(self._surprises(X), self.usual_)
        heard = (np.where(mask, said, self.usual_) for mask in product((False, True), repeat=said.shape[1]))
        return np.asarray(np.stack([self.meta_.anomaly_score(some) for some in heard]).max(axis=0))

    def _surprises(self, X: Any) -> Floats:
        return surprises(self.members_, self.tails_, viewed(X, self.consumes == "sequence", self.width_))

    def contributions(self, X: Any) -> Floats | None:
        """Give each column's or event's part of each score: the members' parts, each as loud as its surprise."""
        self.require_fitted()
        view = viewed(self._checked(X, reset=False), self.consumes == "sequence", self.width_)
        return joined_blame(view, self.members_, self._surprises(view.X))
