"""Odd sessions against good ones: counts that no good session had, or an order of events that none had.

Where good sessions keep having the same few kinds of counts, a new kind is a finding (the strongest simple baseline of
M. Landauer et al., FSE 2024). Where nearly every good session has counts of its own, new counts say nothing, and the
order of the events decides. Which of the two a log is, its good sessions tell.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._distinct import distinct_rows
from oddline.detectors._nearest import apart, known_windows
from oddline.detectors.base import Detector
from oddline.detectors.nearest_frequent import NearestFrequent

__all__ = ["OddSessions"]

UNSEEN = 2
"""Which column from the end counts events of templates that training did not have."""


class OddSessions(Detector):
    """Distance of a session's counts from those of good ones, or the surprise of the order of its events.

    The last column is how surprising the order is, the one before it counts events of templates that no good session
    had, the others are counts: see the feature ``session_signals``. A template that no good session had is a finding
    whatever else a session holds: it adds what a good session so rare scores. How rare that is is told by how many
    templates only one good session has (I. Good, "The population frequencies of species and the estimation of
    population parameters", Biometrika 40, 1953).

    Parameters
    ----------
    share
        The share of the good sessions that must have the very same counts for these to be a good kind; 0 trusts
        every good session. See :class:`~oddline.detectors.nearest_frequent.NearestFrequent`.
    open_from
        The share of good sessions whose counts no other good one has, from which on the order decides.

    Examples
    --------
    >>> detector = OddSessions().fit([[3, 0, 0, 0.5]] * 30 + [[3, 1, 0, 0.5]] * 30 + [[4, 4, 0, 1]])
    >>> detector.anomaly_score([[3, 1, 0, 0.5], [3, 2, 0, 9.0], [3, 1, 1, 0.5]]).round(1).tolist()
    [0.0, 0.7, 6.7]
    """

    feature: ClassVar[str] = "session_signals"

    def __init__(self, share: float = 0.0, open_from: float = 0.5) -> None:
        self.share = share
        self.open_from = open_from

    @property
    def scores_in(self) -> str:
        """Give whether counts or the order of events decide."""
        return "order" if self.by_order_ else "counts"

    def _fit(self, X: Floats) -> None:
        counts = X[:, :-1]
        rows, place = distinct_rows(counts)
        alone = float((np.bincount(place, minlength=len(rows)) == 1).sum()) / len(X)
        self.by_order_ = bool(alone >= self.open_from or not counts.shape[1])
        self.judge_ = None if self.by_order_ else NearestFrequent(self.share).fit(counts)
        # What good sessions score when they are held against the others.
        usual = X[:, -1] if self.judge_ is None else apart(counts, known_windows(counts, self.share))
        new = ((counts > 0).sum(axis=0) == 1).sum() / len(X)
        told = counts.shape[1] >= UNSEEN and not counts[:, -1].any()
        self.of_unseen_ = max(_as_rare_as(usual, new), 0.0) if told else 0.0

    def _score(self, X: Floats) -> Floats:
        usual = X[:, -1] if self.judge_ is None else self.judge_.anomaly_score(X[:, :-1])
        return np.asarray(usual + self._unseen(X))

    def _unseen(self, X: Floats) -> Floats:
        """Give what templates that no good session had add to each score."""
        return np.asarray(self.of_unseen_ * (X[:, -UNSEEN] > 0)) if self.of_unseen_ else np.zeros(len(X))

    def contributions(self, X: Any) -> Floats:
        """Give each count's part of the distance, or all of it to the order; shape as ``X``."""
        self.require_fitted()
        checked = self._checked(X, reset=False)
        parts = np.zeros(checked.shape)
        if self.judge_ is None:
            parts[:, -1] = np.maximum(checked[:, -1], 0.0)
        else:
            parts[:, :-1] = self.judge_.contributions(checked[:, :-1])
        if self.of_unseen_:
            parts[:, -UNSEEN] += self._unseen(checked)
        return parts


def _as_rare_as(scores: Floats, share: float) -> float:
    """Give the score that such a share of these reach; beyond all of them, if hardly any would."""
    if share * len(scores) < 1:
        return float(scores.max() + np.ptp(scores) / 2.0)
    return float(np.quantile(scores, 1.0 - min(share, 1.0)))
