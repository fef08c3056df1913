"""The cut with the best F1 on labelled training windows."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Self

import numpy as np

from oddline.core.errors import BadData, UsageError
from oddline.core.nouns import Cut, Floats
from oddline.thresholds._calibrated import Calibrated

__all__ = ["BestF1"]


class BestF1(Calibrated):
    """Learns from labels where the cut should be; surprise is that of the normal windows among them, as elsewhere.

    The cut lies half-way between the last window that is to be flagged and the first that is not. Of cuts that do
    equally well the highest is taken. The labels must be those of training data that the detector did not learn
    from: a cut chosen on the windows that it is judged on is an oracle, not a result. The cut suits data with as large
    a share of odd windows as training has; where that is unknown, a quantile is the safer choice.

    Examples
    --------
    >>> import numpy as np
    >>> scores, odd = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.array([0, 0, 0, 1, 0, 1])
    >>> threshold = BestF1().fit(scores, odd)
    >>> (threshold.surprise(scores) >= threshold.cut(scores).cut).tolist()
    [False, False, False, True, True, True]
    >>> BestF1().fit(scores)
    Traceback (most recent call last):
    oddline.core.errors.UsageError: best_f1 learns the cut from labels, and there are none; expected ...
    """

    supervised: ClassVar[bool] = True

    def fit(self, scores: Floats, y: Any = None, *, calibrated: bool = False) -> Self:
        """Learn the distribution of normal scores, shape (windows,), and the cut that tells the odd ones best.

        Parameters
        ----------
        scores
            Scores of windows, normal and odd, that the detector did not learn.
        y
            Which of them are odd.
        calibrated
            Whether these are surprises already.

        Raises
        ------
        UsageError
            Without labels.
        BadData
            If all windows are of one kind.
        """
        if y is None:
            raise UsageError(
                "best_f1 learns the cut from labels, and there are none",
                expected="which windows are odd: y, or --label-column NAME",
                hint="a threshold that needs no labels: quantile, automatic, peaks_over_threshold",
            )
        odd = np.asarray(y, dtype=bool).ravel()
        if not odd.any():
            raise BadData(
                f"none of the {len(odd):,} windows to choose the cut by is odd",
                expected="odd ones among them",
                hint="a threshold that needs no labels: quantile, automatic, peaks_over_threshold",
            )
        super().fit(scores, odd, calibrated=calibrated)
        self.cut_, self.f1_ = _best(odd, self.surprise(np.asarray(scores, dtype=np.float64).ravel()))
        return self

    def cut(self, surprise: Floats) -> Cut:
        """Give the cut that the labels taught; the same whatever the scan holds."""
        self.require_fitted()
        return Cut(self.cut_, "best_f1")


def _best(odd: np.ndarray[Any, np.dtype[np.bool_]], surprise: Floats) -> tuple[float, float]:
    """Find the cut with the best F1, and that F1."""
    levels, place = np.unique(surprise, return_inverse=True)
    # From each level on: how many windows, and how many odd ones, reach it.
    reaching = np.bincount(place)[::-1].cumsum()[::-1]
    hits = np.bincount(place, weights=odd)[::-1].cumsum()[::-1]
    f1 = 2 * hits / (reaching + odd.sum())
    best = len(levels) - 1 - int(np.argmax(f1[::-1]))
    if not best:
        return float(levels[0]), float(f1[0])
    below = levels[best - 1]
    between = max((levels[best] + below) / 2, math.nextafter(below, math.inf))
    return float(between), float(f1[best])
