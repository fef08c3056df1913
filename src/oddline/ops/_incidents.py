"""Labelled incidents: which rows tell of one, how many were found, and how long that took."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats
from oddline.ops._metrics import Places, Truth

NOBODY = -1
"""The number of a row that tells of no incident."""


@dataclass(frozen=True)
class Delays:
    """How long it took from the start of an incident to the first flagged window in it, over those that were found.

    ``events`` are windows, ``seconds`` those of the log's own clock; NaN where no window tells the time.
    """

    events: Floats
    seconds: Floats


def numbered(truth: Truth, incidents: npt.NDArray[Any] | None, groups: npt.NDArray[Any] | None) -> Places:
    """Number the incidents that odd rows tell of, from 0 on.

    Without ``incidents`` each stretch of odd rows without a normal one between them is one; rows of another group (of
    another file) end it. With them, odd rows of one name are one wherever they stand; an empty name is none.

    Examples
    --------
    >>> numbered(np.array([True, True, False, True]), None, None).tolist()
    [0, 0, -1, 1]
    >>> numbered(np.array([True, True, False, True]), np.array(["a", "", "a", "a"]), None).tolist()
    [0, -1, -1, 0]
    """
    number = np.full(len(truth), NOBODY, dtype=np.int64)
    if incidents is not None:
        names = np.array(["" if name is None else str(name) for name in incidents.tolist()], dtype=object)
        named = truth & (names != "")
        number[named] = np.unique(names[named].astype(str), return_inverse=True)[1]
        return number
    follows = np.zeros(len(truth), dtype=bool)
    follows[1:] = truth[:-1] if groups is None else truth[:-1] & (groups[1:] == groups[:-1])
    number[truth] = np.cumsum(truth & ~follows)[truth] - 1
    return number


def found(number: Places, flagged: Truth) -> int:
    """Count the incidents with a flagged window in them."""
    return len(np.unique(number[flagged & (number != NOBODY)]))


def recall_at_budget(number: Places, places: Places, budget: int) -> float | None:
    """Give the share of incidents with a window among the ``budget`` highest scores.

    Of windows that tie for the last places any may come first: an incident with m of the T tied windows, of which r
    still fit in, counts with the chance that one of its own is among them (hypergeometric).

    Examples
    --------
    >>> recall_at_budget(np.array([0, 0, -1, 1]), np.array([9, 8, 9, 1]), 2)
    0.5
    >>> recall_at_budget(np.array([0, -1]), np.array([5, 5]), 1)
    0.5
    """
    from scipy.stats import hypergeom

    total = int(number.max(initial=NOBODY)) + 1
    taken = min(budget, len(places))
    if not total or taken <= 0:
        return None
    last = np.partition(places, len(places) - taken)[len(places) - taken]
    above, tied = places > last, places == last
    sure = np.zeros(total, dtype=bool)
    sure[number[above & (number != NOBODY)]] = True
    of_each = np.bincount(number[tied & (number != NOBODY)], minlength=total)
    left = taken - int(above.sum())
    chance = hypergeom.sf(0, int(tied.sum()), of_each, left)
    return float(np.where(sure, 1.0, chance).mean())


def delays(number: Places, flagged: Truth, groups: npt.NDArray[Any] | None, seconds: Floats | None) -> Delays:
    """Measure from the first row of each incident to its first flagged one; what was missed has no delay."""
    total = int(number.max(initial=NOBODY)) + 1
    position = np.arange(len(number)) if groups is None else _within(groups)
    begin, hit = np.full(total, np.inf), np.full(total, np.inf)
    told = number != NOBODY
    np.minimum.at(begin, number[told], position[told])
    np.minimum.at(hit, number[told & flagged], position[told & flagged])
    seen = np.isfinite(hit)
    if seconds is None:
        return Delays((hit - begin)[seen], np.full(int(seen.sum()), np.nan))
    started, noticed = np.full(total, np.nan), np.full(total, np.nan)
    np.fmin.at(started, number[told], seconds[told])
    np.fmin.at(noticed, number[told & flagged], seconds[told & flagged])
    return Delays((hit - begin)[seen], (noticed - started)[seen])


def middle_and_mean(values: Floats) -> tuple[float | None, float | None]:
    """Give median and mean of what is known; None where nothing is.

    Examples
    --------
    >>> middle_and_mean(np.array([0.0, 1.0, 5.0])), middle_and_mean(np.array([np.nan]))
    ((1.0, 2.0), (None, None))
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy warns where there is nothing
        middle, mean = float(np.nanmedian(values)), float(np.nanmean(values))
    return (None, None) if np.isnan(mean) else (middle, mean)


def _within(groups: npt.NDArray[Any]) -> Places:
    """Give each row its place among the rows of its group."""
    _, code = np.unique(groups, return_inverse=True)
    order = np.argsort(code, kind="stable")
    rising = code[order]
    place = np.empty(len(code), dtype=np.int64)
    place[order] = np.arange(len(code)) - np.searchsorted(rising, rising)
    return place
