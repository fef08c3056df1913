"""Templates by masks, then by likeness: Drain's idea on distinct masked lines, in any order of lines."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._cluster import Clusters
from oddline.templates._masks import collapse, enrich, erase, first_line, parameters, shape
from oddline.templates._slots import typed
from oddline.templates._text import joined
from oddline.templates.base import Miner

__all__ = ["Drain"]


class Drain(Miner):
    """Find templates by masking what varies, then joining masked lines that are alike.

    Parameters
    ----------
    similarity : float
        Share of words, between 0 and 1, that two lines of one template have in common.

    Examples
    --------
    >>> logs = pl.DataFrame({"message": ["job 1 done", "job 2 done", "disk full"]})
    >>> miner = Drain()
    >>> miner.fit_transform(logs)["template_id"].to_list()
    [1, 1, 2]
    >>> miner.templates_["text"].to_list()
    ['job <NUM> done', 'disk full']
    """

    def __init__(self, similarity: float = 0.7) -> None:
        self.similarity = similarity

    def fit(self, records: pl.DataFrame, y: None = None) -> Self:
        """Learn the templates of Records (only ``message`` is read)."""
        lines = first_line(records["message"])
        self._learn(lines, _mask(lines))
        return self

    def transform(self, records: pl.DataFrame) -> pl.DataFrame:
        """Add ``template_id``, ``masked`` and ``params``; 0 stands for a message of no known template."""
        self.require_fitted()
        lines = first_line(records["message"])
        return self._add(records, lines, _mask(lines))

    def fit_transform(self, records: pl.DataFrame, y: None = None) -> pl.DataFrame:
        """Do both with one masking pass."""
        lines = first_line(records["message"])
        masked = _mask(lines)
        self._learn(lines, masked)
        return self._add(records, lines, masked)

    def _learn(self, lines: pl.Series, masked: pl.Series) -> None:
        codes = masked.to_physical().to_numpy()
        known = masked.value_counts(name="n").with_columns(
            code=pl.col("message").to_physical(), message=pl.col("message").cast(pl.String)
        ).sort("message")
        known = known.with_columns(rich=enrich(pl.col("message")), typed=typed(lines, codes, known))
        known = known.with_columns(shape=shape(pl.col("rich")), typed=enrich(pl.col("typed")))
        shapes = known["shape"].unique().sort()
        clusters = Clusters(shapes, self.similarity)
        group = np.zeros(shapes.len(), dtype=np.uint32)
        for number, members in enumerate(clusters.groups):
            group[members] = number
        known = known.join(pl.DataFrame({"shape": shapes, "group": group}), on="shape", maintain_order="left")
        table = known.group_by("group").agg(
            pl.col("n").sum().cast(pl.UInt64), pl.col("typed").unique().sort(), pl.col("shape").unique().sort()
        )
        table = table.with_columns(
            text=pl.Series([_text(texts, shapes) for texts, shapes in table.select("typed", "shape").rows()], dtype=pl.String)
        )
        table = table.sort(["n", "text", "group"], descending=[True, False, False])
        table = table.with_columns(template_id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
        known = known.join(table.select("group", "template_id"), on="group").sort("message")
        self.known_ = known.select(masked="message", template_id="template_id")
        self.templates_ = table.select("template_id", "text", "n")

    def _add(self, records: pl.DataFrame, lines: pl.Series, masked: pl.Series) -> pl.DataFrame:
        codes = masked.to_physical().to_numpy()
        known = self.known_["masked"].cast(pl.Categorical).to_physical().to_numpy()
        top = max(int(codes.max(initial=0)), int(known.max(initial=0)))
        ids = np.zeros(top + 1, dtype=np.uint32)
        ids[known] = self.known_["template_id"].to_numpy()
        params = lines.to_frame("line").lazy().select(parameters(pl.col("line"))).collect(engine="streaming")
        return records.with_columns(
            pl.Series("template_id", ids[codes], dtype=pl.UInt32),
            masked.alias("masked"),
            params["line"].alias("params"),
        )


def _text(texts: list[str], shapes: list[str]) -> str:
    words = [text.split()[:256] for text in texts]
    if len({len(each) for each in words}) > 1:
        words = [text.split()[:256] for text in shapes]
    return joined(words)


def _mask(lines: pl.Series) -> pl.Series:
    """Collapse lines on all cores."""
    frame = lines.to_frame("message").lazy()
    return (
        frame.select(collapse(pl.col("message")).cast(pl.Categorical))
        .collect(engine="streaming")["message"]
    )
