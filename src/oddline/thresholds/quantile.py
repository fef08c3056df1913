"""The cut that a fixed share of normal windows stays below."""

from __future__ import annotations

import math

from oddline.core.nouns import Cut, Floats
from oddline.thresholds._calibrated import Calibrated, between

__all__ = ["Quantile"]


class Quantile(Calibrated):
    """Flags a window that scores higher than a share ``q`` of normal windows does.

    Parameters
    ----------
    q
        The share of normal windows that stay below, for instance 0.99.

    Examples
    --------
    >>> import numpy as np
    >>> threshold = Quantile(0.95).fit(np.arange(1000.0))
    >>> cut = threshold.cut(np.zeros(1)).cut
    >>> (threshold.surprise(np.array([940.0, 960.0])) >= cut).tolist()
    [False, True]
    """

    def __init__(self, q: float = 0.99) -> None:
        self.q = q

    def cut(self, surprise: Floats) -> Cut:
        """Choose from which surprise on a window is an anomaly; the same whatever the scan holds."""
        return Cut(-math.log10(1.0 - between("q", self.q, 0.0, 1.0)), "quantile")
