"""Numbers of events as numbers of windows: means, sums, and the one event that stands for a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats, Windows

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """Which window each event belongs to.

    Examples
    --------
    >>> pool = Pool(np.array([0, 0, 1]), 3)
    >>> pool.mean(np.array([1.0, 3.0, 5.0]), empty=-1.0).tolist(), pool.total(np.ones(3)).tolist()
    ([2.0, 5.0, -1.0], [2.0, 1.0, 0.0])
    >>> pool.most(np.array([1.0, 3.0, 3.0])).tolist()
    [1, 2, -1]
    """

    members: Ints
    count: int

    @classmethod
    def of(cls, windows: Windows) -> Pool:
        """Take the windows as they are."""
        return cls(windows.members.astype(np.int64), len(windows))

    @property
    def alone(self) -> bool:
        """Tell whether each event is a window of its own, in the same order."""
        return len(self.members) == self.count and bool(np.array_equal(self.members, np.arange(self.count)))

    def total(self, values: Floats) -> Floats:
        """Add the numbers of each window up."""
        return np.bincount(self.members, weights=values, minlength=self.count).astype(np.float64)

    def mean(self, values: Floats, empty: float) -> Floats:
        """Average the numbers of each window that are numbers; a window without any gets ``empty``."""
        known = ~np.isnan(values)
        sums = np.bincount(self.members[known], weights=values[known], minlength=self.count)
        sizes = np.bincount(self.members[known], minlength=self.count)
        return np.where(sizes > 0, sums / np.maximum(sizes, 1), empty)

    def most(self, strength: Floats) -> Ints:
        """Give the event of each window that has most, the first of equals; -1 for a window without events."""
        if self.alone:
            return np.arange(self.count)
        order = np.lexsort((-np.arange(len(strength)), strength, self.members))
        last = np.cumsum(np.bincount(self.members, minlength=self.count)) - 1
        sizes = np.bincount(self.members, minlength=self.count)
        return np.where(sizes > 0, order[np.maximum(last, 0)] if len(order) else 0, -1)

    def largest(self, values: Floats, empty: float) -> Floats:
        """Give the largest number of each window; numbers that are none count for nothing."""
        out = np.full(self.count, -np.inf)
        known = ~np.isnan(values)
        np.maximum.at(out, self.members[known], values[known])
        return np.where(np.isfinite(out), out, empty)


def picked(values: Floats, events: Ints, empty: float = 0.0) -> Floats:
    """Give the values of these events, ``empty`` where there is none (-1).

    Examples
    --------
    >>> picked(np.array([5.0, 7.0]), np.array([1, -1])).tolist()
    [7.0, 0.0]
    """
    if not len(values):
        return np.full(len(events), empty)
    return np.where(events >= 0, values[events], empty)
