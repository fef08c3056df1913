"""The beginning of a Parquet table; what its beginning means stands at its end."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from oddline.core.errors import BadData
from oddline.formats._table_records import guard_width
from oddline.service.storage.uploads import Content

__all__ = ["columns_alone", "first_rows"]

ROWS = 10_000
"""Rows that are read; as many as tell what the columns hold."""

FOOTER = 16 << 20


def first_rows(data: bytes) -> tuple[bytes, int]:
    """Give a table of the first rows of one, and how many rows that has.

    Raises
    ------
    BadData
        If it is broken, or too wide.
    """
    return _read(data, lambda lazy: lazy.head(ROWS).collect())


def columns_alone(content: Content) -> tuple[bytes, int]:
    """Give a table of no rows that has the columns of one, and how many rows that one has; only its end is read.

    Raises
    ------
    BadData
        If it is broken, or too wide.
    """
    tail = b"".join(content.chunks(max(0, content.size - 8)))
    length = int.from_bytes(tail[:4], "little")
    if not tail.endswith(b"PAR1") or length > min(FOOTER, content.size - 12):
        raise _broken()
    end = b"".join(content.chunks(content.size - 8 - length))
    return _read(b"PAR1" + end, lambda lazy: pl.DataFrame(schema=lazy.collect_schema()))


def _read(data: bytes, rows: Callable[[pl.LazyFrame], pl.DataFrame]) -> tuple[bytes, int]:
    try:
        lazy = pl.scan_parquet(io.BytesIO(data))
        guard_width(len(lazy.collect_schema().names()))
        count: Any = lazy.select(pl.len()).collect().item()
        stream = io.BytesIO()
        rows(lazy).write_parquet(stream)
    except (PolarsError, OSError, ValueError) as error:
        raise _broken() from error
    return stream.getvalue(), int(count)


def _broken() -> BadData:
    return BadData("it cannot be read as Parquet", expected="a whole Parquet file", hint="send the file again")
