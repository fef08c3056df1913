"""The messages of Records, masked; and the distinct masked lines among them, which is where work is done."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._masks import collapse, first_line, parameters


class Lines:
    """First lines of messages with their masked texts.

    Attributes
    ----------
    text : polars.Series
        First line of each message.
    masked : polars.Series
        The same with every token that holds a digit made ``<*>``, as Categorical.
    codes : array of uint32, one a line
        The number of its masked text.
    distinct : polars.DataFrame
        ``masked`` (String), ``code``, ``n``: one row a masked text, in the order of its text.
    """

    def __init__(self, message: pl.Series) -> None:
        self.text = first_line(message)
        frame = self.text.to_frame("masked").lazy().select(collapse(pl.col("masked")).cast(pl.Categorical))
        self.masked = frame.collect(engine="streaming")["masked"]
        self.codes: npt.NDArray[np.uint32] = self.masked.to_physical().to_numpy()
        counts = self.masked.value_counts(name="n").with_columns(
            code=pl.col("masked").to_physical(), masked=pl.col("masked").cast(pl.String)
        )
        self.distinct = counts.sort("masked")

    def commonest(self, most: int) -> pl.Series:
        """Choose so many distinct texts, the commonest first, equally common ones by lot; the same every time."""
        if self.distinct.height <= most:
            return pl.Series(np.ones(self.distinct.height, dtype=np.bool_))
        rank = self.distinct.with_row_index("row").sort(
            "n", pl.col("masked").hash(seed=0), "masked", descending=[True, False, False]
        )
        chosen = np.zeros(self.distinct.height, dtype=np.bool_)
        chosen[rank["row"].head(most).to_numpy()] = True
        return pl.Series(chosen)


def add(records: pl.DataFrame, lines: Lines, ids: npt.NDArray[np.uint32]) -> pl.DataFrame:
    """Add ``template_id``, ``masked`` and ``params``; ``ids`` has one entry a row of ``lines.distinct``."""
    table = np.zeros(int(lines.codes.max(initial=0)) + 1, dtype=np.uint32)
    table[lines.distinct["code"].to_numpy()] = ids
    params = lines.text.to_frame("line").lazy().select(parameters(pl.col("line"))).collect(engine="streaming")
    return records.with_columns(
        pl.Series("template_id", table[lines.codes], dtype=pl.UInt32),
        lines.masked.alias("masked"),
        params["line"].alias("params"),
    )
