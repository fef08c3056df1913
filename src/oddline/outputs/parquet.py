"""One row a scored window, as Parquet."""

from __future__ import annotations

from typing import BinaryIO, ClassVar

from oddline.core.nouns import Result
from oddline.outputs._rows import rows
from oddline.outputs.base import Output

__all__ = ["Parquet"]


class Parquet(Output):
    """Writes the scored rows as Parquet, typed and compressed (zstd)."""

    suffixes: ClassVar[tuple[str, ...]] = (".parquet",)

    def write(self, result: Result, stream: BinaryIO) -> None:
        """Write one row a scored window, in input order."""
        rows(result).write_parquet(stream)
