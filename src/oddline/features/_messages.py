"""Distinct masked messages, and the words of each: what is dear to read is read once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.features._words import split

Ints = npt.NDArray[np.int64]


def distinct_messages(records: pl.DataFrame) -> tuple[pl.Series, Ints]:
    """Give the distinct masked messages, and which of them each event has.

    Examples
    --------
    >>> masked = pl.Series("masked", ["b <*>", "a", "b <*>"], dtype=pl.Categorical())
    >>> texts, place = distinct_messages(masked.to_frame())
    >>> texts.to_list(), place.tolist()
    (['b <*>', 'a'], [0, 1, 0])
    """
    codes = records["masked"].to_physical().fill_null(np.iinfo(np.uint32).max).to_numpy()
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    texts = records["masked"].gather(np.sort(first)).cast(pl.String).fill_null("")
    return texts, rank[place.ravel()].astype(np.int64)


def words_of(texts: pl.Series) -> pl.DataFrame:
    """Count the words of each text: ``row``, ``word``, ``n``; words have two letters or more, in lower case.

    Examples
    --------
    >>> words_of(pl.Series(["disk full, full", "<*>"])).rows()
    [(0, 'disk', 1), (0, 'full', 2)]
    """
    return (
        pl.DataFrame({"text": texts.cast(pl.String)})
        .select(row=pl.int_range(pl.len(), dtype=pl.Int64), word=split(pl.col("text")))
        .explode("word")
        .drop_nulls("word")
        .group_by("row", "word")
        .agg(n=pl.len().cast(pl.Int64))
        .sort("row", "word")
    )


def rarity(texts: float, holding: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the inverse document frequency, ln((1 + texts) / (1 + texts that hold it)) + 1, as scikit-learn has it.

    Examples
    --------
    >>> rarity(9.0, np.array([9.0, 0.0])).round(2).tolist()
    [1.0, 3.3]
    """
    return np.asarray(np.log((1.0 + texts) / (1.0 + holding)) + 1.0)
