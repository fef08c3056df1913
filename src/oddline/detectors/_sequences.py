"""Sequences of events as a matrix: one row a window, codes of events, 0 after the end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]

UNSEEN = 1
"""The code of an event that training did not have; 0 is no event, known ones begin with 2."""


def checked_sequences(X: Any) -> Codes:
    """Give sequences as int32 without columns that are empty in every row; so padding can never be told from none.

    Raises
    ------
    ValueError
        If it is no matrix of codes, or if an event comes after an end.

    Examples
    --------
    >>> checked_sequences([[2, 3, 0, 0], [2, 0, 0, 0]]).tolist()
    [[2, 3], [2, 0]]
    """
    given = np.asarray(X)
    if given.ndim != 2 or not len(given):
        raise ValueError(f"sequences of shape {given.shape}, expected (windows, events), at least one window")
    codes = given.astype(np.int32)
    if not np.array_equal(codes, given) or codes.min(initial=0) < 0:
        raise ValueError("sequences hold what is no code of an event, expected whole numbers from 0 on")
    lengths = np.count_nonzero(codes, axis=1)
    longest = max(int(lengths.max()), 1)
    if codes[:, longest:].any() or ((codes == 0) != (np.arange(codes.shape[1]) >= lengths[:, None])).any():
        raise ValueError("an event stands after the end of its sequence (0), expected zeros at the end only")
    return np.ascontiguousarray(codes[:, :longest])


def lengths_of(X: Codes) -> npt.NDArray[np.int64]:
    """Count the events of each sequence."""
    return np.asarray(np.count_nonzero(X, axis=1), dtype=np.int64)
