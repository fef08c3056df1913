"""Templates by masks, then by likeness: Drain's idea on distinct masked lines, in any order of lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from oddline.templates._cluster import Clusters
from oddline.templates._incremental import Incremental, Learnt
from oddline.templates._masks import enrich, shape
from oddline.templates._text import text_of

__all__ = ["Drain"]

MOST_SHAPES = 20_000
"""Distinct shapes that are compared with each other; beyond that a log is prose, and joining is hopeless."""


class Drain(Incremental):
    """Find templates by masking what varies, then joining masked lines that are alike.

    Everything but the first mask is done on distinct masked lines, so that its cost does not grow with the
    log. The order of lines does not matter, nor how they are cut into pieces.

    Parameters
    ----------
    similarity : float
        Share of words, between 0 and 1, that two lines of one template have in common.
    masks : dict, optional
        Masks of one's own: names of slots (``A`` to ``Z``) with the patterns of what they stand for.
    rules : list of dict, optional
        What people said about templates; see :class:`oddline.templates._corrections.Rule`.

    Examples
    --------
    >>> logs = pl.DataFrame({"message": ["job 1 done", "job 2 done", "disk full"]})
    >>> miner = Drain()
    >>> miner.fit(logs).templates_.select("text", "n").rows()
    [('job <NUM> done', 2), ('disk full', 1)]
    >>> (miner.transform(pl.DataFrame({"message": ["job 77 done", "job 78 failed"]}))["template_id"] > 0).to_list()
    [True, False]
    >>> logs = pl.DataFrame({"message": ["order ABC-X sent", "order XYZ-A sent"]})
    >>> Drain(masks={"ORDER": "[A-Z]{3}-[A-Z]"}).fit(logs).templates_["text"].to_list()
    ['order <ORDER> sent']
    """

    def __init__(
        self, similarity: float = 0.7, masks: dict[str, str] | None = None, rules: list[dict[str, Any]] | None = None
    ) -> None:
        self.similarity = similarity
        self.masks = masks
        self.rules = rules

    def _learn(self, known: pl.DataFrame, typed: Callable[[pl.DataFrame], pl.Series]) -> Learnt:
        """Find the templates of masked lines: clusters of their shapes."""
        table = known.with_columns(shape=shape(enrich(known["masked"])))
        common = _commonest(table)
        shapes = common["shape"]
        clusters = Clusters(shapes, self.similarity, common["n"])
        group = np.zeros(shapes.len(), dtype=np.uint32)
        for number, members in enumerate(clusters.groups, start=1):
            group[members] = number
        table = table.join(
            pl.DataFrame({"shape": shapes, "group": group}), on="shape", how="left", maintain_order="left"
        )
        some = table.drop_nulls("group")
        some = some.with_columns(typed=enrich(typed(some)))
        texts = some.group_by("group").agg(pl.col("typed", "shape").unique().sort()).sort("group")
        return Learnt(
            table["group"].fill_null(0).to_numpy(),
            [clusters.pattern(members) for members in clusters.groups],
            [text_of(*row) for row in texts.select("typed", "shape").iter_rows()],
            table.filter(pl.col("group").is_null())["shape"],
        )


def _commonest(known: pl.DataFrame) -> pl.DataFrame:
    """The commonest shapes with their number of lines, in the order of their text."""
    shapes = known.group_by("shape").agg(pl.col("n").sum()).sort("n", "shape", descending=[True, False])
    return shapes.head(MOST_SHAPES).sort("shape")
