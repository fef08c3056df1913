"""What the thresholds have in common: scores become surprise by the tail of held-back normal scores."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.core.tail import HIGHEST, fit_tail, tail_surprise
from oddline.thresholds.base import Threshold


class Calibrated(Threshold):
    """Learns the tail of normal scores; surprises that a detector gives itself pass through unchanged."""

    def fit(self, scores: Floats, y: Any = None, *, calibrated: bool = False) -> Self:
        """Learn the distribution of normal scores, shape (windows,), on windows that the detector did not learn.

        Parameters
        ----------
        scores
            Scores of held-back normal windows; one is enough, many are better.
        y
            Not used.
        calibrated
            Whether these are surprises already.
        """
        self.calibrated_ = bool(calibrated)
        self.tail_ = {} if calibrated else fit_tail(np.asarray(scores, dtype=np.float64).ravel())
        return self

    def surprise(self, scores: Floats) -> Floats:
        """Give -log10 of the chance that a normal window scores so high; never falls as the score grows."""
        self.require_fitted()
        asked = np.asarray(scores, dtype=np.float64)
        if self.calibrated_:
            return np.nan_to_num(np.maximum(asked, 0.0), nan=0.0, posinf=HIGHEST)
        return tail_surprise(self.tail_, asked)


def between(name: str, value: float, low: float, high: float, *, open_ends: bool = True) -> float:
    """Check a parameter's range.

    Raises
    ------
    UsageError
        Outside of it.
    """
    inside = low < value < high if open_ends else low <= value <= high
    if not inside:
        raise UsageError(f"{name} is {value}", expected=f"a number between {low} and {high}")
    return float(value)
