"""The messages of Records, masked; and the distinct masked lines among them, which is where work is done."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._masks import VARIABLE, collapse, first_line, parameters
from oddline.templates._skeletons import digits_alike, skeletons

Codes = npt.NDArray[np.uint32]

FEW = 2_000
"""So many lines tell whether fewer are left of them without their digits, and of their skeletons."""


class Lines:
    """First lines of messages with their masked texts.

    Attributes
    ----------
    text : polars.Series
        First line of each message.
    codes : array of uint32, one a line
        The row of its masked text in ``distinct``.
    distinct : polars.DataFrame
        ``masked`` (String), ``n``, ``first`` (the first line that reads so): one row a masked text, in the
        order of their first lines.
    alike : array of uint32, or None
        One number a line, the same where lines differ in their digits only; None where that was not found out.
    """

    def __init__(self, message: pl.Series, variable: str = VARIABLE) -> None:
        self.variable = variable
        self.text = first_line(message)
        found, masked, self.alike = _masked(self.text, variable)
        first = first_rows(found, masked.len())
        # Several threads number the texts as they come; the order of first lines is the same every time.
        order = np.argsort(first, kind="stable")
        rank = np.empty(len(order), dtype=np.uint32)
        rank[order] = np.arange(len(order), dtype=np.uint32)
        self.codes: Codes = rank[found]
        self.distinct = pl.DataFrame(
            {
                "masked": masked.gather(order),
                "n": np.bincount(found, minlength=len(order))[order].astype(np.uint64),
                "first": first[order],
            }
        )

    def __len__(self) -> int:
        return len(self.codes)


def _masked(lines: pl.Series, variable: str) -> tuple[Codes, pl.Series, Codes | None]:
    """Give for each line the place of its masked text, the masked texts in any order, and which lines are alike."""
    few = lines.head(FEW)

    def helps(change: Callable[[pl.Series], pl.Series]) -> bool:
        return change(few).n_unique() <= len(few) // 2

    if variable == VARIABLE and helps(digits_alike):
        alike, texts = _numbered(digits_alike(lines))
        found, masked = _masked_bones(texts, variable)
        return found[alike], masked, alike
    if variable == VARIABLE and helps(skeletons):
        return *_masked_bones(lines, variable), None
    return *_numbered(lines, variable), None


def _masked_bones(lines: pl.Series, variable: str) -> tuple[Codes, pl.Series]:
    kinds, bones = _numbered(skeletons(lines))
    places, masked = _numbered(bones, variable)
    return places[kinds], masked


def _numbered(lines: pl.Series, variable: str | None = None) -> tuple[Codes, pl.Series]:
    """Give each line, masked if it is told how, the number of its text, and the distinct texts by number."""
    # Categories of their own, so that the texts of a chunk are forgotten with it: they live as long as ``found``.
    own = pl.Categorical(pl.Categories.random())
    line = pl.col("line") if variable is None else collapse(pl.col("line"), variable)
    found = lines.to_frame("line").lazy().select(line.cast(own)).collect(engine="streaming")["line"]
    codes = found.to_physical().to_numpy()
    # By a line of each: to ask for all categories takes a microsecond for each.
    rows = first_rows(codes, int(codes.max()) + 1 if len(codes) else 0)
    return codes, found.gather(rows).cast(pl.String)


def first_rows(codes: Codes, count: int) -> npt.NDArray[np.int64]:
    """Give the first row of each code from 0 to ``count``; where there is none, the number of rows.

    Examples
    --------
    >>> first_rows(np.array([2, 0, 2], dtype=np.uint32), 3).tolist()
    [1, 3, 0]
    """
    first = np.full(count, len(codes), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def add(records: pl.DataFrame, lines: Lines, ids: Codes) -> pl.DataFrame:
    """Add ``template_id``, ``masked`` and ``params``; ``ids`` has one entry a row of ``lines.distinct``."""
    params = lines.text.to_frame("line").lazy().select(parameters(pl.col("line"), lines.variable))
    masked = lines.distinct["masked"].cast(pl.Categorical)
    return records.with_columns(
        pl.Series("template_id", ids[lines.codes], dtype=pl.UInt32),
        masked.gather(lines.codes).alias("masked"),
        params.collect(engine="streaming")["line"].alias("params"),
    )
