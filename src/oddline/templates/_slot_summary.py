"""How the values of each slot of a template are distributed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from oddline.core.schema import TIME
from oddline.templates._slot_kinds import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_COMMON = 5
"""Values that are listed of a slot that holds no numbers."""

LEVELS = {"min": 0.0, "p5": 0.05, "median": 0.5, "p95": 0.95, "max": 1.0}

SUMMARY: dict[str, pl.DataType | type[pl.DataType]] = {
    "slot": pl.String,
    "type": pl.String,
    "n": pl.UInt32,  # values that are there
    "missing": pl.UInt32,
    "distinct": pl.UInt32,
    "common": pl.String,  # the most common value
    "share": pl.Float64,  # of n, between 0 and 1
    **dict.fromkeys(LEVELS, pl.Float64),  # null where the values are no numbers
    "first": TIME,  # null where they are no times
    "last": TIME,
    "values": pl.List(pl.Struct({"value": pl.String, "n": pl.UInt32})),  # null where they are numbers or times
}
"""What :func:`summary` gives: one row a slot, in the order of the text."""


def summary(frame: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    """Sum up columns of values; ``kinds`` has the kind of each.

    Examples
    --------
    >>> values = pl.DataFrame({"took": [0.5, 0.1, None], "user": ["anna", "bert", "anna"]})
    >>> summary(values, {"took": "duration", "user": "text"}).select("slot", "n", "common", "max").rows()
    [('took', 2, '0.1', 0.5), ('user', 3, 'anna', None)]
    """
    return pl.DataFrame([_row(name, frame[name], kind) for name, kind in kinds.items()], schema=SUMMARY, orient="row")


def _row(name: str, values: pl.Series, kind: str) -> dict[str, Any]:
    there = values.drop_nulls().alias("value")
    counts = there.to_frame().group_by("value").agg(n=pl.len())
    # Equally common values stand in their own order, so that the answer is the same every time.
    common = counts.sort("n", "value", descending=[True, False]).head(MOST_COMMON)
    common = common.select(pl.col("value").cast(pl.String), pl.col("n").cast(pl.UInt32))
    row: dict[str, Any] = dict.fromkeys(SUMMARY)
    row |= {"slot": name, "type": kind, "n": there.len(), "missing": values.len() - there.len()}
    row |= {"distinct": counts.height}
    if common.height:
        row |= {"common": common["value"][0], "share": common["n"][0] / there.len()}
    if kind in NUMERIC:
        number = there.cast(pl.Float64).fill_nan(None).drop_nulls()
        row |= {level: number.quantile(share, "linear") for level, share in LEVELS.items()}
    elif kind == "time":
        row |= {"first": there.min(), "last": there.max()}
    else:
        row["values"] = common.rows(named=True)
    return row
