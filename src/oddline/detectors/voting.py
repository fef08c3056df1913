"""Several detectors vote: by how surprised they are, each as loud as its weight, or by a show of hands.

Scores of different detectors are not comparable; surprises are (-log10 of the chance that a normal window scores so
high). Joining by probabilities: J. Gao and P.-N. Tan, "Converting output scores from outlier detection algorithms into
probability estimates", ICDM 2006; H.-P. Kriegel et al., "Interpreting and unifying outlier scores", SDM 2011.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats, Kind
from oddline.detectors._members import Member, built, calibrated, halves, joined_blame, kind_of, surprises, viewed
from oddline.detectors.base import Detector

__all__ = ["Voting"]


class Voting(Detector):
    """Each member learns from most of the windows and is calibrated on the rest; then their surprises are joined.

    Parameters
    ----------
    members
        Names of detectors, or detectors. Those of sequences and those of tables may vote together: a table has then
        the counts of the events.
    rule
        ``mean`` of the surprises, the ``largest``, or ``hands``: how many members are surprised by ``level`` or more.
    weights
        How loud each member is; by default all are alike.
    level
        With ``hands``, the surprise at which a member raises its hand: 2 is one normal window in a hundred.
    held_back
        The share of the training windows that calibrates.
    random_state
        The seed of the members and of what is held back.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(400, 3))
    >>> voting = Voting(members=("mahalanobis", "isolation_forest"), rule="hands").fit(X)
    >>> voting.anomaly_score([[0, 0, 0], [9, 9, 9]]).astype(int).tolist()
    [0, 2]
    """

    def __init__(
        self,
        members: tuple[Member, ...] = ("mahalanobis", "isolation_forest"),
        rule: Literal["mean", "largest", "hands"] = "mean",
        weights: tuple[float, ...] | None = None,
        level: float = 2.0,
        held_back: float = 0.2,
        random_state: Any = 0,
    ) -> None:
        self.members = members
        self.rule = rule
        self.weights = weights
        self.level = level
        self.held_back = held_back
        self.random_state = random_state

    @property
    def consumes(self) -> Kind:  # type: ignore[override]
        """What the members consume together."""
        kind: Kind = kind_of(tuple(self.members))
        return kind

    def _fit(self, X: Any) -> None:
        self._loudness()
        view = viewed(X, self.consumes == "sequence")
        taught, kept = halves(len(X), self.held_back, self.random_state)
        self.width_ = view.width
        self.members_, self.tails_ = [], []
        for name in self.members:
            member = built(name, self.random_state)
            matrix = view.of(member)
            member.fit(matrix[taught])
            self.members_.append(member)
            self.tails_.append(calibrated(member, member.anomaly_score(matrix[kept])))

    def _score(self, X: Any) -> Floats:
        surprise = self._surprises(X)
        loudness = self._loudness()
        if self.rule == "largest":
            return np.asarray((surprise * loudness).max(axis=1))
        mean = surprise @ loudness / loudness.sum()
        if self.rule == "mean":
            return np.asarray(mean)
        hands = (surprise >= self.level) @ loudness
        # Windows with as many hands are told apart by the mean, which never weighs as much as a hand.
        return np.asarray(hands + mean / (mean + 1.0) * loudness.min() / 2)

    def _surprises(self, X: Any) -> Floats:
        return surprises(self.members_, self.tails_, viewed(X, self.consumes == "sequence", self.width_))

    def _loudness(self) -> Floats:
        loudness = np.ones(len(self.members)) if self.weights is None else np.asarray(self.weights, dtype=np.float64)
        if not len(self.members) or loudness.shape != (len(self.members),) or loudness.min() < 0 or not loudness.any():
            raise UsageError(f"weights {self.weights} for members {self.members}", expected="one weight a member")
        if self.rule not in {"mean", "largest", "hands"}:
            raise UsageError(f"rule={self.rule}", expected="mean, largest or hands")
        return loudness

    def contributions(self, X: Any) -> Floats | None:
        """Give each column's or event's part of each score: the members' parts, each as loud as its surprise."""
        self.require_fitted()
        view = viewed(self._checked(X, reset=False), self.consumes == "sequence", self.width_)
        surprise = self._surprises(view.X) * self._loudness()
        return joined_blame(view, self.members_, surprise)
