"""Joins the kinds of oddness of a line: the oddest kind counts, a second one helps a little."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

__all__ = ["OddLines"]


class OddLines(Detector):
    """Takes surprises of several kinds a line and gives one.

    The first ``together`` columns are parts of one kind and add up. The kinds are joined by a norm close
    to the largest, ``(sum of s^p)^(1/p)``: two kinds that agree weigh a little more than one, and many
    faint ones never as much as one strong one. Rises with every column.

    Parameters
    ----------
    together
        How many columns at the start are parts of one kind (rare, foreign, level).
    power
        p of the norm; at 4 two equal kinds gain 19 %.

    Examples
    --------
    >>> detector = OddLines(together=1).fit([[0.0, 0.0], [1.0, 0.0]])
    >>> detector.anomaly_score([[0.0, 0.0], [3.0, 0.0], [3.0, 3.0]]).round(2).tolist()
    [0.0, 3.0, 3.57]
    """

    calibrated: ClassVar[bool] = True

    def __init__(self, together: int = 3, power: float = 4.0) -> None:
        self.together = together
        self.power = power

    def _fit(self, X: Floats) -> None:
        self.columns_ = X.shape[1]

    def _kinds(self, X: Floats) -> Floats:
        X = np.maximum(X, 0.0)
        first = X[:, : self.together].sum(axis=1, keepdims=True)
        return np.concatenate([first, X[:, self.together :]], axis=1)

    def _score(self, X: Floats) -> Floats:
        kinds = self._kinds(X)
        largest = kinds.max(axis=1)
        safe = np.where(largest > 0, largest, 1.0)[:, None]
        joined: Floats = largest * ((kinds / safe) ** self.power).sum(axis=1) ** (1.0 / self.power)
        return joined

    def contributions(self, X: Any) -> Floats:
        """Give each column's part of each score; the parts add up to the score.

        A kind's part of ``(sum s^p)^(1/p)`` is ``s^p / sum``, Euler's division of a homogeneous function.
        """
        X = np.maximum(np.asarray(X, dtype=np.float64), 0.0)
        kinds = self._kinds(X)
        largest = np.where(kinds.max(axis=1) > 0, kinds.max(axis=1), 1.0)[:, None]
        parts = (kinds / largest) ** self.power
        total = parts.sum(axis=1, keepdims=True)
        parts = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0) * self._score(X)[:, None]
        first = kinds[:, :1]
        inner = np.divide(X[:, : self.together], first, out=np.zeros_like(X[:, : self.together]), where=first > 0)
        return np.concatenate([inner * parts[:, :1], parts[:, 1:]], axis=1)
