"""The masked text itself is the template: nothing is joined, nothing can be swallowed."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.templates._lines import Lines, add
from oddline.templates._slots import typed
from oddline.templates.base import Miner

__all__ = ["Exact"]


class Exact(Miner):
    """Take every distinct masked line for a template of its own.

    The quickest miner and the most careful: right where every other word is worth telling apart, too fine
    where messages quote names or paths without digits.

    Examples
    --------
    >>> logs = pl.DataFrame({"message": ["job 1 done", "job 2 done", "user anna left", "user bert left"]})
    >>> Exact().fit_transform(logs)["template_id"].to_list()
    [1, 1, 2, 3]
    """

    def fit(self, records: pl.DataFrame, y: None = None) -> Self:
        """Learn the masked lines of Records (only ``message`` is read)."""
        self._learn(Lines(records["message"]))
        return self

    def transform(self, records: pl.DataFrame) -> pl.DataFrame:
        """Add ``template_id``, ``masked`` and ``params``; 0 stands for a masked line that was not in training."""
        self.require_fitted()
        return self._add(records, Lines(records["message"]))

    def fit_transform(self, records: pl.DataFrame, y: None = None) -> pl.DataFrame:
        """Do both with one masking pass."""
        lines = Lines(records["message"])
        self._learn(lines)
        return self._add(records, lines)

    def _learn(self, lines: Lines) -> None:
        table = lines.distinct.with_columns(text=typed(lines, lines.distinct), n=pl.col("n").cast(pl.UInt64))
        table = table.sort("n", "masked", descending=[True, False])
        table = table.with_columns(template_id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
        self.known_ = table.select("masked", "template_id")
        self.templates_ = table.select("template_id", "text", "n")

    def _add(self, records: pl.DataFrame, lines: Lines) -> pl.DataFrame:
        found = lines.distinct.join(self.known_, on="masked", how="left", maintain_order="left")["template_id"]
        return add(records, lines, found.fill_null(0).to_numpy().astype(np.uint32))
