"""One row a physical line: which template it is of, as CSV, NDJSON or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

import polars as pl

from oddline.outputs._hostile import cell


def _csv(frames: Iterator[pl.DataFrame], table: pl.DataFrame, stream: BinaryIO) -> None:
    safe = table.with_columns(cell("template"))
    written = _written(safe)
    for number, frame in enumerate(frames):
        if "source" in frame.columns or written is None:
            named = frame.with_columns(cell("source")) if "source" in frame.columns else frame
            _with_texts(named, safe).write_csv(stream, include_header=number == 0, batch_size=16384)
            continue
        if not number:
            stream.write(",".join(("line", *table.columns)).encode() + b"\n")
        rows = frame.select("line", written.gather(frame["place"]))
        rows.write_csv(stream, include_header=False, quote_style="never", batch_size=16384)


def _written(table: pl.DataFrame) -> pl.Series | None:
    """Write the rows of a table once for all: to look for what must be quoted in each line costs a third of the whole.

    None where a cell holds a line end.
    """
    buffer = BytesIO()
    table.write_csv(buffer, include_header=False)
    rows = buffer.getvalue().decode().split("\n")[:-1]
    return pl.Series("row", rows, dtype=pl.String) if len(rows) == table.height else None


def _ndjson(frames: Iterator[pl.DataFrame], table: pl.DataFrame, stream: BinaryIO) -> None:
    for frame in frames:
        _with_texts(frame, table).write_ndjson(stream)


def _parquet(frames: Iterator[pl.DataFrame], table: pl.DataFrame, stream: BinaryIO) -> None:
    texts = table.with_columns(pl.col("template").cast(pl.Categorical))
    pl.concat([_with_texts(frame, texts) for frame in frames]).write_parquet(stream)


def _with_texts(frame: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    return frame.drop("place").hstack(texts[frame["place"].to_numpy()])


Writer = Callable[[Iterator[pl.DataFrame], pl.DataFrame, BinaryIO], None]
WRITERS: dict[str, Writer] = {".csv": _csv, ".ndjson": _ndjson, ".jsonl": _ndjson, ".parquet": _parquet}
"""How each ending is written: frames of ``line`` and ``place`` (a row of the table; ``source`` where there are
several), and a table of ``template_id`` and ``template``."""
