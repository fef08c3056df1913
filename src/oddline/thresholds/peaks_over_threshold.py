"""The cut that a normal window passes with a chance of q, read off a tail fitted to the highest normal scores."""

from __future__ import annotations

import math

from oddline.core.nouns import Cut, Floats
from oddline.thresholds._calibrated import Calibrated, between

__all__ = ["PeaksOverThreshold"]


class PeaksOverThreshold(Calibrated):
    """Takes a risk that is far smaller than one in the number of windows that were held back.

    The scores beyond the share ``level`` of normal ones follow a generalised Pareto distribution, whatever the
    distribution of all of them, if that share is high enough (A. Balkema and L. de Haan, 1974; J. Pickands, 1975). It
    is fitted by probability-weighted moments, and goes on where the sample ends. Shapes below 0, tails with an end,
    are taken for exponential: a score beyond the end would have no surprise. That errs on the side of silence.

    Measured at ``q`` 1e-4 with 5,000 held-back scores, which never saw one in 10,000: 0.9 q of fresh exponential
    scores pass, 0.4 q of normal ones, 1.9 q of heavy ones (Pareto of index 2), none of uniform ones. With 500 scores
    it is 1.7, 1.2, 6.5 and 0. A smaller ``level`` gives the fit more scores, which are less like a tail: with 0.9, 1.0,
    0.1, 1.6 and 0 of 5,000.

    Source: A. Siffer et al., "Anomaly detection in streams with extreme value theory", KDD 2017.

    Parameters
    ----------
    q
        The risk: the chance that a normal window is flagged.
    level
        The share of normal scores below the tail.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(0)
    >>> threshold = PeaksOverThreshold(1e-4).fit(random.exponential(size=5_000))
    >>> threshold.cut(np.zeros(1)).cut
    4.0
    >>> fresh = threshold.surprise(random.exponential(size=300_000))
    >>> bool(0.3e-4 < (fresh >= 4.0).mean() < 3e-4)
    True
    """

    def __init__(self, q: float = 1e-3, level: float = 0.98) -> None:
        self.q = q
        self.level = level

    def cut(self, surprise: Floats) -> Cut:
        """Choose from which surprise on a window is an anomaly; the same whatever the scan holds."""
        return Cut(-math.log10(between("q", self.q, 0.0, 1.0)), "peaks_over_threshold")

    def _tail_share(self) -> float:
        return 1.0 - between("level", self.level, 0.0, 1.0)
