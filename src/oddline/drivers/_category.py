"""A column of words in a large table: which values were met so far, and the numbers that each becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats
from oddline.drivers._cells import LONGEST, Cells, Irregular, masked
from oddline.features._column_kinds import ENCODERS

Ints = npt.NDArray[np.intp]
Slots = tuple[np.uint64, np.uint64, npt.NDArray[np.uint64], npt.NDArray[np.uint64], Ints]

FIRST_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""By which the bytes before a cell's last eight are multiplied, so that few values look like others."""

FEWEST_BITS, MOST_BITS = 8, 16
"""Size of the table of values: of so many bits."""

DRAWS = 50
"""How many factors are tried to give each value a slot of its own."""

HALVES = (slice(0, 8), slice(8, LONGEST))


class Unusual(Exception):
    """Not for the short road: this model, or this table."""


@dataclass
class Category:
    """A column of words: which values were met so far, and the numbers that each becomes."""

    learnt: dict[str, Any]
    values: pl.DataFrame | None
    known: dict[str, int] = field(default_factory=dict)
    met: list[Floats] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    slots: Slots | None = None

    @property
    def name(self) -> str:
        """The column's name in the file."""
        return str(self.learnt["name"][2:])

    def codes(self, cells: pl.Series) -> Ints:
        """Give each cell the place of its value's numbers; values that were not met yet are described first.

        Raises
        ------
        Unusual
            If a value is a number or a truth: the ordinary road may take the column for one of these.
        """
        if isinstance(cells.dtype, pl.Enum):
            return np.asarray(cells.to_physical().to_numpy())
        known = self.values_met()
        found = cells.cast(pl.Enum(known), strict=False)
        if found.null_count():
            self._meet(cells.filter(found.is_null()).unique())
            return self.codes(cells)
        return np.asarray(found.to_physical().to_numpy())

    def codes_of(self, cells: Cells, column: int) -> Ints:
        """Give the same for cells that are bytes as yet.

        Raises
        ------
        Irregular
            If a cell is longer than sixteen bytes, or values are too many to be told by a table.
        Unusual
            See :meth:`codes`.
        """
        last, first, mixed = _told(cells, column)
        # Each turn meets a value at least.
        while True:
            slots, missed = self.slots, np.arange(len(mixed))
            if slots is not None:
                factor, shift, lasts, firsts, codes = slots
                slot = (mixed * factor) >> shift
                wrong = lasts.take(slot, mode="clip") != last
                wrong |= firsts.take(slot, mode="clip") != first
                if not wrong.any():
                    return np.asarray(codes.take(slot, mode="clip"))
                missed = np.flatnonzero(wrong)
            elif self.known:
                raise Irregular("too many words")
            examples = missed[np.unique(mixed[missed], return_index=True)[1]]
            try:
                fresh = {cells.text(column, int(row)).decode() for row in examples}
            except UnicodeDecodeError as error:
                raise Unusual("not UTF-8") from error
            self._meet(pl.Series(sorted(fresh), dtype=pl.String))

    def values_met(self) -> list[str]:
        """List the values that were met, in the order of their codes."""
        with self.lock:
            return list(self.known)

    def _meet(self, fresh: pl.Series) -> None:
        numbers = fresh.str.strip_chars().cast(pl.Float64, strict=False).is_not_null()
        if (numbers | fresh.str.to_lowercase().is_in(["true", "false"])).any():
            raise Unusual("words that are numbers or truths")
        if (fresh.str.contains(r"[\x00-\x1f]") | fresh.str.starts_with("#")).any():
            raise Unusual("marks that the ordinary road takes for line ends, or for comments")
        described = ENCODERS["category"](self.learnt, fresh, self.values, pl.DataFrame(), 0)
        # Rounded as the feature rounds them.
        added = np.stack(described, axis=1).astype(np.float32).astype(np.float64)
        with self.lock:
            for value, row in zip(fresh.to_list(), added, strict=True):
                if value not in self.known:
                    self.known[value] = len(self.known)
                    self.met.append(row)
            self.slots = _slots([value.encode() for value in self.known])

    def rows(self) -> Floats:
        """Give the numbers of each value that was met, in the order of its code."""
        with self.lock:
            return np.stack(self.met)


def _told(cells: Cells, column: int) -> tuple[Any, Any, Any]:
    """Give the last eight bytes of each cell, those before, and both in one number."""
    sizes = cells.sizes(column)
    longest = int(sizes.max())
    if longest > LONGEST:
        raise Irregular("long words")
    last = masked(cells.words(column), sizes)
    if longest <= 8:
        return last, np.uint64(0), last
    first = masked(cells.words(column, back=8), np.maximum(sizes - 8, 0))
    return last, first, last ^ first * FIRST_FACTOR


def _slots(values: list[bytes]) -> Slots | None:
    """Find a factor that gives each value a slot of its own; none if they are too many. Long ones need no slot."""
    short = np.array([code for code, value in enumerate(values) if len(value) <= LONGEST], dtype=np.intp)
    whole = [values[code].rjust(LONGEST, b"\0") for code in short]
    first, last = (np.array([int.from_bytes(one[some], "little") for one in whole], dtype=np.uint64) for some in HALVES)
    mixed = last ^ first * FIRST_FACTOR
    bits = min(max(2 * len(short).bit_length(), FEWEST_BITS), MOST_BITS)
    shift = np.uint64(64 - bits)
    random = np.random.default_rng(0)
    for _ in range(DRAWS):
        factor = random.integers(1 << 63, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        slot = (mixed * factor) >> shift
        if len(np.unique(slot)) == len(slot):
            lasts, firsts = np.zeros((2, 1 << bits), dtype=np.uint64)
            codes = np.zeros(1 << bits, dtype=np.intp)
            lasts[slot], firsts[slot], codes[slot] = last, first, short
            return factor, shift, lasts, firsts, codes
    return None
