"""A format turns lines (or, for tables, bytes) into Records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Literal

import polars as pl

Mask = Callable[[pl.DataFrame], pl.DataFrame]
"""Columns in, the same columns out, without what is private in them."""


class Format(ABC):
    """How a line becomes columns.

    ``specificity`` decides between two formats that both recognise a sample: the one that demands more of
    a line wins. ``plain`` has 0 and recognises everything.
    """

    name: str
    summary: str
    specificity: int = 1
    reads: ClassVar[Literal["lines", "bytes"]] = "lines"

    @abstractmethod
    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of these lines that open an event of this format, from 0 to 1."""


class LineFormat(Format):
    """A format that is read line by line."""

    @abstractmethod
    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        """Turn ``schema.LINES`` into ``schema.RECORDS``: one row an event, never fewer lines than came in.

        Lines that do not open an event join the event before them; rubbish never raises and is kept as
        message. ``modified`` is the time of the file's last change, for formats that tell no year.
        """


class TableFormat(Format):
    """A format that is read as a table: typed columns besides those of a record."""

    reads: ClassVar[Literal["lines", "bytes"]] = "bytes"

    @abstractmethod
    def parse_table(
        self,
        data: bytes,
        source: str,
        *,
        header: bool | None = None,
        columns: tuple[str, ...] | None = None,
        drop: tuple[str, ...] = (),
        mask: Mask | None = None,
    ) -> pl.DataFrame:
        """Turn a whole table into ``schema.RECORDS`` plus one typed column ``x_NAME`` for each of its columns.

        ``header=None`` finds out by itself; ``columns`` names them; ``drop`` leaves some out.
        ``mask`` is to be applied to the columns before any text of theirs is cut, and is given only if asked for.
        """
