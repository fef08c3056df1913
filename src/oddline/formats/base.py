"""A format turns lines (or, for tables, bytes) into Records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, ClassVar, Literal, Self

import polars as pl

if TYPE_CHECKING:
    from oddline.formats._turns import Clocks

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
    """A format that is read line by line.

    A long part is read in stretches: ``prepare`` settles what a sample decides, ``cuts`` tells where a stretch may
    end, ``parse`` reads one after the other. What ``parse`` makes of a line must hang on that line, on those around
    it that ``cuts`` keeps together, and on what ``prepare`` settled; then any cut gives the same events.
    """

    keeps_lines: ClassVar[bool] = False
    """Most messages are the lines as they stand: such a format may be given Lines with a column ``alike.ALIKE``, and
    then gives Records a column ``alike.KIND`` where it can."""

    clocks: Clocks | None = None
    """What the stretches before this one have told of the year and the day; None where there is but one."""

    def prepare(self, sample: pl.DataFrame) -> Self:
        """Give this format as it reads the part that the sample is from: a copy of its own."""
        return copy(self)

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell the lines before which the text may be cut, one boolean a line; the first one told counts for nothing.

        No line from there on joins an event before it, nor hangs on what stands there. As given here it is where
        ``parse`` opens an event: right for a format that looks at a line and at the one before it, and no further.
        """
        apart = copy(self)
        apart.clocks = None
        events = apart.parse(lines)
        before = lines["line"][0] + events["lines"].cum_sum().shift(1, fill_value=0) if lines.height else events["line"]
        heads = events["line"].filter(events["line"].cast(pl.UInt64) == before.cast(pl.UInt64))
        return lines["line"].is_in(heads.implode())

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
