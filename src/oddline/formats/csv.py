"""Comma, semicolon or bar separated tables, with or without a header."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from oddline.formats._table import DelimitedTable
from oddline.formats._table_dialect import tableness

__all__ = ["Csv"]


class Csv(DelimitedTable):
    r"""Delimited text; the delimiter, the header and the types are found.

    Examples
    --------
    >>> import polars as pl
    >>> Csv().recognise(pl.Series(["host;ms", "web1;12", "web2;7"]))
    1.0
    >>> Csv().parse_table(b"0,tcp,http\n3,udp,domain\n", "flows.txt")["x_c1"].to_list()
    [0, 3]
    """

    name = "csv"
    summary = "comma, semicolon or bar separated tables"
    delimiters: ClassVar[str] = ",;|\t"

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of these lines that are rows of one table; tabs are another format's."""
        return tableness(sample, ",;|")
