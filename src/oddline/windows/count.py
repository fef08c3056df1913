"""So many events in a row of one source, one window."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.core.errors import UsageError
from oddline.core.nouns import Windows
from oddline.windows._grouped import grouped
from oddline.windows.base import Window

__all__ = ["Count"]


class Count(Window):
    """Cuts each source into windows of ``size`` events; the last one of a source may have fewer.

    Parameters
    ----------
    size
        Events in a window.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> Count(150).assign(records(400)).frame["n"].to_list()
    [150, 150, 100]
    """

    def __init__(self, size: int = 20) -> None:
        self.size = size

    @classmethod
    def of(cls, argument: str) -> Self:
        """Build it from ``count:100``."""
        if not argument.isdecimal() or int(argument) < 1:
            raise UsageError(f"count:{argument}", expected="count:N, N events from 1 on", hint="count:100")
        return cls(int(argument))

    def settled(self, records: pl.DataFrame) -> str:
        """Give the size."""
        del records
        return str(self.size)

    def assign(self, records: pl.DataFrame) -> Windows:
        """Give the windows of Records, in the order of their first events, and the window of each event."""
        source = records["source"].to_physical().to_numpy()
        place = np.zeros(len(source), dtype=np.int64)
        order = np.argsort(source, kind="stable")
        begins = np.searchsorted(source[order], source[order])
        place[order] = np.arange(len(source)) - begins
        number = pl.Series(place // self.size)
        keys = pl.select(pl.format("events {}-{}", number * self.size + 1, (number + 1) * self.size)).to_series()
        return grouped(records, [records["source"].to_physical(), number], keys)
