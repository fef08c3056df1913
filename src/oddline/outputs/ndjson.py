"""One row a scored window, as JSON objects, one a line."""

from __future__ import annotations

from typing import BinaryIO, ClassVar

import polars as pl

from oddline.core.nouns import Result
from oddline.outputs._rows import rows
from oddline.outputs.base import Output

__all__ = ["Ndjson"]


class Ndjson(Output):
    """Writes the scored rows as newline-delimited JSON; what is missing is ``null``."""

    suffixes: ClassVar[tuple[str, ...]] = (".ndjson", ".jsonl")

    def write(self, result: Result, stream: BinaryIO) -> None:
        """Write one object a scored window, in input order."""
        rows(result).with_columns(pl.col("ts").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")).write_ndjson(stream)
