"""Templates by masks, then by likeness: Drain's idea on distinct masked lines, in any order of lines."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._cluster import Clusters
from oddline.templates._lines import Lines, add
from oddline.templates._masks import enrich, shape
from oddline.templates._match import match
from oddline.templates._slots import typed
from oddline.templates._text import text_of
from oddline.templates.base import Miner

__all__ = ["Drain"]

MOST_MASKED = 100_000
"""Distinct masked lines, the commonest, that are learnt from and remembered; others are matched."""

MOST_SHAPES = 20_000
"""Distinct shapes that are compared with each other; beyond that a log is prose, and joining is hopeless."""

COMMON_WORD = 10
"""A first word of so many lines that fit no pattern makes a template of its own."""


class Drain(Miner):
    """Find templates by masking what varies, then joining masked lines that are alike.

    Everything but the first mask is done on distinct masked lines, so that its cost does not grow with the
    log. The order of lines does not matter. Ids count from the commonest template on.

    Parameters
    ----------
    similarity : float
        Share of words, between 0 and 1, that two lines of one template have in common.

    Attributes
    ----------
    templates_ : polars.DataFrame
        ``schema.TEMPLATES``.
    known_ : polars.DataFrame
        ``masked``, ``template_id``: the masked lines of training.
    patterns_ : polars.DataFrame
        ``template_id``, ``words``, ``modes``: what an unknown line is held against.
    rest_ : polars.DataFrame
        ``word``, ``template_id``: templates of prose, by first word; empty for almost every log.

    Examples
    --------
    >>> logs = pl.DataFrame({"message": ["job 1 done", "job 2 done", "disk full"]})
    >>> miner = Drain()
    >>> miner.fit_transform(logs)["template_id"].to_list()
    [1, 1, 2]
    >>> miner.templates_["text"].to_list()
    ['job <NUM> done', 'disk full']
    >>> miner.transform(pl.DataFrame({"message": ["job 77 done", "job 78 failed"]}))["template_id"].to_list()
    [1, 0]
    """

    def __init__(self, similarity: float = 0.7) -> None:
        self.similarity = similarity

    def fit(self, records: pl.DataFrame, y: None = None) -> Self:
        """Learn the templates of Records (only ``message`` is read)."""
        self._learn(Lines(records["message"]))
        return self

    def transform(self, records: pl.DataFrame) -> pl.DataFrame:
        """Add ``template_id``, ``masked`` and ``params``; 0 stands for a message of no known template."""
        self.require_fitted()
        lines = Lines(records["message"])
        return add(records, lines, self._place(lines.distinct))

    def fit_transform(self, records: pl.DataFrame, y: None = None) -> pl.DataFrame:
        """Do both with one masking pass."""
        lines = Lines(records["message"])
        return add(records, lines, self._learn(lines))

    def _learn(self, lines: Lines) -> npt.NDArray[np.uint32]:
        """Learn, and give the template of each distinct masked line."""
        chosen = lines.commonest(MOST_MASKED)
        known = lines.distinct.filter(chosen)
        known = known.with_columns(shape=shape(enrich(known["masked"])), typed=enrich(typed(lines, known)))
        common = _commonest(known)
        shapes = common["shape"]
        clusters = Clusters(shapes, self.similarity, common["n"])
        group = np.zeros(shapes.len(), dtype=np.uint32)
        for number, members in enumerate(clusters.groups):
            group[members] = number
        table = known.join(pl.DataFrame({"shape": shapes, "group": group}), on="shape")
        table = table.group_by("group").agg(pl.col("typed", "shape").unique().sort()).sort("group")
        patterns = [clusters.pattern(members) for members in clusters.groups]
        texts = [text_of(*row) for row in table.select("typed", "shape").iter_rows()]
        self.known_ = pl.DataFrame(schema={"masked": pl.String, "template_id": pl.UInt32})
        self.rest_ = pl.DataFrame(schema={"word": pl.String, "template_id": pl.UInt32})
        self.patterns_ = pl.DataFrame(
            {
                "template_id": np.arange(1, len(patterns) + 1, dtype=np.uint32),
                "words": pl.Series([words for words, _ in patterns], dtype=pl.List(pl.String)),
                "modes": pl.Series([modes for _, modes in patterns], dtype=pl.List(pl.UInt8)),
            }
        )
        by_shape = pl.DataFrame({"shape": shapes, "template_id": group + np.uint32(1)})
        known = known.join(by_shape, on="shape", how="left", maintain_order="left")
        self.known_ = known.drop_nulls("template_id").select("masked", "template_id")
        ids = self._place(lines.distinct)
        texts += self._learn_rest(lines.distinct, ids, len(texts))
        return self._number(lines.distinct, ids, texts)

    def _learn_rest(self, distinct: pl.DataFrame, ids: npt.NDArray[np.uint32], taken: int) -> list[str]:
        """Give lines that fit no pattern a template by their first word, and the others one for all."""
        left = distinct.select(word=_first_word(pl.col("masked")), n="n").filter(ids == 0)
        if not left.height:
            return []
        words = left.group_by("word").agg(pl.len()).filter(pl.col("len") >= COMMON_WORD)["word"].sort()
        words = pl.concat([words, pl.Series("word", [""])]).unique(maintain_order=True)
        numbers = np.arange(taken + 1, taken + 1 + words.len(), dtype=np.uint32)
        self.rest_ = pl.DataFrame({"word": words, "template_id": numbers})
        ids[ids == 0] = self._by_word(left["word"])
        return [f"{word} <*>".strip() for word in words]

    def _number(self, distinct: pl.DataFrame, ids: npt.NDArray[np.uint32], texts: list[str]) -> npt.NDArray[np.uint32]:
        """Number the templates anew, the commonest first."""
        n = np.bincount(ids, weights=distinct["n"].to_numpy(), minlength=len(texts) + 1)[1:].astype(np.uint64)
        table = pl.DataFrame({"old": np.arange(1, len(texts) + 1), "text": pl.Series(texts, dtype=pl.String), "n": n})
        table = table.sort("n", "text", "old", descending=[True, False, False])
        table = table.with_columns(template_id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
        new = np.zeros(len(texts) + 1, dtype=np.uint32)
        new[table["old"].to_numpy()] = table["template_id"].to_numpy()
        self.templates_ = table.select("template_id", "text", "n")
        for name in ("known_", "patterns_", "rest_"):
            frame = getattr(self, name)
            setattr(self, name, frame.with_columns(template_id=new[frame["template_id"].to_numpy()]))
        return new[ids]

    def _place(self, distinct: pl.DataFrame) -> npt.NDArray[np.uint32]:
        """Give the template of each distinct masked line: as known, by pattern, or 0."""
        found = distinct.join(self.known_, on="masked", how="left", maintain_order="left")["template_id"]
        ids = found.fill_null(0).to_numpy().copy()
        missing = np.flatnonzero(ids == 0)
        if len(missing):
            masked = distinct["masked"].gather(missing)
            shapes = shape(enrich(masked))
            each = shapes.unique(maintain_order=True)
            placed = pl.DataFrame({"shape": each, "id": match(each, self.patterns_)})
            ids[missing] = shapes.alias("shape").to_frame().join(placed, on="shape", maintain_order="left")["id"]
            if self.rest_.height:
                missing = np.flatnonzero(ids == 0)
                words = distinct.select(_first_word(pl.col("masked")))["masked"].gather(missing)
                ids[missing] = self._by_word(words)
        return ids

    def _by_word(self, words: pl.Series) -> npt.NDArray[np.uint32]:
        frame = words.alias("word").to_frame().join(self.rest_, on="word", how="left", maintain_order="left")
        other = self.rest_.filter(pl.col("word") == "")["template_id"][0]
        return frame["template_id"].fill_null(other).to_numpy()


def _commonest(known: pl.DataFrame) -> pl.DataFrame:
    """The commonest shapes (``shape``, ``n``), in the order of their text."""
    shapes = known.group_by("shape").agg(pl.col("n").sum()).sort("n", "shape", descending=[True, False])
    return shapes.head(MOST_SHAPES).sort("shape")


def _first_word(masked: pl.Expr) -> pl.Expr:
    """The word that a line begins with, or nothing if that is a variable."""
    return masked.str.extract(r"^\s*([^\s<>]+)(?:\s|$)", 1).fill_null("")
