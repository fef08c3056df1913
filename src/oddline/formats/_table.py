"""What CSV and TSV have in common: bytes of delimited text into Records."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import polars as pl

from oddline.core.errors import BadData
from oddline.core.schema import RECORDS
from oddline.formats._table_cells import read_cells
from oddline.formats._table_dialect import cells_of, has_header, sniff, tableness
from oddline.formats._table_records import clean_names, guard_width, keep, to_records
from oddline.formats._table_rows import Rows, rows_of, shape_of
from oddline.formats.base import Mask, TableFormat

SAMPLE = 500
"""Rows that the dialect is found from."""


class DelimitedTable(TableFormat):
    """A table of delimited text. ``warnings`` tells what was odd about the table last read."""

    delimiters: ClassVar[str] = ","
    specificity = 2

    def __init__(self) -> None:
        self.warnings: tuple[str, ...] = ()

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of these lines that are rows of one table; 0 if they rather are a log's lines."""
        return tableness(sample, self.delimiters)

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
        r"""Turn a whole table into ``schema.RECORDS`` plus one typed column ``x_NAME`` for each of its columns.

        Parameters
        ----------
        data
            The file's bytes, in any encoding.
        source
            Its name.
        header
            Whether the first row names the columns; None finds out.
        columns
            Names for the columns, instead of the header's.
        drop, mask
            Names of columns to leave out, and what takes private things out of the others.

        Raises
        ------
        BadData
            More than 2,000 columns, or another number of columns than names were given for.
        UsageError
            A column to drop does not exist.

        Examples
        --------
        >>> from oddline.formats.csv import Csv
        >>> table = Csv().parse_table(b"time,level,ms\n2026-01-02 03:04:05,WARN,12\n", "a.csv")
        >>> table.select("line", "level", "message", "x_ms").row(0)
        (2, 'warning', 'level=WARN ms=12', 12)
        """
        self.warnings = ()
        delimiter = self._delimiter(data)
        rows, named = _without_comments(rows_of(data, delimiter), delimiter)
        if not len(rows):
            return _empty(clean_names(list(named or columns or ())), drop)
        names, body = self._names(rows, delimiter, named, header, columns)
        chosen = keep(names, drop)
        if not len(body):
            return _empty(names, drop)
        cells = read_cells(body, delimiter, names)
        self.warnings = tuple(cells.warnings)
        return to_records(
            cells.frame.select(chosen),
            source,
            line=body.line,
            lines=body.lines,
            offset=body.offset,
            raw=body.text,
            surplus=cells.surplus,
            mask=mask,
        )

    def _delimiter(self, data: bytes) -> str:
        if len(self.delimiters) == 1:
            return self.delimiters
        # Cut at a line end far enough in; quoted cells are joined with the first delimiter's rules only here.
        head = rows_of(data[: 1 << 20], self.delimiters[0]).text.head(SAMPLE)
        return sniff(head, self.delimiters)

    def _names(
        self,
        rows: Rows,
        delimiter: str,
        named: list[str] | None,
        header: bool | None,
        columns: tuple[str, ...] | None,
    ) -> tuple[list[str], Rows]:
        """Find the columns' names, and the rows below the header."""
        head = rows.text.head(SAMPLE)
        counts, _ = shape_of(head, delimiter)
        values, times = np.unique(counts, return_counts=True)
        # The header knows best; without one the commonest width does, the larger one in a draw.
        common = int(values[times == times.max()].max())
        first_width = int(counts[0])
        guard_width(max(common, first_width))
        sample = cells_of(head, delimiter, max(common, first_width))
        if header is None:
            header = named is None and has_header(sample.select(sample.columns[: max(first_width, 1)]))
        width = len(named) if named else first_width if header else common
        body = rows
        found = named
        if header:
            body = rows.only(np.arange(len(rows)) > 0)
            found = [str(value or "") for value in sample.row(0)[:width]]
        if columns is not None:
            if len(columns) != width:
                raise BadData(f"{len(columns)} names for a table of {width} columns", expected="one name a column")
            found = list(columns)
        return clean_names(found or [f"c{place}" for place in range(1, width + 1)]), body


def _without_comments(rows: Rows, delimiter: str) -> tuple[Rows, list[str] | None]:
    """Take away lines that begin with ``#``; Zeek's ``#fields`` line names the columns."""
    marked = rows.text.head(SAMPLE).str.starts_with("#")
    if not marked.any():
        return rows, None
    names = None
    comments = rows.text.head(SAMPLE).filter(marked)
    for comment in comments.to_list():
        if comment.startswith("#fields" + delimiter):
            names = comment.split(delimiter)[1:]
    body_cells, _ = shape_of(rows.text.head(SAMPLE).filter(~marked), delimiter)
    first_cells, _ = shape_of(rows.text.head(1), delimiter)
    is_comment = rows.text.str.starts_with("#").to_numpy().copy()
    if names is None and marked[0] and body_cells.size and first_cells[0] == np.median(body_cells):
        is_comment[0] = False  # "#time,level,message" is a header with a mark before it
    return rows.only(~is_comment), names


def _empty(names: list[str], drop: tuple[str, ...]) -> pl.DataFrame:
    kept = {f"x_{name}": pl.String for name in names if name not in drop}
    return pl.DataFrame(schema={**RECORDS, **kept})
