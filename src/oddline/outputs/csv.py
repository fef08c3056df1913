"""One row a scored window, as CSV that a spreadsheet can open without harm."""

from __future__ import annotations

from typing import BinaryIO, ClassVar

import polars as pl

from oddline.core.nouns import Result
from oddline.outputs._hostile import cell
from oddline.outputs._rows import rows
from oddline.outputs.base import Output

__all__ = ["Csv"]


class Csv(Output):
    """Writes the scored rows as UTF-8 CSV (RFC 4180 quoting, line feeds, times in ISO 8601 with ``Z``).

    A cell that a spreadsheet would take for a formula gets an apostrophe before it, and control characters
    read as escapes; ``.parquet`` and ``.ndjson`` keep the text as it was.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".csv",)

    def write(self, result: Result, stream: BinaryIO) -> None:
        """Write a header and one line a scored window, in input order."""
        frame = rows(result)
        text = [name for name, kind in frame.schema.items() if kind == pl.String]
        frame.with_columns(cell(name) for name in text).write_csv(
            stream, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ", batch_size=16384
        )
