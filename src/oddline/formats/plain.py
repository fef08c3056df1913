"""Any text: a time near the start and a level word where there are such, and stack traces joined."""

from __future__ import annotations

import polars as pl

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
        seen = looks(lines["raw"])
        parts = bare(lines["raw"], seen)
        frame = pl.concat(
            [lines.select("source", "line", "offset", "raw"), parts.select("ts", "level", "message")],
            how="horizontal",
        ).with_columns(
            parse(parts["ts"], TIMES, modified, lines["source"], clocks=self.clocks), lines=pl.lit(1, pl.UInt32)
        )
        joins = trace_joins(lines["raw"], lines["source"].to_physical(), among=seen.traced)
        return finish(fold(frame, ~joins))
