"""Rewrite what a pattern finds in texts, once for each distinct find: for what a pattern alone cannot decide."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

Judge = Callable[[pl.Series], pl.Series]
"""Distinct finds in, what stands for each of them out; a find that stays is given back as it came."""

_GAP = "\0"


def reworded(text: pl.Series, pattern: str, judge: Judge) -> pl.Series:
    """Replace each find of a pattern by what the judge says of it.

    Parameters
    ----------
    text : polars.Series
        Texts without null and without NUL.
    pattern : str
        Fits no empty text.
    judge : callable
        Asked once, with all distinct finds.

    Examples
    --------
    >>> even = lambda numbers: numbers.str.replace(r"^[0-9]*[02468]$", "<EVEN>")
    >>> reworded(pl.Series(["3 and 4", "no", "12"]), "[0-9]+", even).to_list()
    ['3 and <EVEN>', 'no', '<EVEN>']
    """
    finds = text.str.extract_all(pattern)
    distinct = finds.explode().drop_nulls().unique()
    told = judge(distinct)
    new = (distinct != told).fill_null(False)
    if not new.any():
        return text
    gaps = text.str.replace_all(pattern, _GAP).str.split(_GAP)
    # One piece more than finds in each text: an empty find goes before the first piece.
    before = pl.concat_list(pl.lit(""), "find")
    pieces = pl.DataFrame({"find": finds, "piece": gaps}).with_row_index("row").with_columns(find=before)
    pieces = pieces.explode("find", "piece").with_columns(
        pl.col("find").replace(distinct.filter(new), told.filter(new)),
    )
    joined = pieces.group_by("row", maintain_order=True).agg(pl.concat_str("find", "piece").str.join(""))
    return joined["find"].alias(text.name)
