"""Sequences cut for networks: each event once, with the events before it; equal stretches are one.

A network that read a session of thousands of events in one go would take its time and forget most of it. So long
sessions are cut into stretches that overlap: each event is predicted from at least ``history`` events before it (or
from all there are) and from at most twice as many. Most sessions are shorter than that, and are one stretch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.optional import need
from oddline.detectors._sequences import UNSEEN, Codes, lengths_of

Ints = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

END = 0
"""What follows the last event. It is predicted as well, so that a session that breaks off is odd."""


@dataclass(frozen=True)
class Stretches:
    """One row a stretch: what the network reads, what it has to tell, and which of it counts.

    ``owner`` is the sequence of each stretch, ``begin`` the place of its first event in it.
    """

    inputs: npt.NDArray[np.int32]
    targets: npt.NDArray[np.int32]
    valid: Truth
    counted: Truth
    owner: Ints
    begin: Ints

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def sizes(self) -> Ints:
        """Events of each stretch, the end included."""
        return np.asarray(self.valid.sum(axis=1), dtype=np.int64)

    def distinct(self) -> tuple[Ints, Ints]:
        """Give the first of each kind of stretch, and of which kind each one is."""
        return distinct_codes(np.hstack([self.inputs, self.targets, self.counted.astype(np.int32)]))

    def batch(self, rows: Ints) -> Batch:
        """Give some stretches as tensors, without the columns that none of them needs."""
        torch = need("torch", extra="deep")
        width = int(self.valid[rows].sum(axis=1).max())
        inputs, targets = (
            torch.from_numpy(part[rows, :width].astype(np.int64)) for part in (self.inputs, self.targets)
        )
        return Batch(
            inputs, targets, torch.from_numpy(self.valid[rows, :width]), torch.from_numpy(self.counted[rows, :width])
        )


@dataclass(frozen=True)
class Batch:
    """Some stretches as tensors, each of shape (stretches, events of the longest)."""

    inputs: Any
    targets: Any
    valid: Any
    counted: Any


def known_events(X: Codes) -> npt.NDArray[np.int32]:
    """Give the codes of the events that training has."""
    codes = np.unique(X)
    return codes[codes > UNSEEN]


def words(events: npt.NDArray[np.int32]) -> int:
    """Count what a network is told of: the events, the end, what is unseen, and the start.

    Examples
    --------
    >>> words(known_events(np.array([[5, 9, 5]], dtype=np.int32)))
    5
    """
    return len(events) + 3


def tokens_of(X: Codes, events: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Number the known events from 2 on without gaps; others are unseen (1), and 0 stays the end."""
    place = np.searchsorted(events, X)
    known = events[np.minimum(place, len(events) - 1)] == X if len(events) else np.zeros(X.shape, dtype=bool)
    return np.where(known, place + 2, np.minimum(X, UNSEEN)).astype(np.int32)


def cut(tokens: npt.NDArray[np.int32], history: int, start: int) -> Stretches:
    """Cut sequences into stretches; the first of each begins with the token ``start``.

    Examples
    --------
    >>> stretches = cut(np.array([[2, 3, 2, 0]], dtype=np.int32), history=1, start=4)
    >>> stretches.inputs.tolist(), stretches.targets.tolist(), stretches.counted.astype(int).tolist()
    ([[4, 2], [2, 3], [3, 2]], [[2, 3], [3, 2], [2, 0]], [[1, 1], [0, 1], [0, 1]])
    """
    size = lengths_of(tokens) + 1
    more = np.maximum(-(-(size - 2 * history) // history), 0)
    owner = np.repeat(np.arange(len(tokens)), more + 1)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(more + 1) - more - 1, more + 1)
    begin = number * history
    width = min(2 * history, int(size.max()))
    spot = begin[:, None] + np.arange(width)
    valid = spot < size[owner][:, None]
    counted = valid & ((number == 0)[:, None] | (np.arange(width) >= history))
    read = np.pad(tokens, ((0, 0), (1, 1)))
    read[:, 0] = start
    at = np.minimum(spot, read.shape[1] - 2)
    row = owner[:, None]
    inputs = np.where(valid, read[row, at], END).astype(np.int32)
    targets = np.where(valid, read[row, at + 1], END).astype(np.int32)
    return Stretches(inputs, targets, valid, counted, owner, begin)


def distinct_codes(X: npt.NDArray[np.int32]) -> tuple[Ints, Ints]:
    """Give the first row of each kind in their order, and of which kind each row is.

    Examples
    --------
    >>> first, place = distinct_codes(np.array([[3, 0], [2, 3], [3, 0]], dtype=np.int32))
    >>> first.tolist(), place.tolist()
    ([0, 1], [0, 1, 0])
    """
    plain = np.ascontiguousarray(X)
    keys = plain.view(np.dtype((np.void, plain.dtype.itemsize * plain.shape[1]))).ravel()
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return np.sort(first).astype(np.int64), rank[place.ravel()].astype(np.int64)
