"""The automatic cut, but never beyond what held-back windows have shown."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from oddline.core.nouns import Cut, Floats
from oddline.thresholds._calibrated import between
from oddline.thresholds.automatic import Automatic

__all__ = ["Supported"]


class Supported(Automatic):
    """The cut of :class:`~oddline.thresholds.automatic.Automatic`, where that many held-back windows lie beyond it.

    A few hundred good sessions tell what one session in a hundred scores, not what one in a million does. Where scores
    are distances between counts, nearly all of them 0, the shape of the tail beyond is a guess that would decide
    alone. So the cut is no higher than ``beyond`` held-back windows support; a large scan has more alarms for it.

    Parameters
    ----------
    expected, lowest, highest
        As of the automatic cut; the support does not lower the cut below ``lowest``.
    beyond
        Held-back windows that should lie beyond the cut.

    Examples
    --------
    >>> threshold = Supported().fit(np.random.default_rng(0).exponential(size=3000))
    >>> threshold.cut(np.zeros(50_000)).cut, threshold.cut(np.zeros(100)).cut
    (3.0, 2.5)
    """

    def __init__(self, expected: float = 5.0, lowest: float = 2.5, highest: float = 6.0, beyond: float = 3.0) -> None:
        super().__init__(expected, lowest, highest)
        self.beyond = beyond

    def fit(self, scores: Floats, y: Any = None, *, calibrated: bool = False) -> Self:
        """Learn the distribution of normal scores, shape (windows,), and on how many windows it rests."""
        super().fit(scores, y, calibrated=calibrated)
        usual = np.size(scores) if y is None else int(np.size(scores) - np.count_nonzero(y))
        self.held_back_ = int(usual)
        return self

    def cut(self, surprise: Floats) -> Cut:
        """Choose from which surprise on a window is an anomaly; only the number of windows is looked at."""
        chosen = super().cut(surprise).cut
        beyond = between("beyond", self.beyond, 0.0, math.inf)
        if not self.calibrated_:
            supported = math.log10(max(self.held_back_, 1) / beyond)
            chosen = max(min(chosen, round(supported, 6)), self.lowest)
        return Cut(chosen, "supported")
