"""The cut beyond which there are more windows than those below foretell, for scores that are -ln of a chance."""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats
from oddline.thresholds._calibrated import between
from oddline.thresholds.gap import Gap

__all__ = ["Falloff"]

SAME = 1e-9
"""Sums of the same signs in another order differ by less."""


class Falloff(Gap):
    """Takes it that usual windows become fewer by a factor with each departure, and cuts where they do not.

    For scores whose unit is known: natural logarithms of chances, as the detector ``departures`` gives them, where what
    one window in twenty does is worth ln 20. Were departures independent, one of twenty windows that make some would
    make one more. They are not, so one of five is granted (``ratio``), or more where there are more windows with one
    departure for each without: where dozens of steps are optional, many windows make two of them. So of the usual
    windows ratio / (1 - ratio) times as many lie beyond a cut as within one departure below it, at most.

    Of the cuts at which that is no more than ``false_share`` of all that lie beyond, the one with the best F1 to be
    expected is taken, as ``supported`` does: 2 * found / (flagged + odd), with as many odd windows as the most that any
    of these cuts finds. How many lie far beyond has no part in what is foretold, so there may be many; a law that is
    fitted to the scores (``bulk``) bends to them.

    The law tells nothing where departures are what is usual: where the lowest of these cuts leaves less than half of
    the windows below it (``most``), or where more than ``rare`` lie beyond, not too far for a single departure, and
    they fall off themselves. Then, as where there is no such cut, nothing is left out when surprise is calibrated, and
    the cut is the ``otherwise`` quantile.

    Source of the idea: B. Efron, "Large-scale simultaneous hypothesis testing: the choice of a null hypothesis", JASA
    99, 2004: what is usual is told from the middle of what is judged, where hardly anything odd is.

    Parameters
    ----------
    most
        The share of the windows that may be odd, at most.
    otherwise
        The share of the windows that stay below the cut where there is none by this law.
    false_share
        The share of what is flagged that usual windows may explain.
    ratio
        How many usual windows make one departure more, for each that does not.
    departure
        The chance of a departure that is one: ``least`` of the feature ``departures``.
    lowest
        The lowest cut, as -log10 of the chance: at 2.5 what one usual window in 316 does.
    rare
        The share of the windows that may lie beyond by one departure each, and be odd.

    Examples
    --------
    >>> one, two, odd = np.log([20.0, 400.0, 1e6])
    >>> scores = np.repeat([0.3, one, two, odd], [800, 150, 20, 400])
    >>> threshold = Falloff().fit(scores)
    >>> flagged = threshold.surprise(scores) >= threshold.cut(scores).cut
    >>> int(flagged[:970].sum()), int(flagged[970:].sum())
    (0, 400)
    """

    def __init__(
        self,
        most: float = 0.5,
        otherwise: float = 0.997,
        false_share: float = 0.5,
        ratio: float = 0.2,
        departure: float = 0.05,
        lowest: float = 2.5,
        rare: float = 0.05,
    ) -> None:
        super().__init__(most, otherwise)
        self.false_share = false_share
        self.ratio = ratio
        self.departure = departure
        self.lowest = lowest
        self.rare = rare

    def _above(self, rising: Floats) -> float | None:
        most = between("most", self.most, 0.0, 1.0)
        share = between("false_share", self.false_share, 0.0, 1.0, open_ends=False)
        ratio = between("ratio", self.ratio, 0.0, 1.0)
        one = -np.log(between("departure", self.departure, 0.0, 1.0))
        lowest = between("lowest", self.lowest, 0.0, np.inf) * np.log(10.0)
        rare = between("rare", self.rare, 0.0, 1.0, open_ends=False)
        # From the lowest cut on, and not only from the first score beyond it: what lies below it is one departure.
        levels = np.append(lowest, np.unique(rising[rising > lowest]))
        first = np.searchsorted(rising, levels - SAME)
        beyond = len(rising) - first
        single = rising[np.searchsorted(rising, one - SAME) : first[0]]
        ratio = max(ratio, len(single) / max(first[0] - len(single), 1))
        if ratio >= 1.0:
            return None
        worth = float(single.mean()) if len(single) else one
        near = first - np.searchsorted(rising, np.maximum(levels - worth, one) - SAME)
        foretold = near * ratio / (1.0 - ratio)
        allowed = (foretold <= share * beyond) & (beyond > 0)
        start = int(first[np.argmax(allowed)])
        many = len(rising) - start
        if not allowed.any() or many > most * len(rising):
            return None
        if many > rare * len(rising) and _fall(rising, start, ratio):
            return None
        found = np.where(allowed, beyond - foretold, 0.0)
        f1 = np.where(allowed, 2.0 * found / (beyond + found.max()), -1.0)
        return float(rising[first[np.argmax(f1)]])


def _fall(rising: Floats, start: int, ratio: float) -> bool:
    """Tell whether what lies beyond may be windows with one departure each, and few with two.

    Examples
    --------
    >>> _fall(np.repeat([0.0, 6.0, 12.0], [900, 90, 10]), 900, 0.2)
    True
    >>> _fall(np.repeat([0.0, 6.0, 12.0], [900, 60, 40]), 900, 0.2)
    False
    """
    level = float(rising[start])
    twice = len(rising) - int(np.searchsorted(rising, 2.0 * level - SAME))
    # A departure that a single window makes is worth no more than the logarithm of their number.
    return level <= np.log(len(rising)) and twice <= ratio * (len(rising) - start)
