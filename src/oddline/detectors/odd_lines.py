"""Joins the kinds of oddness of a line: the oddest kind decides."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

__all__ = ["OddLines"]


class OddLines(Detector):
    """Takes surprises of several kinds for each line, and gives the largest.

    The first ``together`` columns are parts of one kind and add up. The kinds are not summed: five faint
    oddities of an ordinary line are no finding, and a sum would rank by how many kinds a line takes part in.
    Columns are surprises already (-log10 of a chance), so nothing is learnt from the data.

    Parameters
    ----------
    together
        How many columns at the start are parts of one kind: rare, foreign, level.
    sharpness
        A kind's share in the reasons goes with this power of its surprise; the score does not depend on it.

    Examples
    --------
    >>> detector = OddLines(together=2).fit([[0.0, 0.0, 0.0], [1.0, 0.0, 1.0]])
    >>> detector.anomaly_score([[0.0, 0.0, 0.0], [1.0, 2.0, 1.0], [0.0, 1.0, 4.0]]).tolist()
    [0.0, 3.0, 4.0]
    >>> detector.contributions([[1.0, 2.0, 0.0]]).tolist()
    [[1.0, 2.0, 0.0]]
    """

    calibrated: ClassVar[bool] = True

    def __init__(self, together: int = 3, sharpness: float = 4.0) -> None:
        self.together = together
        self.sharpness = sharpness

    def _fit(self, X: Floats) -> None:
        self.columns_ = int(X.shape[1])

    def _kinds(self, X: Floats) -> Floats:
        positive = np.maximum(X, 0.0)
        first = positive[:, : self.together].sum(axis=1, keepdims=True)
        return np.concatenate([first, positive[:, self.together :]], axis=1)

    def _score(self, X: Floats) -> Floats:
        largest: Floats = self._kinds(X).max(axis=1)
        return largest

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of each score, shape as ``X``; the parts of a row add up to its score.

        A kind's part goes with the fourth power of its surprise, so that a second kind which says nearly as
        much is told as a reason, and faint ones are not. Within the first kind the parts are the columns.
        """
        positive = np.maximum(np.asarray(X, dtype=np.float64), 0.0)
        kinds = self._kinds(positive)
        largest = kinds.max(axis=1, keepdims=True)
        powers = np.divide(kinds, largest, out=np.zeros_like(kinds), where=largest > 0) ** self.sharpness
        total = powers.sum(axis=1, keepdims=True)
        parts = np.divide(powers, total, out=np.zeros_like(powers), where=total > 0) * largest
        inner = positive[:, : self.together]
        inner = np.divide(inner, kinds[:, :1], out=np.zeros_like(inner), where=kinds[:, :1] > 0)
        return np.concatenate([inner * parts[:, :1], parts[:, 1:]], axis=1)
