"""One event, one window."""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.core.nouns import Windows
from oddline.core.schema import EVENTS, SESSION
from oddline.windows.base import Window

__all__ = ["Line"]


class Line(Window):
    """Every event stands for itself."""

    def assign(self, records: pl.DataFrame) -> Windows:
        """Give each event a window of its own, in the same order.

        Examples
        --------
        >>> events = pl.DataFrame({"id": [7, 8], "ts": [None, None]}, schema_overrides={"id": pl.UInt64})
        >>> Line().assign(events).members.tolist()
        [0, 1]
        """
        frame = records.select(
            window_id=pl.col("id"),
            # Where an event is a whole session, it has the session's name.
            key=pl.col(SESSION).cast(pl.String) if {EVENTS, SESSION} <= set(records.columns) else pl.lit("", pl.String),
            start=pl.col("ts").cast(pl.Datetime("us", "UTC")),
            end=pl.col("ts").cast(pl.Datetime("us", "UTC")),
            n=pl.lit(1, pl.UInt32),
        )
        return Windows(frame, np.arange(records.height, dtype=np.uint32))
