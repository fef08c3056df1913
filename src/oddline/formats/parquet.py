"""Apache Parquet tables."""

from __future__ import annotations

import io
import json

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from oddline.core.errors import BadData
from oddline.formats._table_records import clean_names, guard_width, keep, to_records
from oddline.formats.base import Mask, TableFormat

__all__ = ["Parquet"]

MOST_CELLS = 1_000_000_000
"""Rows times columns that are read; a small file can claim any number of rows."""

LONGEST_NESTED = 1_000
"""Characters of a nested value, or of bytes, that are kept."""


class Parquet(TableFormat):
    """Columns typed by the file itself; nested ones are written as JSON.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> pl.DataFrame({"ms": [3, 5]}).write_parquet(stream)
    >>> Parquet().parse_table(stream.getvalue(), "a.parquet")["x_ms"].to_list()
    [3, 5]
    """

    name = "parquet"
    summary = "Apache Parquet tables"
    specificity = 9

    def __init__(self) -> None:
        self.warnings: tuple[str, ...] = ()

    def recognise(self, sample: pl.Series) -> float:
        """Tell by the four bytes that every Parquet file begins with."""
        return 1.0 if sample.len() and str(sample[0] or "").startswith("PAR1") else 0.0

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
        """Turn a Parquet file into Records; ``header`` is of no use here.

        Raises
        ------
        BadData
            If it is no Parquet, is broken, or claims more than can be read.
        """
        try:
            lazy = pl.scan_parquet(io.BytesIO(data))
            names = lazy.collect_schema().names()
            guard_width(len(names))
            rows = lazy.select(pl.len()).collect().item()
            if rows * max(len(names), 1) > MOST_CELLS:
                raise BadData(
                    f"a table of {rows:,} rows and {len(names):,} columns",
                    expected=f"at most {MOST_CELLS:,} cells",
                )
            frame = lazy.collect()
        except (PolarsError, OSError, ValueError) as error:
            raise BadData(
                f"{source}: cannot be read as Parquet ({str(error).splitlines()[0][:120]})",
                expected="a whole Parquet file",
                hint="check that the file was written to its end",
            ) from error
        if columns is not None and len(columns) != frame.width:
            raise BadData(f"{len(columns)} names for a table of {frame.width} columns", expected="one name a column")
        frame.columns = clean_names(list(columns or names))
        frame = frame.select(keep(frame.columns, drop))
        frame = pl.DataFrame([_plain(column, whole=mask is not None) for column in frame.iter_columns()])
        place = np.arange(rows, dtype=np.uint64)
        return to_records(
            frame,
            source,
            line=(place + np.uint64(1)).astype(np.uint32),
            lines=np.ones(rows, dtype=np.uint32),
            offset=place,
            mask=mask,
        )


def _plain(column: pl.Series, *, whole: bool) -> pl.Series:
    """Make a column of a type that features can read: number, truth, time or text, which is cut if not ``whole``."""
    longest = None if whole else LONGEST_NESTED
    dtype = column.dtype
    plain = column
    if dtype.is_nested():
        written = [None if value is None else json.dumps(value, default=str)[:longest] for value in column.to_list()]
        plain = pl.Series(column.name, written, pl.String)
    elif dtype == pl.Binary:
        plain = column.bin.encode("hex").str.slice(0, longest)
    elif isinstance(dtype, (pl.Categorical, pl.Enum)) or dtype in (pl.Time, pl.Null):
        plain = column.cast(pl.String)
    elif isinstance(dtype, pl.Decimal) or dtype in (pl.Int128, pl.UInt128):
        plain = column.cast(pl.Float64)
    elif isinstance(dtype, pl.Duration):
        plain = column.dt.total_microseconds().cast(pl.Float64) / 1e6
    return plain
