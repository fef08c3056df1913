"""A column of numbers in a large table: what is read of it, on the scale that was learnt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.drivers._cells import Words
from oddline.features._column_scales import FARTHEST, scaled

PLAIN = 1e200
"""Numbers up to so many of their unit need no guard against overflow."""

LONGEST_TABLE = 4_096
"""Whole numbers below this (of hundredths, say) are looked up: the table stays in the processor's nearest cache."""


@dataclass
class Number:
    """A column of numbers, and where its number is in a row of the model."""

    learnt: dict[str, Any]
    begin: int
    tables: dict[int, Floats] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The column's name in the file."""
        return str(self.learnt["name"][2:])

    def table(self, highest: int, after: int) -> Floats | None:
        """Give what 0 to ``highest`` become on the scale, with ``after`` digits behind the point; none if too many."""
        if highest >= LONGEST_TABLE:
            return None
        known = self.tables.get(after)
        if known is None or len(known) <= highest:
            # Twice as long each time: what the next rows have is mostly little more.
            known = _rounded(scaled(self.learnt, np.arange(2 << highest.bit_length()) / 10.0**after))
            self.tables[after] = known
        return known

    def place(self, digits: Words, after: int, row: Floats) -> None:
        """Put numbers, which are digits with a point before the last ``after`` of them, on the scale."""
        table = self.table(int(digits.max()), after)
        if table is not None:
            row[:] = table.take(digits.view(np.int64) if digits.itemsize == 8 else digits, mode="clip")
            return
        row[:] = digits / 10.0**after
        self.lay(row)

    def lay(self, row: Floats) -> None:
        """Put finite numbers on the scale, in place, and round them as the feature does."""
        lay(self.learnt, row)
        # So that both roads score the same numbers.
        np.copyto(row, row.astype(np.float32))


def _rounded(numbers: Floats) -> Floats:
    return numbers.astype(np.float32).astype(np.float64)


def lay(column: dict[str, Any], row: Floats) -> None:
    """Put finite numbers on the scale that was learnt, in place: as ``scaled`` does, bit for bit, without its guards.

    Memory that is new costs more than the logarithm does.
    """
    lowest = float(row.min(initial=0.0))
    plain = column.get("log", True) and "knots" not in column
    if not plain or max(float(row.max(initial=0.0)), -lowest) > PLAIN * min(column["unit"], 1.0):
        np.copyto(row, scaled(column, np.clip(row, -1e300, 1e300)))
        return
    signs = np.sign(row) if lowest < 0 else None
    np.abs(row, out=row)
    if column["unit"] != 1.0:
        row /= column["unit"]
    np.log1p(row, out=row)
    if signs is not None:
        row *= signs
    row -= column["centre"]
    row /= column["scale"]
    np.clip(row, -FARTHEST, FARTHEST, out=row)
