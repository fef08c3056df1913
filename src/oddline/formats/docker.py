"""Docker's json-file driver: {"log": ..., "stream": ..., "time": ...}, pieces of long lines joined."""

from __future__ import annotations

import polars as pl

from oddline.formats._json import decode
from oddline.formats._time import parse as parse_times
from oddline.formats._wrapped import cuts, unwrap
from oddline.formats.base import LineFormat

__all__ = ["Docker"]


class Docker(LineFormat):
    """What ``/var/lib/docker/containers/*/*-json.log`` holds. A line's end is the end of its ``log``."""

    name = "docker"
    summary = "Docker's json-file driver, pieces of long lines joined."
    specificity = 9

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of lines that are objects with a ``log``, a ``stream`` and a ``time``."""
        if sample.is_empty():
            return 0.0
        fields, _ = decode(sample.cast(pl.String), [("log",), ("stream",), ("time",)])
        full = fields.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
        return float(full.sum()) / sample.len()

    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        r"""Turn lines into Records; ``x_stream`` is stdout or stderr.

        Examples
        --------
        >>> from oddline.core.schema import LINES
        >>> raw = ['{"log":"a ","stream":"stdout","time":"2024-01-01T00:00:00.5Z"}',
        ...        '{"log":"ERROR b\\n","stream":"stderr","time":"2024-01-01T00:00:01Z"}',
        ...        '{"log":"c\\n","stream":"stdout","time":"2024-01-01T00:00:02Z"}']
        >>> frame = pl.DataFrame({"source": ["a"] * 3, "line": [1, 2, 3], "offset": [0, 9, 18], "raw": raw})
        >>> Docker().parse(frame.cast(LINES)).select("line", "lines", "level", "message").rows()
        [(1, 2, None, 'a c'), (2, 1, 'error', 'ERROR b')]
        """
        return unwrap(*_pieces(lines))

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell the lines before which every stream has ended its line and its trace."""
        return cuts(*_pieces(lines))


def _pieces(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Take lines out of their wrapper, and tell which pieces end their line."""
    fields, _ = decode(lines["raw"], [("log",), ("stream",), ("time",)])
    message = fields["log"].fill_null(lines["raw"])
    ends = message.str.ends_with("\n") | fields["log"].is_null()
    frame = lines.with_columns(
        message.alias("message"), fields["stream"].alias("x_stream"), parse_times(fields["time"], ["iso"])
    )
    return frame, ends
