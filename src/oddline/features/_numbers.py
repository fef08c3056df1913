"""How far a number lies from the others of its column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Ints

FARTHEST = 12.0
"""Distances beyond so many powers of ten are all the same."""
FEWEST_STEPS, ONE_WAY = 10, 0.8
"""A column that goes one way in so many of its steps is a clock or a counter."""


def weighted_median(group: Ints, value: Floats, weight: Floats, groups: int) -> Floats:
    """Give the median of each group of weighted values.

    Examples
    --------
    >>> weighted_median(np.array([0, 0, 0, 1]), np.array([3.0, 1.0, 2.0, 9.0]), np.ones(4), 2).tolist()
    [2.0, 9.0]
    """
    order = np.lexsort((value, group))
    running = np.cumsum(weight[order])
    total = np.bincount(group, weights=weight, minlength=groups)
    if not len(order):
        return np.zeros(groups)
    half = np.cumsum(total) - total / 2
    spot = np.minimum(np.searchsorted(running, half - 1e-9), len(order) - 1)
    out: Floats = np.where(total > 0, value[order][spot], 0.0)
    return out


@dataclass(frozen=True)
class Body:
    """The middle of each numeric column, and how far half of its values lie from it."""

    middle: Floats
    half: Floats


def body(group: Ints, value: Floats, weight: Floats, groups: int) -> Body:
    """Learn the median and the median absolute deviation of each group."""
    middle = weighted_median(group, value, weight, groups)
    return Body(middle, weighted_median(group, np.abs(value - middle[group]), weight, groups))


def folded(value: Floats) -> Floats:
    """Give values on a logarithmic scale that keeps the sign and 0."""
    folded: Floats = np.sign(value) * np.log1p(np.abs(value))
    return folded


def far(group: Ints, value: Floats, weight: Floats) -> Floats:
    """Give -log10 of the chance of values so far out; ``weight`` is how often each distinct value is there.

    Half of the values lie within the median absolute deviation of the median by its definition; if the tail
    halves with every further one, ``d / deviation`` halvings lead to distance d. What is far out must also
    stand alone: the distance to the next value inwards counts, if it is less (two crowds are no outliers). The
    scale, plain or logarithmic, is the one that says less. And k of n values so far out were never a chance
    of less than (k / n) squared.
    """
    order = np.lexsort((value, group))
    group, value, weight = group[order], value[order], weight[order]
    groups = int(group.max(initial=-1)) + 1
    total = np.bincount(group, weights=weight, minlength=groups)
    upto = np.cumsum(weight) - (np.cumsum(total) - total)[group]
    above = value > body(group, value, weight, groups).middle[group]
    inwards = np.clip(np.arange(len(value)) + np.where(above, -1, 1), 0, len(value) - 1)
    beyond = np.where(above, total[group] - upto + weight, upto)
    out = np.minimum(FARTHEST, 2.0 * np.log10(total[group] / beyond))
    for scaled in (value, folded(value)):
        found = body(group, scaled, weight, groups)
        away = np.minimum(np.abs(scaled - found.middle[group]), np.abs(scaled - scaled[inwards]))
        with np.errstate(divide="ignore", invalid="ignore"):
            halvings = np.where(found.half[group] > 0, away / found.half[group], 0.0)
        out = np.minimum(out, halvings * np.log10(2.0))
    back = np.empty(len(out))
    back[order] = out
    return back


def outlying(group: Ints, value: Floats, weight: Floats) -> Floats:
    """Give how far each number lies out: from the body of its column, or, if the column drifts, from its course.

    ``value`` holds distinct values in the order of their first appearance, ``weight`` how often each is there.
    """
    out = np.zeros(len(value))
    moving = drifts(group, value)
    out[~moving] = far(group[~moving], value[~moving], weight[~moving])
    if moving.any():
        total = np.bincount(group, weights=weight)[group]
        course = np.minimum(off_course(group, value), off_course(group, folded(value)))
        out[moving] = np.minimum(course, np.log10(total / place_in(group, course)))[moving]
    return out


def place_in(group: Ints, value: Floats) -> Floats:
    """Count the values of each group that are at least as large, each one itself included.

    Examples
    --------
    >>> place_in(np.array([0, 0, 0, 1]), np.array([5.0, 7.0, 5.0, 1.0])).tolist()
    [3.0, 1.0, 3.0, 1.0]
    """
    order = np.lexsort((-value, group))
    owner, falling = group[order], value[order]
    tied = np.flatnonzero(np.append((owner[1:] != owner[:-1]) | (falling[1:] != falling[:-1]), True))
    last = tied[np.searchsorted(tied, np.arange(len(order)))]
    start = np.searchsorted(owner, owner)
    out = np.empty(len(value))
    out[order] = last - start + 1
    return out


def off_course(group: Ints, value: Floats) -> Floats:
    """Give -log10 of the chance of a value so far from both the one before and the one after it in its column.

    The usual step is the measure: half of the steps are shorter. A counter that jumps and stays is on course.
    """
    groups = int(group.max(initial=-1)) + 1
    order = np.argsort(group, kind="stable")
    ordered, owner = value[order], group[order]
    step = np.abs(np.diff(ordered))
    same = owner[1:] == owner[:-1]
    usual = weighted_median(owner[1:][same], step[same], np.ones(int(same.sum())), groups)
    lone = np.zeros(len(value))
    lone[1:-1] = np.where(same[:-1] & same[1:], np.minimum(step[:-1], step[1:]), 0.0)
    peak = np.zeros(len(value), dtype=bool)
    peak[1:-1] = (ordered[1:-1] - ordered[:-2]) * (ordered[2:] - ordered[1:-1]) < 0
    out = np.zeros(len(value))
    with np.errstate(divide="ignore", invalid="ignore"):
        out[order] = np.where(peak & (usual[owner] > 0), lone / usual[owner], 0.0)
    away: Floats = np.minimum(FARTHEST, out * np.log10(2.0))
    return away


def drifts(group: Ints, value: Floats) -> npt.NDArray[np.bool_]:
    """Mark the values of columns that go one way, as times and counters do: how far one is says only when.

    ``value`` holds distinct values in the order of their first appearance.

    Examples
    --------
    >>> bool(drifts(np.zeros(12, dtype=np.int64), np.arange(12.0)).all())
    True
    >>> bool(drifts(np.zeros(3, dtype=np.int64), np.ones(3)).any())
    False
    """
    order = np.argsort(group, kind="stable")
    same = group[order][1:] == group[order][:-1]
    step, owner = np.sign(np.diff(value[order]))[same], group[order][1:][same]
    groups = int(group.max(initial=-1)) + 1
    steps = np.bincount(owner, minlength=groups)
    up, down = (np.bincount(owner, weights=way, minlength=groups) for way in (step > 0, step < 0))
    out: npt.NDArray[np.bool_] = ((steps >= FEWEST_STEPS) & (np.maximum(up, down) >= ONE_WAY * steps))[group]
    return out


def numbers(values: pl.Series) -> pl.Series:
    """Read values as finite numbers, null where they are none."""
    number = values.cast(pl.Float64, strict=False)
    return pl.DataFrame({"x": number}).select(pl.when(pl.col("x").is_finite() & (pl.col("x").abs() < 1e300)).then("x"))[
        "x"
    ]


def beyond(value: Floats, column: pl.DataFrame) -> Floats:
    """Give -log10 of the chance of values outside of all that their columns had; ``column`` has a row a value."""
    parts = {name: column[name].to_numpy() for name in ("middle", "half", "log_middle", "log_half", "low", "high", "n")}
    out = np.minimum(FARTHEST, 2.0 * np.log10(parts["n"] + 1.0))
    for scale, prefix in ((lambda x: x, ""), (folded, "log_")):
        x, low, high = scale(value), scale(parts["low"]), scale(parts["high"])
        away = np.minimum(np.abs(x - parts[prefix + "middle"]), np.maximum(low - x, x - high))
        half = parts[prefix + "half"]
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.minimum(out, np.where(half > 0, away / half, 0.0) * np.log10(2.0))
    return np.where(np.isfinite(out) & column["numeric"].to_numpy(), np.maximum(out, 0.0), 0.0)
