"""The scored rows as they go into files."""

from __future__ import annotations

import polars as pl

from oddline.core.nouns import Result
from oddline.core.schema import SCORED, check


def rows(result: Result) -> pl.DataFrame:
    """One row a scored window, in input order, with exactly the documented columns in their order.

    A number that is none (NaN) is written as missing: no reader agrees with another on how to spell it.
    """
    frame = check(result.scored, SCORED, "scored rows").select(list(SCORED))
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None), pl.col("source").cast(pl.String))
