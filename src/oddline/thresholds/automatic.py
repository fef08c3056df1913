"""The cut at which a handful of false alarms a scan are to be expected, however large the scan."""

from __future__ import annotations

import math

from oddline.core.nouns import Cut, Floats
from oddline.thresholds._calibrated import Calibrated, between

__all__ = ["Automatic"]


class Automatic(Calibrated):
    """Tolerates about ``expected`` false alarms in a scan: the cut grows with the logarithm of its size.

    A fixed quantile would flag one line in a hundred of every file, ten thousand lines of a million. With
    p-values that hold, n normal windows give n * 10 ** -cut alarms; the cut that makes this ``expected`` is
    log10(n / expected). It is kept between ``lowest`` (one normal window in 300: below that a small file's
    alarms would mean nothing) and ``highest`` (one in a million: beyond that p-values are extrapolation and
    would hide what is plainly odd in a large file).

    Parameters
    ----------
    expected
        False alarms that one scan may have.
    lowest, highest
        Bounds of the cut, in surprise.

    Examples
    --------
    >>> import numpy as np
    >>> threshold = Automatic().fit(np.random.default_rng(0).exponential(size=5000))
    >>> threshold.cut(np.zeros(50_000)).cut
    4.0
    >>> threshold.cut(np.zeros(100)).cut
    2.5
    """

    def __init__(self, expected: float = 5.0, lowest: float = 2.5, highest: float = 6.0) -> None:
        self.expected = expected
        self.lowest = lowest
        self.highest = highest

    def cut(self, surprise: Floats) -> Cut:
        """Choose from which surprise on a window is an anomaly; only the number of windows is looked at."""
        expected = between("expected", self.expected, 0.0, math.inf)
        wanted = math.log10(max(len(surprise), 1) / expected)
        return Cut(round(min(max(wanted, self.lowest), self.highest), 6), "automatic")
