"""One detector after the other: the second judges only what the first passes on.

For instance an LSTM that predicts the next message, and an isolation forest over what it finds badly predicted: the
first looks at the order, the second at the counts, and the dearer one has less to do. The idea is P. Viola's and
M. Jones's ("Rapid object detection using a boosted cascade of simple features", CVPR 2001).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats, Kind
from oddline.detectors._members import (
    Member,
    as_surprise,
    built,
    calibrated,
    halves,
    joined_blame,
    kind_of,
    surprises,
    viewed,
)
from oddline.detectors.base import Detector

__all__ = ["Cascade"]

FEWEST_PASSED = 20
"""With fewer windows passed on in training the second detector learns from all of them."""


class Cascade(Detector):
    """What the first finds usual is done with; what it passes on is judged by both.

    The second learns from the training windows that the first passes on, which are normal, but not plainly so: it
    learns how a false alarm of the first looks. A window that is passed on scores the mean of both surprises, any
    other half of the first one's, so that passing on never makes a window less odd.

    Parameters
    ----------
    first, second
        Names of detectors, or detectors. If one is of sequences, the other, if it is of tables, has their counts.
    share
        The share of the training windows that the first passes on.
    held_back
        The share of the training windows that calibrates.
    random_state
        The seed of both and of what is held back.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(400, 3))
    >>> cascade = Cascade("mahalanobis", "isolation_forest").fit(X)
    >>> bool(cascade.anomaly_score([[9, 9, 9]])[0] > cascade.anomaly_score(X).max())
    True
    """

    def __init__(
        self,
        first: Member = "lstm_next",
        second: Member = "isolation_forest",
        share: float = 0.2,
        held_back: float = 0.2,
        random_state: Any = 0,
    ) -> None:
        self.first = first
        self.second = second
        self.share = share
        self.held_back = held_back
        self.random_state = random_state

    @property
    def consumes(self) -> Kind:  # type: ignore[override]
        """What both consume together."""
        kind: Kind = kind_of((self.first, self.second))
        return kind

    @property
    def needs(self) -> str:  # type: ignore[override]
        """The extra that one of them asks for."""
        return next((one.needs for one in (built(self.first, 0), built(self.second, 0)) if one.needs), "")

    def _fit(self, X: Any) -> None:
        if not 0 < self.share <= 1:
            raise UsageError(f"share={self.share}", expected="a number above 0, at most 1")
        view = viewed(X, self.consumes == "sequence")
        self.width_ = view.width
        taught, kept = halves(len(X), self.held_back, self.random_state)
        first, second = built(self.first, self.random_state), built(self.second, self.random_state)
        one, two = view.of(first), view.of(second)
        first.fit(one[taught])
        tail = calibrated(first, first.anomaly_score(one[kept]))
        said = as_surprise(tail, first.anomaly_score(one))
        self.level_ = float(np.quantile(said[kept], 1.0 - self.share))
        passed = taught[said[taught] >= self.level_]
        second.fit(two[passed if len(passed) >= FEWEST_PASSED else taught])
        self.members_ = [first, second]
        self.tails_ = [tail, calibrated(second, second.anomaly_score(two[kept]))]

    def _score(self, X: Any) -> Floats:
        said = self._surprises(X)
        return np.asarray((said[:, 0] + said[:, 1]) / 2.0)

    def _surprises(self, X: Any) -> Floats:
        """Give both surprises; the second is not asked about what the first does not pass on, and says 0 to it."""
        said = np.zeros((len(X), 2))
        view = viewed(X, self.consumes == "sequence", self.width_)
        said[:, :1] = surprises(self.members_[:1], self.tails_[:1], view)
        passed = np.flatnonzero(said[:, 0] >= self.level_)
        if len(passed):
            some = viewed(X[passed], view.sequence, self.width_)
            said[passed, 1:] = surprises(self.members_[1:], self.tails_[1:], some)
        return said

    def contributions(self, X: Any) -> Floats | None:
        """Give each column's or event's part of each score: both detectors' parts, each as loud as its surprise."""
        self.require_fitted()
        view = viewed(self._checked(X, reset=False), self.consumes == "sequence", self.width_)
        return joined_blame(view, self.members_, self._surprises(view.X))
