"""The cut that lets so many windows through, and no more."""

from __future__ import annotations

import math

import numpy as np

from oddline.core.nouns import Cut, Floats
from oddline.thresholds._calibrated import Calibrated, between

__all__ = ["Budget"]


class Budget(Calibrated):
    """Flags the ``n`` most surprising windows of a scan; of windows that tie for the last place, none.

    Parameters
    ----------
    n
        How many windows may be flagged.

    Examples
    --------
    >>> import numpy as np
    >>> surprise = np.array([0.1, 5.0, 3.0, 3.0, 4.0])
    >>> [int((surprise >= Budget(n).fit(surprise, calibrated=True).cut(surprise).cut).sum()) for n in (2, 3, 4)]
    [2, 2, 4]
    """

    def __init__(self, n: int = 20) -> None:
        self.n = n

    def cut(self, surprise: Floats) -> Cut:
        """Choose the lowest cut that at most ``n`` of these windows reach; a surprise of 0 never does."""
        allowed = int(between("n", self.n, 0, math.inf, open_ends=False))
        falling = np.sort(np.asarray(surprise, dtype=np.float64))[::-1]
        # From just above the first window that must not pass; everything passes where all are within the budget.
        refused = float(falling[allowed]) if allowed < len(falling) else 0.0
        return Cut(math.nextafter(max(refused, 0.0), math.inf), "budget", budget=allowed)
