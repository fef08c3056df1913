"""Counts of short runs of events, and how likely an event is after the ones before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats

Codes = npt.NDArray[Any]
Keys = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

END = np.uint64(0xFFFFFFFF)
"""Stands for the end of a sequence, as an event like others."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Flat:
    """All events of all sequences in a row, each sequence followed by its end; ``begins`` is where each begins."""

    events: Keys
    begins: Ints
    sizes: Ints

    @property
    def owner(self) -> Ints:
        """The sequence of each event."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


def flat(X: Codes) -> Flat:
    """Lay sequences out in a row: ``X`` has one a row, 0 after the end."""
    lengths = np.count_nonzero(X, axis=1)
    return in_a_row(X[np.arange(X.shape[1]) < lengths[:, None]], lengths)


def in_a_row(codes: Codes, lengths: npt.NDArray[Any]) -> Flat:
    """Lay sequences out that stand one after the other, so many events each."""
    sizes = lengths.astype(np.int64) + 1
    begins = np.cumsum(sizes) - sizes
    events = np.full(int(sizes.sum()), END, dtype=np.uint64)
    spot = np.arange(len(events)) - np.repeat(begins, sizes)
    events[spot < np.repeat(sizes - 1, sizes)] = codes
    return Flat(events, begins, sizes)


def contexts(told: Flat, order: int) -> list[tuple[Keys, Keys]]:
    """Give, for each order from 1 on, the run before each event and that run with the event, as hashes.

    A run that would begin before its sequence does begins with marks of the start.

    Examples
    --------
    >>> before, with_event = contexts(flat(np.array([[2, 3], [2, 3]], dtype=np.int32)), 2)[1]
    >>> bool((before[:3] == before[3:]).all()), bool(before[0] == before[1])
    (True, False)
    """
    found = []
    before = np.zeros(len(told.events), dtype=np.uint64)
    start = np.uint64(0)
    with np.errstate(over="ignore"):
        for _ in range(order):
            whole = (before ^ (before >> np.uint64(29))) * _PRIME + told.events + np.uint64(1)
            found.append((before, whole))
            start = (start ^ (start >> np.uint64(29))) * _PRIME + np.uint64(7)
            before = np.roll(whole, 1)
            before[told.begins] = start
    return found


@dataclass(frozen=True)
class Table:
    """How often each run was there."""

    keys: Keys
    counts: Ints

    def of(self, asked: Keys) -> Ints:
        """Give the counts of runs, 0 for those that were not there."""
        place = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        return np.where(self.keys[place] == asked, self.counts[place], 0)


def table(runs: Keys, weight: Ints | None = None) -> Table:
    """Count runs; ``weight`` is how often each of them is there, once if nothing is said."""
    keys, place = np.unique(runs, return_inverse=True)
    counts = np.bincount(place.ravel(), weights=weight, minlength=len(keys))
    return Table(keys, counts.astype(np.int64))


def surprises(told: Flat, tables: list[tuple[Table, Table]], trust: float, left_out: int = 0) -> Floats:
    """Give -ln of the chance of each event after the ones before it, in nats.

    ``left_out`` is how often each of these sequences was counted itself: it is not held against itself.

    Each order backs off to the one below by ``trust``: a run that was there so often decides by half (D. MacKay and
    L. Peto, "A hierarchical Dirichlet language model", 1995).
    """
    kinds = len(tables[0][1].keys) + 1
    chance = np.full(len(told.events), 1.0 / kinds)
    for (before, whole), (known_before, known_whole) in zip(contexts(told, len(tables)), tables, strict=True):
        times = np.maximum(known_before.of(before) - left_out, 0)
        chance = (np.maximum(known_whole.of(whole) - left_out, 0) + trust * chance) / (times + trust)
    return np.asarray(-np.log(chance))
