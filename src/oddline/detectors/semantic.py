"""How far what a window says is from anything that training said."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from oddline.core.nouns import Floats
from oddline.detectors._distinct import distinct_rows, score_distinct
from oddline.detectors.base import Detector

__all__ = ["Semantic"]

HALF = 0.5
"""How new a point is that training had once, as a share of its distance to the next one."""


class Semantic(Detector):
    """The distance to the nearest of the points that training had, by default of what is said (``semantic_text``).

    The idea of X. Zhang et al., "Robust log-based anomaly detection on unstable log data", ESEC/FSE 2019 (LogRobust):
    a line that is worded a little differently than in training is near, one about something else is far. No sentence
    encoder is needed; one that lies on this machine is used by the feature's parameter ``encoder``. A point that
    training had only once is known by half: half its distance to the next one counts.

    Parameters
    ----------
    most
        Distinct points that are kept, the commonest first.

    Examples
    --------
    >>> detector = Semantic().fit([[0.0, 1.0], [0.0, 1.0], [0.0, 9.0]])
    >>> detector.anomaly_score([[0.0, 1.0], [0.0, 4.0], [0.0, 9.0]]).tolist()
    [0.0, 3.0, 4.0]
    """

    feature = "semantic_text"

    def __init__(self, most: int = 5000) -> None:
        self.most = most

    def _fit(self, X: Floats) -> None:
        rows, place = distinct_rows(X)
        times = np.bincount(place)
        common = np.sort(np.argsort(-times, kind="stable")[: self.most])
        self.known_ = rows[common]
        self.new_ = np.zeros(len(common))
        if len(common) > 1:
            next_one = cKDTree(self.known_).query(self.known_, k=2)[0][:, 1]
            self.new_ = np.where(times[common] == 1, HALF * next_one, 0.0)

    def _nearest(self, X: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
        distance, which = cKDTree(self.known_).query(X)
        return np.asarray(distance), np.asarray(which)

    def _score(self, X: Floats) -> Floats:
        def score(rows: Floats) -> Floats:
            distance, which = self._nearest(rows)
            total: Floats = distance + self.new_[which]
            return total

        return score_distinct(score, X)

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the squared distance to the nearest known point, shape as ``X``."""
        self.require_fitted()
        given = np.asarray(X, dtype=np.float64)
        parts: Floats = (given - self.known_[self._nearest(given)[1]]) ** 2
        return parts
