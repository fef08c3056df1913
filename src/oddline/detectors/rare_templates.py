"""How rare it is to have a template as often as this window has it: a baseline, and often a strong one."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors.base import Detector

__all__ = ["RareTemplates"]


class RareTemplates(Detector):
    """The rarity of a count: -ln of the share of training windows that have the template so often, or more often.

    A sum over events would measure how long a window is. So the rarest template counts, or the mean of all that are
    there. What is not there is not rare: absence is for detectors of counts.

    Parameters
    ----------
    join
        ``rarest``: the rarest template of the window decides, the mean tells equal ones apart; ``mean``: the mean.

    Examples
    --------
    >>> X = [[1, 1]] * 9 + [[1, 0]] * 90
    >>> RareTemplates().fit(X).anomaly_score([[1, 0], [1, 1]]).round(2).tolist()
    [0.01, 2.47]
    """

    def __init__(self, join: Literal["rarest", "mean"] = "rarest") -> None:
        self.join = join

    def _fit(self, X: Floats) -> None:
        self.levels_ = [np.sort(column) for column in X.T]

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._joined, X)

    def _joined(self, X: Floats) -> Floats:
        parts = self._parts(X)
        mean = parts.sum(axis=1) / np.maximum((X > 0).sum(axis=1), 1)
        return np.asarray(mean if self.join == "mean" else parts.max(axis=1) + 0.1 * mean)

    def _parts(self, X: Floats) -> Floats:
        parts = np.zeros(X.shape)
        for number, levels in enumerate(self.levels_):
            column = X[:, number]
            as_often = len(levels) - np.searchsorted(levels, column, side="left")
            highest = max(float(levels[-1]), 0.0)
            # Beyond all that training had, rarity goes on rising with the logarithm of the count.
            beyond = np.log1p(np.maximum(column - highest, 0.0) / (1.0 + highest))
            rarity = np.log((len(levels) + 1.0) / (as_often + 0.5)) + beyond
            parts[:, number] = np.where(column > 0, rarity.clip(0.0), 0.0)
        return parts

    def contributions(self, X: Any) -> Floats:
        """Give each template's rarity, as far as it is in the window, shape as ``X``."""
        self.require_fitted()
        return self._parts(self._checked(X, reset=False))
