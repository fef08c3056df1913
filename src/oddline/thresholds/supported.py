"""The automatic cut, but never beyond what held-back windows have shown, and lower where a scan has plenty to tell."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from oddline.core.nouns import Cut, Floats
from oddline.thresholds._calibrated import between
from oddline.thresholds.automatic import Automatic

__all__ = ["Supported"]

ERRORS = 2.0
"""Standard errors by which the chance that few held-back windows tell may be too small."""


class Supported(Automatic):
    """The cut of :class:`~oddline.thresholds.automatic.Automatic`, where that many held-back windows lie beyond it.

    A few hundred good sessions tell what one session in a hundred scores, not what one in a million does. Where scores
    are distances between counts, nearly all of them 0, the shape of the tail beyond is a guess that would decide
    alone. So the cut is no higher than ``beyond`` held-back windows support; a large scan has more alarms for it.

    A scan in which many windows lie where few normal ones would is cut lower. Of n normal windows n * 10 ** -c reach
    the surprise c; where k do, the others are taken for odd. Of the cuts between ``floor`` and the one above, at which
    no more than ``false_share`` of what is flagged is to be expected anyway (and two standard errors of that, for it
    comes from a sample), the one with the best F1 to be expected is taken: 2 * found / (flagged + odd), with as many
    odd windows as the most that any of these cuts finds. The labels of the scan have no part in it, and where no cut is
    that good (nothing stands out) none of this happens.

    Sources: the false discovery rate as an estimate at a fixed cut: J. Storey, JRSS B 64, 2002; F1 to be expected as
    what a cut is chosen by: N. Ye et al., "Optimizing F-measure: a tale of two approaches", ICML 2012.

    Parameters
    ----------
    expected, lowest, highest
        As of the automatic cut; the support does not lower the cut below ``lowest``.
    beyond
        Held-back windows that should lie beyond the cut.
    floor
        The lowest cut of all, in surprise: what one normal window in twenty reaches is no oddity, whatever else there
        is.
    false_share
        The share of false alarms that may be expected where the cut is lower than ``lowest``: at 0.5 more than half of
        what is flagged should be odd. 0 never cuts lower.

    Examples
    --------
    >>> threshold = Supported().fit(np.random.default_rng(0).exponential(size=3000))
    >>> threshold.cut(np.zeros(50_000)).cut, threshold.cut(np.zeros(100)).cut
    (3.0, 2.5)

    Twenty windows in a hundred, each as surprising as one normal window in a hundred:

    >>> threshold.cut(np.repeat([0.0, 2.0], [80, 20])).cut
    2.0
    """

    def __init__(
        self,
        expected: float = 5.0,
        lowest: float = 2.5,
        highest: float = 6.0,
        beyond: float = 3.0,
        floor: float = 1.3,
        false_share: float = 0.5,
    ) -> None:
        super().__init__(expected, lowest, highest)
        self.beyond = beyond
        self.floor = floor
        self.false_share = false_share

    @property
    def enough(self) -> int:
        """Give how many held-back windows support the lowest cut."""
        return math.ceil(between("beyond", self.beyond, 0.0, math.inf) * math.pow(10.0, self.lowest))

    def fit(self, scores: Floats, y: Any = None, *, calibrated: bool = False) -> Self:
        """Learn the distribution of normal scores, shape (windows,), and on how many windows it rests."""
        super().fit(scores, y, calibrated=calibrated)
        usual = np.size(scores) if y is None else int(np.size(scores) - np.count_nonzero(y))
        self.held_back_ = int(usual)
        return self

    def cut(self, surprise: Floats) -> Cut:
        """Choose from which surprise on a window is an anomaly: by how many windows there are, and where they lie."""
        chosen = super().cut(surprise).cut
        beyond = between("beyond", self.beyond, 0.0, math.inf)
        if not self.calibrated_:
            supported = math.log10(max(self.held_back_, 1) / beyond)
            chosen = max(min(chosen, round(supported, 6)), self.lowest)
            chosen = self._lower(np.asarray(surprise, dtype=np.float64), chosen)
        return Cut(chosen, "supported")

    def _lower(self, surprise: Floats, usual: float) -> float:
        """Give the cut with the best F1 to be expected; the usual one where no lower one is mostly right."""
        floor = between("floor", self.floor, 0.0, math.inf, open_ends=False)
        most = between("false_share", self.false_share, 0.0, 1.0, open_ends=False)
        rising = np.sort(surprise)
        levels = np.append(np.unique(rising[(rising >= floor) & (rising < usual)]), usual)
        flagged = len(rising) - np.searchsorted(rising, levels, side="left")
        false = len(rising) * 10.0**-levels
        found = flagged - false
        # Fifty held-back windows tell a chance of one in twenty to within as much again.
        uncertain = ERRORS * np.sqrt(false * len(rising) / max(self.held_back_, 1))
        right = (false + uncertain <= most * flagged) & (found > 0)
        if not right.any():
            return usual
        f1 = np.where(right, 2 * found / (flagged + found.max()), -1.0)
        # Of cuts that promise equally much the highest.
        return float(levels[len(levels) - 1 - int(np.argmax(f1[::-1]))])
