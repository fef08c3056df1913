"""JSON, one object a line, whatever its keys are called."""

from __future__ import annotations

from typing import Self

import polars as pl

from oddline.formats._bare import TIMES, bare
from oddline.formats._events import finish, fold, stands_alone, trace_joins
from oddline.formats._fields import records_of
from oddline.formats._json import Keys, decode
from oddline.formats._looks import looks
from oddline.formats._time import parse as parse_times
from oddline.formats.base import LineFormat

__all__ = ["JsonLines"]


class JsonLines(LineFormat):
    """One JSON object a line: zap, slog, pino, bunyan, Serilog, structlog, Logstash, ECS, GELF, MongoDB ..."""

    name = "json_lines"
    summary = "JSON, one object a line, whatever its keys are called."
    specificity = 5

    keys: Keys | None = None
    """The keys that become columns, once a sample has told them."""

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of lines that are JSON objects."""
        if sample.is_empty():
            return 0.0
        return float(decode(sample.cast(pl.String), [])[1].sum()) / sample.len()

    def prepare(self, sample: pl.DataFrame) -> Self:
        """Settle the columns by a sample."""
        made = super().prepare(sample)
        made.keys = Keys(sample["raw"])
        return made

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell the lines that open an event and look like no part of a trace: any object does."""
        return stands_alone(lines["raw"])

    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        """Turn lines into Records; an object without a message becomes ``key=value`` pairs.

        Examples
        --------
        >>> from oddline.core.schema import LINES
        >>> raw = ['{"ts": 1700000000.5, "lvl": "warn", "msg": "slow", "took": 1.5}', '{"n": 1}', "banner"]
        >>> frame = pl.DataFrame({"source": ["a"] * 3, "line": [1, 2, 3], "offset": [0, 9, 18], "raw": raw})
        >>> JsonLines().parse(frame.cast(LINES)).select("level", "message", "x_took").rows()
        [('warning', 'slow', 1.5), (None, 'n=1', None), (None, 'banner', None)]
        """
        keys = self.keys or Keys(lines["raw"])
        fields, good = decode(lines["raw"], keys.paths)
        text = lines["raw"]
        records = records_of(
            fields,
            keys.kinds,
            lines["source"],
            modified,
            self.clocks,
            spoken=keys.spoken,
            unnamed=lambda rows: keys.unnamed.told(text.gather(rows)),
        )
        frame = pl.concat([lines, records], how="horizontal").with_columns(lines=pl.lit(1, pl.UInt32))
        if good.all():
            return finish(frame)
        seen = looks(lines["raw"])
        parts = bare(lines["raw"], seen)
        parts = parts.with_columns(parse_times(parts["ts"], TIMES, modified, lines["source"], clocks=self.clocks))
        frame = frame.with_columns(
            pl.when(good).then(name).otherwise(parts[name]).alias(name) for name in ("ts", "level", "message")
        )
        joins = trace_joins(lines["raw"], lines["source"].to_physical(), among=seen.traced) & ~good
        return finish(fold(frame, ~joins))
