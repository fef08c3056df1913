"""The words of messages in a fixed number of columns, by a hash: nothing is forgotten, and no vocabulary is kept."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._message_rows import message_rows, own_message
from oddline.features._messages import distinct_messages, rarity, words_of
from oddline.features._told import edges, expected, plain, shortened
from oddline.features.base import Feature

__all__ = ["TextHashed"]

NAMED = 3
"""Words of training that are told for a column."""


class TextHashed(Feature):
    """A bag of words of the masked message, each word added to or taken from one of ``width`` columns.

    A word counts 1 + ln(times it is there), times the rarity that its column had among the distinct masked messages of
    training (inverse document frequency); each message is scaled to length 1. A window has the mean of its events.

    Parameters
    ----------
    width
        Columns; words that share one blur each other, and signs keep that from adding up.

    Notes
    -----
    K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009; the hash is MurmurHash3.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.line import Line
    >>> events = templated(20)
    >>> matrix = TextHashed(width=8).fit_transform(events, Line().assign(events))
    >>> matrix.whole().shape, (matrix.X ** 2).sum(axis=1).round(6).tolist()[:2]
    ((20, 8), [1.0, 1.0])
    """

    def __init__(self, width: int = 64) -> None:
        self.width = width

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn how rare the words of each column are."""
        texts, _ = distinct_messages(records)
        table = _hashed(words_of(texts), self.width)
        holding = table.select("row", "column").unique().group_by("column").len().sort("column")
        held = np.zeros(self.width)
        held[holding["column"].to_numpy()] = holding["len"].to_numpy()
        self.rarity_ = rarity(float(len(texts)), held)
        common = table.group_by("column", "word").len().sort(["len", "word"], descending=[True, False])
        named = common.group_by("column", maintain_order=True).agg(pl.col("word").head(NAMED))
        words = dict(named.iter_rows())
        self.words_ = [words.get(column, []) for column in range(self.width)]
        self.edges_ = edges(self.transform(records, windows).whole())
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Hash the words of messages. Learns nothing."""
        self.require_fitted()
        texts, place = distinct_messages(records)
        table = _hashed(words_of(texts), self.width)
        column = table["column"].to_numpy()
        weight = (1.0 + np.log(table["n"].to_numpy())) * self.rarity_[column] * table["sign"].to_numpy()
        spot = table["row"].to_numpy() * self.width + column
        sums = np.bincount(spot, weights=weight, minlength=len(texts) * self.width)
        each = unit(sums.astype(np.float64).reshape(len(texts), self.width))
        self._texts, self._each = texts, each
        self._place, self._windows = place, windows
        names = tuple(f"words {number}" for number in range(1, self.width + 1))
        self._last = message_rows(each, place, windows, names)
        return self._last

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say which words of a window are in a column, and which words of training."""
        message = own_message(np.abs(self._each[:, column]), self._place, self._windows, row)
        words = _hashed(words_of(self._texts.slice(message, 1)), self.width).filter(pl.col("column") == column)["word"]
        seen = ", ".join(words.to_list()) or "none of them"
        value = float(self._last.take(np.array([row]))[0, column])
        told = expected(self.edges_[:, column], lambda number: plain(round(number, 2)))
        usual = ", ".join(self.words_[column])
        what = f"words such as {usual}" if usual else "words of no message of training"
        return Reason(what, f"{shortened(seen)} ({value:.2f})", told, 0.0, "words")


def _hashed(words: pl.DataFrame, width: int) -> pl.DataFrame:
    """Add ``column`` and ``sign`` to counted words; each distinct word is hashed once."""
    from sklearn.utils import murmurhash3_32

    distinct = words["word"].unique(maintain_order=True)
    hashes = np.array([murmurhash3_32(word, positive=True) for word in distinct], dtype=np.int64)
    known = pl.DataFrame(
        {
            "word": distinct,
            "column": pl.Series(hashes % width, dtype=pl.Int64),
            # Of another part of the hash than the column.
            "sign": pl.Series(1.0 - 2.0 * (hashes >> 31), dtype=pl.Float64),
        }
    )
    return words.join(known, on="word", how="left", maintain_order="left")


def unit(rows: npt.NDArray[np.float64]) -> Floats:
    """Scale rows to length 1; a row of zeros stays one.

    Examples
    --------
    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    length = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.asarray(rows / np.where(length > 0, length, 1.0))
