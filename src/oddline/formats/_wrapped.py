"""Container logs: other programs' lines, each in a wrapper that tells time and stream."""

from __future__ import annotations

import polars as pl

from oddline.formats._bare import bare
from oddline.formats._events import finish, fold, trace_joins


def unwrap(frame: pl.DataFrame, ends: pl.Series) -> pl.DataFrame:
    """Join the pieces of long lines, then the lines of stack traces; never one stream with another.

    Parameters
    ----------
    frame : polars.DataFrame
        ``schema.LINES`` with ``ts``, ``message`` and ``x_stream``, one row a piece.
    ends : polars.Series
        Boolean: the piece ends its line.
    """
    frame = frame.with_columns(lines=pl.lit(1, pl.UInt32))
    keys = pl.struct(pl.col("source").to_physical(), pl.col("x_stream").fill_null("")).rank("dense")
    group = frame.select(keys.cast(pl.UInt32)).to_series()
    table = frame.with_columns(__stream=group, __ends=ends)
    opens = table.select(pl.col("__ends").shift(1).over("__stream").fill_null(True)).to_series()
    whole = fold(table.drop("__ends"), opens, group, glue="")
    whole = whole.with_columns(pl.col("message").str.strip_chars_end("\r\n"))
    inner = bare(whole["message"])
    joins = trace_joins(inner["message"], whole["__stream"])
    whole = whole.with_columns(inner["level"], inner["message"])
    return finish(fold(whole, ~joins, whole["__stream"]).drop("__stream"))
