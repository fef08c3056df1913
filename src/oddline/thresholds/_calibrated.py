"""What the thresholds have in common: scores become surprise by the tail of held-back normal scores."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from oddline.core.errors import BadData, UsageError
from oddline.core.nouns import Floats
from oddline.core.tail import HIGHEST, TAIL_SHARE, fit_tail, tail_surprise
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
            Which of them are odd, if somebody knows; those are left out.
        calibrated
            Whether these are surprises already.

        Raises
        ------
        BadData
            If all of them are odd.
        """
        normal = normal_scores(scores, y)
        self.calibrated_ = bool(calibrated)
        self.tail_ = {} if calibrated else fit_tail(normal, self._tail_share())
        return self

    def surprise(self, scores: Floats) -> Floats:
        """Give -log10 of the chance that a normal window scores so high; never falls as the score grows."""
        self.require_fitted()
        asked = np.asarray(scores, dtype=np.float64)
        if self.calibrated_:
            return np.nan_to_num(np.maximum(asked, 0.0), nan=0.0, posinf=HIGHEST)
        return tail_surprise(self.tail_, asked)

    def _tail_share(self) -> float:
        """Give the share of normal scores that the tail is fitted to."""
        return TAIL_SHARE


def normal_scores(scores: Floats, y: Any) -> Floats:
    """Give the scores of normal windows: all of them where nobody says which are odd.

    Raises
    ------
    BadData
        If all of them are odd.
    """
    given = np.asarray(scores, dtype=np.float64).ravel()
    if y is None:
        return given
    normal: Floats = given[~np.asarray(y, dtype=bool).ravel()]
    if len(given) and not len(normal):
        raise BadData(
            f"all {len(given):,} windows to calibrate on are odd",
            expected="normal ones among them: they say how high a normal window scores",
            hint="training data in order of time, or mixed",
        )
    return normal


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
