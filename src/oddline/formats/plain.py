"""Any text: a time near the start and a level word where there are such, and stack traces joined."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.alike import ALIKE, KIND, kinds
from oddline.formats._bare import TIMES, bare
from oddline.formats._events import finish, fold, stands_alone, trace_joins
from oddline.formats._looks import looks
from oddline.formats._time import parse
from oddline.formats.base import LineFormat

__all__ = ["Plain"]


class Plain(LineFormat):
    """The format of what has none: one line, one event, unless it plainly belongs to a stack trace."""

    name = "plain"
    summary = "Any text."
    specificity = 0
    keeps_lines: ClassVar[bool] = True

    def recognise(self, sample: pl.Series) -> float:
        """Recognise everything."""
        return 1.0

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell the lines that open an event and look like no part of a trace."""
        return stands_alone(lines["raw"])

    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        """Turn any lines into Records.

        Examples
        --------
        >>> text = ["Traceback (most recent call last):", '  File "a.py", line 1, in f', "KeyError: 1", "done"]
        >>> from oddline.core.schema import LINES
        >>> frame = pl.DataFrame({"source": ["a"] * 4, "line": [1, 2, 3, 4], "offset": [0] * 4, "raw": text})
        >>> Plain().parse(frame.cast(LINES)).select("line", "lines").rows()
        [(1, 3), (4, 1)]
        """
        if lines.is_empty():
            return finish(lines.with_columns(lines=pl.lit(1), message="raw"))
        told = kinds(lines[ALIKE]) if ALIKE in lines.columns else None
        seen = looks(lines["raw"], told)
        parts = bare(lines["raw"], seen)
        frame = pl.concat(
            [lines.select("source", "line", "offset", "raw"), parts.select("ts", "level", "message")],
            how="horizontal",
        ).with_columns(
            parse(parts["ts"], TIMES, modified, lines["source"], clocks=self.clocks), lines=pl.lit(1, pl.UInt32)
        )
        joins = trace_joins(lines["raw"], lines["source"].to_physical(), among=seen.traced)
        records = finish(fold(frame, ~joins))
        if told is None or joins.any():
            return records
        return records.with_columns(pl.Series(KIND, _kinds_without(parts["head"], told.codes)))


def _kinds_without(head: pl.Series, codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Number the kinds of lines whose heads are taken off: of one kind, those are alike that lose equally much."""
    rows = head.is_not_null().arg_true()
    if rows.is_empty():
        return codes
    lost = head.gather(rows).str.len_bytes().to_numpy().astype(np.uint64)
    _, numbers = np.unique(codes[rows].astype(np.uint64) << np.uint64(32) | lost, return_inverse=True)
    found = codes.copy()
    found[rows] = numbers + (int(codes.max()) + 1)
    return found
