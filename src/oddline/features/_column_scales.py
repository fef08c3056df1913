"""Numbers of a column on one scale: their logarithm, and what is learnt of training to centre and divide it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from oddline.core.nouns import Floats

SCALES = ("standard", "minmax", "robust", "quantile", "none")
"""What numbers are centred at and divided by, see :class:`~oddline.features.columns.Columns`."""

MOST_KNOTS = 200
"""Quantiles that are kept of a column: they tell half a hundredth of its rows apart."""

FARTHEST = 1e30
"""Numbers beyond so many of their scale are all the same: their squares must still be numbers."""

NORMAL_RANGE = 1.3489795003921634
"""The distance between the quartiles of a normal distribution of deviation 1."""


def sign_log(numbers: Floats, unit: float) -> Floats:
    """Put numbers of any sign and size on a scale where ten times as much is one step further.

    Examples
    --------
    >>> sign_log(np.array([-9.0, 0.0, 99.0]), 1.0).round(2).tolist()
    [-2.3, 0.0, 4.61]
    """
    with np.errstate(over="ignore"):
        sizes = np.minimum(np.abs(numbers) / unit, 1e308)
    return np.asarray(np.sign(numbers) * np.log1p(sizes))


def learn_number(numbers: Floats, scale: str = "standard", *, log: bool = True) -> dict[str, Any]:
    """Learn unit, centre and scale of a column of numbers, and the quantiles that are told to people."""
    known = numbers[~np.isnan(numbers)]
    known = known if len(known) else np.zeros(1)  # not one cell is a number: as if all were 0
    sizes = np.abs(known[known != 0])
    # Numbers that are all below 1 (rates, seconds) would lie on the straight part of the logarithm.
    unit = min(1.0, float(np.median(sizes))) if len(sizes) else 1.0
    unit = max(unit, 1e-300)
    laid = sign_log(known, unit) if log else np.clip(known, -1e100, 1e100)
    learnt: dict[str, Any] = {
        "unit": unit,
        **_measure(laid, scale),
        "quantiles": [float(value) for value in np.quantile(known, [0.0, 0.01, 0.5, 0.99, 1.0])],
        "whole": bool(np.all(known == np.round(known))),
    }
    # What is usual is not written down, so that models of before there was a choice read as they did.
    if not log:
        learnt["log"] = False
    if scale == "quantile":
        learnt |= _knots(laid)
    return learnt


def _measure(laid: Floats, scale: str) -> dict[str, float]:
    """Give the centre and the width of numbers; a column that never varied stays harmless: its width is 1."""
    spread = float(laid.std())
    centre, width = float(laid.mean()), spread
    if scale == "none":
        centre, width = 0.0, 1.0
    elif scale == "minmax":
        centre, width = float(laid.min()), float(laid.max() - laid.min())
    elif scale == "robust":
        low, middle, high = np.quantile(laid, [0.25, 0.5, 0.75])
        # Where half of the rows and more say the same, the quartiles know no width.
        centre, width = float(middle), float(high - low) / NORMAL_RANGE or spread
    return {"centre": centre, "scale": width if width > 1e-9 * max(1.0, float(np.abs(laid).max())) else 1.0}


def _knots(laid: Floats) -> dict[str, list[float]]:
    """Learn which place among the rows of training each number has, as a normal deviate; ties share the middle."""
    ordered = np.sort(laid)
    values = np.unique(np.quantile(ordered, np.linspace(0.0, 1.0, MOST_KNOTS), method="nearest"))
    below = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    return {"knots": values.tolist(), "deviates": ndtri((below + upto) / 2.0 / len(ordered)).tolist()}


def scaled(column: dict[str, Any], numbers: Floats) -> Floats:
    """Put numbers on the scale that was learnt; a missing one is in the middle, its absence is told elsewhere."""
    laid = sign_log(numbers, column["unit"]) if column.get("log", True) else np.clip(numbers, -1e100, 1e100)
    with np.errstate(over="ignore"):
        straight = (laid - column["centre"]) / column["scale"]
    if "knots" in column:
        straight = _placed(column, laid)
    return np.asarray(np.nan_to_num(np.clip(straight, -FARTHEST, FARTHEST), nan=0.0))


def _placed(column: dict[str, Any], laid: Floats) -> Floats:
    """Give the place among the rows of training; beyond the last it goes on by standard deviations."""
    knots, deviates = np.asarray(column["knots"]), np.asarray(column["deviates"])
    beyond = laid - np.clip(laid, knots[0], knots[-1])
    with np.errstate(over="ignore"):
        return np.asarray(np.interp(laid, knots, deviates) + beyond / column["scale"])
