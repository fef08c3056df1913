"""The cut from which on there are more windows than the fall of those below foretells; scores are -ln of a chance."""

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

    For scores whose unit is known: natural logarithms of chances, as the detector ``departures`` gives them, so that a
    departure which one window in twenty makes is worth ln 20. Were departures independent, one more of them would be
    made by one window in twenty of those that make the others; they are not, and ``ratio`` is what is granted. So of
    the usual windows no more than ratio / (1 - ratio) times as many lie beyond a cut as within one departure below it.
    The lowest cut at which that is no more than ``false_share`` of all that lie beyond it is taken: a list most of
    which the usual windows do not explain. What odd windows lie beyond has no part in what is foretold, so there may be
    many of them; a fit to the scores (as ``bulk``) bends to them instead.

    If the cut leaves fewer than half of the windows below it (``most``), departures are what is usual here, and nothing
    is known from this law. Then, as where no cut is found, nothing is left out when surprise is calibrated, and the
    cut is the ``otherwise`` quantile.

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
        The chance of a departure that is one.
    lowest
        The lowest cut, as -log10 of the chance: at 2.5 what one usual window in 316 does.

    Examples
    --------
    >>> one, two, odd = np.log([20.0, 400.0, 1e6])
    >>> scores = np.repeat([0.3, one, two, odd], [800, 150, 20, 400])
    >>> threshold = Falloff().fit(scores)
    >>> flagged = threshold.surprise(scores) >= threshold.cut(scores).cut
    >>> int(flagged[:970].sum()), int(flagged[970:].sum())
    (20, 400)
    """

    def __init__(
        self,
        most: float = 0.5,
        otherwise: float = 0.997,
        false_share: float = 0.5,
        ratio: float = 0.2,
        departure: float = 0.05,
        lowest: float = 2.5,
    ) -> None:
        super().__init__(most, otherwise)
        self.false_share = false_share
        self.ratio = ratio
        self.departure = departure
        self.lowest = lowest

    def _above(self, rising: Floats) -> float | None:
        most = between("most", self.most, 0.0, 1.0)
        share = between("false_share", self.false_share, 0.0, 1.0, open_ends=False)
        ratio = between("ratio", self.ratio, 0.0, 1.0)
        one = -np.log(between("departure", self.departure, 0.0, 1.0))
        lowest = between("lowest", self.lowest, 0.0, np.inf) * np.log(10.0)
        # What lies just beyond the lowest cut is held against what lies below that, not below the next score: one
        # departure more may be a whole one.
        levels = np.append(lowest, np.unique(rising[rising > lowest]))
        first = np.searchsorted(rising, levels - SAME)
        beyond = len(rising) - first
        near = first - np.searchsorted(rising, levels - one - SAME)
        found = np.flatnonzero((near * ratio / (1.0 - ratio) <= share * beyond) & (beyond > 0))
        if not len(found) or beyond[found[0]] > most * len(rising):
            return None
        return float(rising[first[found[0]]])
