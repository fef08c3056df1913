"""The messages of Records, masked; and the distinct masked lines among them, which is where work is done."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.alike import FEW, Kinds, first_rows, kinds, of_codes, worth_it
from oddline.templates._masks import VARIABLE, collapse, first_line, parameters
from oddline.templates._skeletons import digits_alike, skeletons

Codes = npt.NDArray[np.uint32]


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
        One number a line, the same only where lines differ in their digits only; None where that was not found out.

    Parameters
    ----------
    message
        Texts of one or more lines.
    variable
        The pattern of what is masked.
    kind
        The column of :data:`oddline.core.alike.KIND`, where whoever read the messages has found out their kinds.
    """

    def __init__(self, message: pl.Series, variable: str = VARIABLE, kind: pl.Series | None = None) -> None:
        self.variable = variable
        told = None if kind is None or variable != VARIABLE else of_codes(kind.to_numpy())
        self.text = first_line(message) if told is None or _changes(message.gather(told.rows)) else message
        found, masked, self.alike = _masked(self.text, variable, told)
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


def _changes(message: pl.Series) -> bool:
    return not first_line(message).equals(message)


def _masked(lines: pl.Series, variable: str, told: Kinds | None) -> tuple[Codes, pl.Series, Codes | None]:
    """Give for each line the place of its masked text, the masked texts in any order, and which lines are alike."""
    if told is None and variable == VARIABLE and worth_it(lines):
        told = kinds(digits_alike(lines))
    if told is not None:
        places, masked = _masked_bones(lines.gather(told.rows), variable)
        # Not every number up to the largest need be one of a kind.
        place_of = np.zeros(int(told.codes.max(initial=0)) + 1, dtype=np.uint32)
        place_of[told.codes[told.rows]] = places
        return place_of[told.codes], masked, told.codes
    few = lines.head(FEW)
    if variable == VARIABLE and skeletons(few).n_unique() <= len(few) // 2:
        return *_masked_bones(lines, variable), None
    return *_collapsed(lines, variable), None


def _masked_bones(lines: pl.Series, variable: str) -> tuple[Codes, pl.Series]:
    bones = skeletons(lines)
    told = kinds(bones)
    places, masked = _collapsed(bones.gather(told.rows), variable)
    return places[told.codes], masked


def _collapsed(lines: pl.Series, variable: str) -> tuple[Codes, pl.Series]:
    """Give the number of each line's masked text, and the masked texts by number."""
    masked = collapse(pl.col("line"), variable)
    found = lines.to_frame("line").lazy().select(masked).collect(engine="streaming")["line"]
    told = kinds(found)
    return told.codes, found.gather(told.rows)


def add(records: pl.DataFrame, lines: Lines, ids: Codes) -> pl.DataFrame:
    """Add ``template_id``, ``masked`` and ``params``; ``ids`` has one entry a row of ``lines.distinct``."""
    params = lines.text.to_frame("line").lazy().select(parameters(pl.col("line"), lines.variable))
    masked = lines.distinct["masked"].cast(pl.Categorical)
    return records.with_columns(
        pl.Series("template_id", ids[lines.codes], dtype=pl.UInt32),
        masked.gather(lines.codes).alias("masked"),
        params.collect(engine="streaming")["line"].alias("params"),
    )
