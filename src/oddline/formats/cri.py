"""Kubernetes container logs (CRI): time, stream, P or F, text; pieces of long lines joined."""

from __future__ import annotations

import polars as pl

from oddline.formats._time import parse as parse_times
from oddline.formats._wrapped import cuts, unwrap
from oddline.formats.base import LineFormat

__all__ = ["Cri"]

_HEAD = (
    r"^(?P<head>(?P<ts>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})) "
    r"(?P<x_stream>stdout|stderr) (?P<flag>[PF])(?::[^ ]*)?(?: |$))"
)


class Cri(LineFormat):
    """What ``/var/log/pods/*/*/*.log`` holds. ``P`` marks a piece, ``F`` the end of a line, per stream."""

    name = "cri"
    summary = "Kubernetes container logs (CRI), pieces of long lines joined."
    specificity = 9

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of lines with a time, a stream and a P or an F."""
        if sample.is_empty():
            return 0.0
        return float(sample.cast(pl.String).str.contains(_HEAD).sum()) / sample.len()

    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        """Turn lines into Records; ``x_stream`` is stdout or stderr.

        Examples
        --------
        >>> from oddline.core.schema import LINES
        >>> raw = ["2024-01-01T00:00:00.5Z stdout P a ", "2024-01-01T00:00:01Z stderr F b",
        ...        "2024-01-01T00:00:02Z stdout F c"]
        >>> frame = pl.DataFrame({"source": ["a"] * 3, "line": [1, 2, 3], "offset": [0, 9, 18], "raw": raw})
        >>> Cri().parse(frame.cast(LINES)).select("line", "lines", "message").rows()
        [(1, 2, 'a c'), (2, 1, 'b')]
        """
        return unwrap(*_pieces(lines))

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell the lines before which every stream has ended its line and its trace."""
        return cuts(*_pieces(lines))


def _pieces(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Take lines out of their wrapper, and tell which pieces end their line."""
    parts = pl.col("raw").str.head(128).str.extract_groups(_HEAD).alias("parts")
    frame = lines.lazy().with_columns(parts).unnest("parts").collect(engine="streaming")
    message = pl.coalesce(pl.col("raw").str.strip_prefix(pl.col("head")), "raw")
    frame = frame.with_columns(parse_times(frame["ts"], ["iso"]), message=message)
    ends = (frame["flag"] == "F").fill_null(True)
    return frame.drop("head", "flag"), ends
