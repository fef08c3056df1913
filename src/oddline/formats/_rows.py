"""What was found for a few rows, laid out over all of them."""

from __future__ import annotations

import polars as pl


def spread(values: pl.Series, rows: pl.Series, count: int, rest: pl.Series | None = None) -> pl.Series:
    """Put values into their rows, of which there are ``count``; the others are null, or what ``rest`` has there.

    Examples
    --------
    >>> spread(pl.Series(["a", None]), pl.Series([2, 0]), 3).to_list()
    [None, None, 'a']
    """
    if rest is None:
        rest = pl.Series([None], dtype=values.dtype).new_from_index(0, count)
    if values.is_empty():
        return rest
    if values.len() == count and rows.is_sorted():
        return values
    return rest.clone().scatter(rows, values)
