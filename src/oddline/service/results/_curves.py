"""Curves of an order against labels, thinned to what a chart shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats
from oddline.ops.evaluate import Evaluation

Truth = npt.NDArray[np.bool_]

MOST = 200
"""Points of a curve."""


@dataclass(frozen=True)
class Curve:
    """Points from left to right, and where the scan's own cut lies (None where it flags nothing that can be held).

    Of ROC ``x`` is the false alarm rate and ``y`` recall; of precision against recall ``x`` is recall.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    cut_x: float | None
    cut_y: float | None


def roc(odd: Truth, surprise: Floats, told: Evaluation) -> Curve:
    """Draw recall against the false alarm rate; empty where all rows are of one kind."""
    from sklearn.metrics import roc_curve

    if not odd.any() or odd.all():
        return Curve((), (), None, None)
    alarms, recall, _ = roc_curve(odd, surprise)
    return _thinned(alarms, recall, told.false_alarm_rate, told.recall)


def precision_recall(odd: Truth, surprise: Floats, told: Evaluation) -> Curve:
    """Draw precision against recall; empty where all rows are of one kind."""
    from sklearn.metrics import precision_recall_curve

    if not odd.any() or odd.all():
        return Curve((), (), None, None)
    precision, recall, _ = precision_recall_curve(odd, surprise, drop_intermediate=True)
    return _thinned(recall[::-1], precision[::-1], told.recall, told.precision)


def _thinned(x: Floats, y: Floats, cut_x: float | None, cut_y: float | None) -> Curve:
    """Keep points at even distances along the curve."""
    if len(x) > MOST:
        along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
        wanted = np.linspace(0.0, along[-1], MOST)
        kept = np.unique(np.searchsorted(along, wanted - 1e-12).clip(0, len(x) - 1))
        kept = np.unique(np.concatenate(([0], kept, [len(x) - 1])))[-MOST:]
        x, y = x[kept], y[kept]
    points = (tuple(np.round(values, 6).tolist()) for values in (x, y))
    return Curve(next(points), next(points), cut_x if cut_y is not None else None, cut_y if cut_x is not None else None)
