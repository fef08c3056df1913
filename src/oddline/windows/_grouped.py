"""Windows out of what tells the events of one window from those of another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from oddline.core.nouns import Windows
from oddline.core.schema import TIME


def grouped(records: pl.DataFrame, parts: Sequence[pl.Series], keys: pl.Series) -> Windows:
    """Make one window of the events that agree in all ``parts``; ``keys`` are what people call them.

    Windows come in the order of their first events, and events without a time do not stretch a window.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> user = pl.Series(["anna", "bert", "anna"])
    >>> windows = grouped(records(3), [user], user)
    >>> windows.frame["key"].to_list(), windows.members.tolist()
    (['anna', 'bert'], [0, 1, 0])
    """
    frame = pl.DataFrame([part.alias(f"part {number}") for number, part in enumerate(parts)]).with_columns(
        id=records["id"], key=keys.cast(pl.String), ts=records["ts"].cast(TIME), place=pl.int_range(records.height)
    )
    names = [f"part {number}" for number in range(len(parts))]
    windows = frame.group_by(names, maintain_order=True).agg(
        window_id=pl.col("id").first(),
        key=pl.col("key").first(),
        start=pl.col("ts").min(),
        end=pl.col("ts").max(),
        n=pl.len().cast(pl.UInt32),
        places=pl.col("place"),
    )
    members = np.zeros(records.height, dtype=np.uint32)
    if records.height:
        members[windows["places"].explode().to_numpy()] = np.repeat(
            np.arange(windows.height, dtype=np.uint32), windows["n"].to_numpy()
        )
    return Windows(windows.select("window_id", "key", "start", "end", "n"), members)
