"""Container logs: other programs' lines, each in a wrapper that tells time and stream."""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.formats import _events
from oddline.formats._bare import bare
from oddline.formats._events import finish, fold, stands_alone, trace_joins


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
    table = frame.with_columns(__stream=_streams(frame), __ends=ends)
    opens = table.select(pl.col("__ends").shift(1).over("__stream").fill_null(True)).to_series()
    group = table["__stream"]
    whole = fold(table.drop("__ends"), opens, group, glue="")
    whole = whole.with_columns(pl.col("message").str.strip_chars_end("\r\n"))
    inner = bare(whole["message"])
    joins = trace_joins(inner["message"], whole["__stream"])
    whole = whole.with_columns(inner["level"], inner["message"])
    return finish(fold(whole, ~joins, whole["__stream"]).drop("__stream"))


def cuts(frame: pl.DataFrame, ends: pl.Series) -> pl.Series:
    """Tell the pieces before which no stream has anything open that a later piece could join."""
    table = frame.select("line", "offset", "message").with_columns(__stream=_streams(frame), ends=ends)
    table = table.with_row_index("row").with_columns(
        pl.col("row").cast(pl.Int64),
        before=pl.col("row").cast(pl.Int64).shift(1).over("__stream"),
        whole=pl.col("ends") & pl.col("ends").shift(1).over("__stream").fill_null(True),
    )
    inner = bare(table["message"].str.strip_chars_end("\r\n"))["message"]
    # A piece of a longer line counts as indented: it never stands alone, and neither may what comes after it.
    text = table.select(pl.when("whole").then(inner).otherwise(pl.lit(" piece"))).to_series()
    open_ = table.filter(~stands_alone(text, table["__stream"])).select("row", "before").drop_nulls()
    last = table.group_by("__stream", maintain_order=True).last()
    near = (pl.lit(table.height) - pl.col("row") <= _events.MAX_LINES) & (
        pl.lit(frame["offset"].max()) - pl.col("offset") <= _events.MAX_BYTES
    )
    unsure = last.filter(near).select(row=pl.lit(table.height - 1, pl.Int64), before="row")
    change = np.zeros(table.height + 1, dtype=np.int64)
    for spans in (open_, unsure):
        np.add.at(change, spans["before"].to_numpy() + 1, 1)
        np.add.at(change, spans["row"].to_numpy() + 1, -1)
    return pl.Series(np.cumsum(change[:-1]) == 0)


def _streams(frame: pl.DataFrame) -> pl.Series:
    """Number the streams; one that was silent for longer than an event may be counts as another one from there on."""
    keys = pl.struct(pl.col("source").to_physical(), pl.col("x_stream").fill_null(""))
    table = frame.select("line", "offset", stream=keys.rank("dense").cast(pl.UInt32))
    long = pl.col("line").cast(pl.Int64).diff().over("stream") > _events.MAX_LINES
    long |= pl.col("offset").cast(pl.Int64).diff().over("stream") > _events.MAX_BYTES
    spell = long.fill_null(False).cum_sum().over("stream")
    return table.select(pl.struct("stream", spell).rank("dense").cast(pl.UInt32)).to_series()
