"""A span of time, one window: every event of five minutes, say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Self

import polars as pl

from oddline.core.errors import BadData, UsageError
from oddline.core.nouns import Windows
from oddline.windows._grouped import grouped
from oddline.windows.base import Window

__all__ = ["Time"]

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Time(Window):
    """Cuts all events, of whatever source, into spans of time that begin at whole multiples of the span.

    A span without events is no window. An event without a time goes with the one before it.

    Parameters
    ----------
    span
        A number and a unit: ``30s``, ``5m``, ``1h``, ``1d``.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> Time("5m").assign(records(400)).frame["n"].to_list()
    [150, 150, 100]
    """

    def __init__(self, span: str = "5m") -> None:
        self.span = span

    @classmethod
    def of(cls, argument: str) -> Self:
        """Build it from ``time:5m``."""
        made = cls(argument)
        made._length()
        return made

    def settled(self, records: pl.DataFrame) -> str:
        """Give the span."""
        del records
        return self.span

    def assign(self, records: pl.DataFrame) -> Windows:
        """Give the windows of Records, in the order of their first events, and the window of each event.

        Raises
        ------
        BadData
            If no event tells a time.
        """
        length = self._length()
        if records.height and not records["ts"].count():
            raise BadData("no event tells a time", expected="times, to cut into spans of time", hint="--by count:100")
        begin = records.select(pl.col("ts").forward_fill().backward_fill().dt.truncate(length)).to_series()
        return grouped(records, [begin], begin.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _length(self) -> timedelta:
        found = re.fullmatch(r"(\d{1,6})([smhd])", self.span)
        if not found or not int(found[1]):
            raise UsageError(f"time:{self.span}", expected="a number and one of s, m, h, d", hint="time:5m")
        return timedelta(**{UNITS[found[2]]: int(found[1])})
