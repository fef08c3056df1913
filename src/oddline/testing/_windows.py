"""Seeded windows for the contracts of detectors: rows of a table, and sequences of events."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats

Codes = npt.NDArray[np.int32]


def usual_rows(rows: int = 300, columns: int = 5, seed: int = 0) -> Floats:
    """Make normal rows: not negative, as counts and surprises are, and easy."""
    return np.abs(np.random.default_rng(seed).normal(size=(rows, columns)))


def odd_rows(rows: int = 12, columns: int = 5, seed: int = 1) -> Floats:
    """Make rows that no method should take for normal: far away in every column."""
    return usual_rows(rows, columns, seed) + 8.0


def usual_sequences(rows: int = 300, seed: int = 0) -> Codes:
    """Make sessions that open, do one to four rounds of the same work, and close.

    Examples
    --------
    >>> usual_sequences(2).tolist()
    [[2, 3, 4, 5, 3, 4, 5, 3, 4, 5, 3, 4, 5, 6], [2, 3, 4, 5, 3, 4, 5, 3, 4, 5, 6, 0, 0, 0]]
    """
    rounds = np.random.default_rng(seed).integers(1, 5, size=rows)
    return _padded([[2, *[3, 4, 5] * int(count), 6] for count in rounds])


def odd_sequences(rows: int = 12, seed: int = 1) -> Codes:
    """Make sessions of events that training did not have, in no order that it had."""
    random = np.random.default_rng(seed)
    return _padded([[6, 1, *random.permutation([2, 5, 5, 1, 4, 6, 6, 1]).tolist()] for _ in range(rows)])


def _padded(lists: list[list[int]]) -> Codes:
    codes = np.zeros((len(lists), max(map(len, lists))), dtype=np.int32)
    for row, events in zip(codes, lists, strict=True):
        row[: len(events)] = events
    return codes
