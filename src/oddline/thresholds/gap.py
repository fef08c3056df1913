"""The cut at the first wide gap above most training windows, for training data that may hold odd ones."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from oddline.core.nouns import Cut, Floats
from oddline.thresholds._calibrated import Calibrated, between, normal_scores

__all__ = ["Gap"]

WIDE = float(np.log(2.0))
"""A gap is one if what lies above it is twice as far out as what lies below."""

UNIT = 0.05
"""The unit of the scale, as a share of the whole range of the scores."""


class Gap(Calibrated):
    """Looks for the first wide gap between neighbouring scores of the upper part of training, and cuts above it.

    A quantile says how many windows are odd before it has seen them. Where odd windows are in the training data,
    their scores stand apart from those of the others, and the gap tells how many they are. Gaps are measured on a
    logarithmic scale from the median on, whose unit is a twentieth of the whole range: far out, the same step is a
    smaller gap. What lies above the gap is left out when surprise is calibrated. Without a gap by a factor of two
    nothing is left out, and the cut is the ``otherwise`` quantile.

    Parameters
    ----------
    most
        The share of the training windows that may be odd, at most.
    otherwise
        The share of the windows that stay below the cut where there is no gap.

    Examples
    --------
    >>> scores = np.concatenate([np.linspace(1, 2, 950), np.linspace(7, 30, 50)])
    >>> threshold = Gap().fit(scores)
    >>> cut = threshold.cut(np.zeros(1)).cut
    >>> (threshold.surprise(np.array([2.0, 6.5, 7.5])) >= cut).tolist()
    [False, False, True]
    """

    def __init__(self, most: float = 0.2, otherwise: float = 0.997) -> None:
        self.most = most
        self.otherwise = otherwise

    def fit(self, scores: Floats, y: Any = None, *, calibrated: bool = False) -> Self:
        """Learn the distribution of scores, shape (windows,), and where it ends; what ``y`` calls odd is left out."""
        given = normal_scores(scores, y)
        finite = np.sort(given[np.isfinite(given)])
        self.above_ = self._above(finite)
        usual = given if self.above_ is None else given[given < self.above_]
        return super().fit(usual, None, calibrated=calibrated)

    def cut(self, surprise: Floats) -> Cut:
        """Choose from which surprise on a window is an anomaly; the same whatever the scan holds."""
        del surprise
        method = type(self).__name__.lower()
        if self.above_ is not None:
            return Cut(float(self.surprise(np.array([self.above_]))[0]), method)
        return Cut(-float(np.log10(1.0 - between("otherwise", self.otherwise, 0.0, 1.0))), method)

    def _above(self, rising: Floats) -> float | None:
        """Give the first score that is no longer usual, of rising ones; None where nothing stands apart."""
        return _above_gap(rising, between("most", self.most, 0.0, 1.0))


def _above_gap(rising: Floats, most: float) -> float | None:
    """Give the first score above the lowest wide gap of the upper part; None where there is no gap."""
    upper = rising[max(0, int(len(rising) * (1.0 - most)) - 1) :]
    if len(upper) < 2:
        return None
    middle, unit = float(np.median(rising)), float(np.ptp(rising)) * UNIT
    if unit <= 0:
        return None
    steps = np.diff(np.log(np.maximum(upper - middle, 0.0) + unit))
    wide = np.flatnonzero(steps >= WIDE)
    # The lowest one: far out a single window may stand apart from other odd ones by a wider gap still.
    return float(upper[wide[0] + 1]) if len(wide) else None
