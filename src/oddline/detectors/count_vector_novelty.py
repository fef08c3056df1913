"""Whether training had a window with these very counts, and how far the nearest one is if not.

The strongest simple baseline for sessions whose training data are known to be normal: M. Landauer et al., "A critical
review of common log data sets used for evaluation of sequence-based anomaly detection techniques", FSE 2024.
"""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._nearest import Known, known_windows
from oddline.detectors.base import Detector

__all__ = ["CountVectorNovelty"]


class CountVectorNovelty(Detector):
    """0 for counts that training had, 1 or more for any other: the nearer to 1 the nearer to what training had.

    Counts that training had only once are known by half: they stand between, by how far they are from the next ones.

    Parameters
    ----------
    reach
        The distance at which half of the way from 1 to 2 is gone.

    Examples
    --------
    >>> detector = CountVectorNovelty().fit([[3, 0], [3, 1]] * 5)
    >>> detector.anomaly_score([[3, 1], [3, 2]]).round(2).tolist()
    [0.0, 1.15]
    """

    def __init__(self, reach: float = 4.0) -> None:
        self.reach = reach

    def _fit(self, X: Floats) -> None:
        known = known_windows(X, 0.0)
        self.known_, self.weight_, self.new_ = known.rows, known.weight, known.new

    def _score(self, X: Floats) -> Floats:
        distance = Known(self.known_, self.weight_, self.new_).nearest(X)[0]
        known = Known(self.known_, self.weight_, np.zeros_like(self.new_)).nearest(X)[0] == 0
        share = distance / (distance + self.reach)
        return np.asarray(np.where(known, share, 1.0 + share))

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the distance, shape as ``X``."""
        self.require_fitted()
        return Known(self.known_, self.weight_, self.new_).parts(self._checked(X, reset=False))
