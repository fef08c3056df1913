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
from oddline.detectors.base import Detector
from oddline.detectors.nearest_frequent import NearestFrequent

__all__ = ["OddSessions"]


class OddSessions(Detector):
    """Distance of a session's counts from those of good ones, or the surprise of the order of its events.

    The last column is how surprising the order is, the others are counts: see the feature ``session_signals``.

    Parameters
    ----------
    share
        The share of the good sessions that must have the very same counts for these to be a good kind; 0 trusts
        every good session. See :class:`~oddline.detectors.nearest_frequent.NearestFrequent`.
    open_from
        The share of good sessions whose counts no other good one has, from which on the order decides.

    Examples
    --------
    >>> detector = OddSessions().fit([[3, 0, 0.5]] * 30 + [[3, 1, 0.5]] * 30)
    >>> detector.by_order_, detector.anomaly_score([[3, 1, 0.5], [3, 2, 9.0]]).round(1).tolist()
    (False, [0.0, 0.7])
    """

    feature: ClassVar[str] = "session_signals"

    def __init__(self, share: float = 0.0, open_from: float = 0.5) -> None:
        self.share = share
        self.open_from = open_from

    def _fit(self, X: Floats) -> None:
        counts = X[:, :-1]
        rows, place = distinct_rows(counts)
        alone = float((np.bincount(place, minlength=len(rows)) == 1).sum()) / len(X)
        self.by_order_ = bool(alone >= self.open_from or not counts.shape[1])
        self.judge_ = None if self.by_order_ else NearestFrequent(self.share).fit(counts)

    def _score(self, X: Floats) -> Floats:
        return X[:, -1] if self.judge_ is None else self.judge_.anomaly_score(X[:, :-1])

    def contributions(self, X: Any) -> Floats:
        """Give each count's part of the distance, or all of it to the order; shape as ``X``."""
        self.require_fitted()
        checked = self._checked(X, reset=False)
        parts = np.zeros(checked.shape)
        if self.judge_ is None:
            parts[:, -1] = np.maximum(checked[:, -1], 0.0)
        else:
            parts[:, :-1] = self.judge_.contributions(checked[:, :-1])
        return parts
