"""Combinations of columns that have few values: rows that have the same combination share its part of the work."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.intp]

MOST_COMBINED = 2**62
"""Combinations that a number can count."""

SORTED_FROM = 1 << 20
"""Possible combinations beyond which those that occur are found by sorting instead of by a table of all."""


class Combinations:
    """Numbers the combinations of some columns' codes that rows have.

    Examples
    --------
    >>> combinations = Combinations(4)
    >>> combinations.add(np.array([0, 1, 1, 0]), 2)
    >>> combinations.add(np.array([5, 6, 6, 5]), 7)
    >>> combinations.pack().tolist(), combinations.place.tolist(), combinations.size
    ([3, 2], [0, 1, 1, 0], 2)
    """

    def __init__(self, rows: int) -> None:
        self.place: Ints = np.zeros(rows, dtype=np.intp)
        self.size = 1

    def add(self, codes: npt.NDArray[Any], values: int) -> None:
        """Tell rows apart by one column more, whose codes are below ``values``."""
        if self.size * values > MOST_COMBINED:
            self.pack()
        self.place *= values
        self.place += codes
        self.size *= values

    def pack(self) -> Ints:
        """Number what occurs from 0 on, and tell a row where each occurs."""
        if self.size > SORTED_FROM:
            _, first, inverse = np.unique(self.place, return_index=True, return_inverse=True)
            self.place, self.size = inverse.ravel(), len(first)
            return first
        example = np.full(self.size, -1, dtype=np.intp)
        example[self.place] = np.arange(len(self.place))
        occurring = np.flatnonzero(example >= 0)
        number = np.zeros(self.size, dtype=np.intp)
        number[occurring] = np.arange(len(occurring))
        self.place, self.size = number[self.place], len(occurring)
        return example[occurring]
