"""The distinct masked lines of all that was seen so far, in bounded memory whatever the log holds.

After lossy counting (Manku & Motwani, "Approximate Frequency Counts over Data Streams", VLDB 2002): when there is
no room left, the rarest are forgotten until half of it is free. When that happens is decided line by line, so
that a log gives the same memory however it is cut into chunks.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.alike import first_rows
from oddline.templates._lines import Codes, Lines

Ints = npt.NDArray[np.int64]

ROOM = 64 << 20
"""What may be remembered, in bytes of masked lines; an ordinary log needs a thousandth of it."""

ENTRY = 200
"""What each masked line costs besides its text: its count, what is known of its slots, its words."""

KNOWN: dict[str, type[pl.DataType]] = {"masked": pl.String, "code": pl.UInt32, "n": pl.UInt64}


class Memory:
    """Counts masked lines and gives each a code, which counts up and is never given to another.

    Attributes
    ----------
    known : polars.DataFrame
        ``masked``, ``code``, ``n``: what is remembered, in the order of first appearance.
    lines : int
        How many lines were seen.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.known = pl.DataFrame(schema=KNOWN)
        self.lines = self.next_code = 0
        self._cost = 0
        self._forgotten: list[pl.DataFrame] = []

    @classmethod
    def restored(cls, known: pl.DataFrame, lines: int, next_code: int) -> Self:
        """Go on from what :attr:`known` held."""
        memory = cls()
        memory.known = known.select(list(KNOWN))
        memory.lines, memory.next_code = lines, next_code
        memory._cost = int(_costs(memory.known["masked"]).sum())
        return memory

    def take_forgotten(self) -> pl.DataFrame:
        """Give what was forgotten since the last call, with the columns of :attr:`known`."""
        taken = pl.concat([pl.DataFrame(schema=KNOWN), *self._forgotten])
        self._forgotten = []
        return taken

    def observe(self, lines: Lines) -> Codes:
        """Count these lines, and give the code of each."""
        found = lines.distinct.select("masked").join(
            self.known.select("masked", row=pl.int_range(pl.len(), dtype=pl.Int64)),
            on="masked",
            how="left",
            maintain_order="left",
        )
        rows: Ints = found["row"].fill_null(-1).to_numpy().copy()
        costs = _costs(lines.distinct["masked"])
        given = np.empty(len(lines), dtype=np.uint32)
        start = 0
        while start < len(lines):
            end = self._stretch(lines, rows, costs, start)
            given[start:end] = self.known["code"].to_numpy()[rows[lines.codes[start:end]]]
            if end < len(lines):
                rows = np.append(self._forget(), -1)[rows]
            start = end
        self.lines += len(lines)
        return given

    def _stretch(self, lines: Lines, rows: Ints, costs: Ints, start: int) -> int:
        """Remember new lines from ``start`` on while there is room, fill in their ``rows``, and tell where it ends."""
        codes = lines.codes[start:]
        unknown = np.flatnonzero(rows < 0)
        first = (first_rows(codes, len(rows)) if start else lines.distinct["first"].to_numpy())[unknown]
        order = np.argsort(first, kind="stable")
        order = order[first[order] < len(codes)]
        fits = int(np.searchsorted(costs[unknown[order]].cumsum(), self.room - self._cost, side="right"))
        # A memory that has just forgotten takes at least one line, were it larger than half of the room.
        fits = max(fits, int(self._cost <= self.room // 2))
        end = start + (int(first[order[fits]]) if fits < len(order) else len(codes))
        new = unknown[order[:fits]]
        rows[new] = self.known.height + np.arange(len(new))
        fresh = pl.DataFrame(
            {
                "masked": lines.distinct["masked"].gather(new),
                "code": np.arange(self.next_code, self.next_code + len(new), dtype=np.uint32),
                "n": np.zeros(len(new), dtype=np.uint64),
            }
        )
        self.known = pl.concat([self.known, fresh], rechunk=True) if len(new) else self.known
        self.next_code += len(new)
        self._cost += int(costs[new].sum())
        self._count(np.bincount(lines.codes[start:end], minlength=len(rows)), rows)
        return end

    def _count(self, counts: Ints, rows: Ints) -> None:
        n = self.known["n"].to_numpy().copy()
        seen = np.flatnonzero(counts)
        n[rows[seen]] += counts[seen].astype(np.uint64)
        self.known = self.known.with_columns(n=n)

    def _forget(self) -> Ints:
        """Forget the rarest until half of the room is free, by lot among equals; give the new row of each old one."""
        costs = _costs(self.known["masked"])
        # Numbers of their own rather than Polars' hash, which may change with its version.
        lot = self.known["code"].to_numpy().astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        order = np.lexsort((lot, np.iinfo(np.int64).max - self.known["n"].to_numpy().astype(np.int64)))
        kept = np.zeros(self.known.height, dtype=np.bool_)
        kept[order[: int(np.searchsorted(costs[order].cumsum(), self.room // 2, side="right"))]] = True
        self._forgotten.append(self.known.filter(~pl.Series(kept)))
        self.known = self.known.filter(pl.Series(kept))
        self._cost = int(costs[kept].sum())
        return np.where(kept, np.cumsum(kept) - 1, -1)


def _costs(masked: pl.Series) -> Ints:
    return masked.str.len_bytes().to_numpy().astype(np.int64) + ENTRY
