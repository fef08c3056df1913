"""How a message looks: length, words, special signs, capitals, digits, the longest word, how varied its signs are."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._pooled import Ints, Pool
from oddline.features._told import edges, expected, percent, plain
from oddline.features.base import Feature

__all__ = ["TextShape"]

NAMES = (
    "length", "words", "longest word", "special signs", "capitals", "digits", "not ASCII", "entropy",
)  # fmt: skip
LOGS = 3
"""The first so many measures are sizes, on a logarithmic scale."""

READ = 4_096
"""Characters of a message that are looked at one by one; its length counts them all."""

AT_ONCE = 1_024
"""Messages that are looked at together: their table of bytes stays in a processor's cache."""


class TextShape(Feature):
    """What can be said of a message without reading it.

    ============= ===================================================================================
    length        ln(1 + characters), further lines of the event included
    words         ln(1 + words), which are what blanks part
    longest word  ln(1 + characters)
    special signs share of the characters that are ASCII and neither letter, digit nor blank
    capitals      share of the characters that are A to Z
    digits        share of the characters that are 0 to 9
    not ASCII     share of the characters
    entropy       of the bytes, in bits: 0 for one sign repeated, 4 to 5 for prose, near 6 for base64
    ============= ===================================================================================

    The entropy is C. Shannon's (1948), as used for telling random names from words. Where training has windows of
    several events there are two columns for each measure: the mean of the events, and the largest.

    Examples
    --------
    >>> from oddline.windows.line import Line
    >>> logs = pl.DataFrame({"id": [1, 2], "ts": [None, None], "message": ["link up", "GET /x?q=%27%27%3B"]})
    >>> logs = logs.with_columns(pl.col("id").cast(pl.UInt64))
    >>> matrix = TextShape().fit_transform(logs, Line().assign(logs))
    >>> matrix.whole()[:, matrix.names.index("special signs")].round(2).tolist()
    [0.0, 0.33]
    """

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn how messages usually look."""
        texts, place = _distinct(records)
        found = shapes(texts)
        self.middle_ = found[place].mean(axis=0) if len(place) else np.zeros(len(NAMES))
        self.several_ = not Pool.of(windows).alone
        self.edges_ = edges(self._described(found, place, windows).whole())
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Measure messages. Learns nothing."""
        self.require_fitted()
        texts, place = _distinct(records)
        self._last = self._described(shapes(texts), place, windows)
        return self._last

    def _described(self, found: Floats, place: Ints, windows: Windows) -> FeatureMatrix:
        pool = Pool.of(windows)
        if pool.alone and not self.several_:
            return FeatureMatrix(found, NAMES, place=place)
        each = found[place]
        X = np.empty((pool.count, len(NAMES), 2))
        for column, middle in enumerate(self.middle_):
            X[:, column, 0] = pool.mean(each[:, column], middle)
            X[:, column, 1] = pool.largest(each[:, column], middle)
        if not self.several_:
            return FeatureMatrix(X[:, :, 0], NAMES)
        names = tuple(f"{name} ({part})" for name in NAMES for part in ("mean", "largest"))
        return FeatureMatrix(X.reshape(pool.count, -1), names)

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say what a message looks like, and what is usual."""
        value = float(self._last.take(np.array([row]))[0, column])
        measure, part = divmod(column, 2) if self.several_ else (column, -1)
        name = NAMES[measure]
        write = _size if measure < LOGS else percent if name != "entropy" else _bits
        what = f"{name} of the message" + ("", "s, in the mean", "s, the largest")[part + 1]
        return Reason(what, write(value), expected(self.edges_[:, column], write), 0.0, "text")


def _distinct(records: pl.DataFrame) -> tuple[pl.Series, Ints]:
    messages = records.select(text=pl.col("message").fill_null(""))
    texts = messages["text"].unique(maintain_order=True)
    numbered = pl.DataFrame({"text": texts}).with_row_index("place")
    place = messages.join(numbered, on="text", how="left", maintain_order="left")["place"]
    return texts, place.to_numpy().astype(np.int64)


def shapes(texts: pl.Series) -> Floats:
    """Measure texts, one row each; one look at their bytes tells all.

    Examples
    --------
    >>> shapes(pl.Series(["aaaa", "Ab 1!"]))[:, 3:].round(2).tolist()
    [[0.0, 0.0, 0.0, 0.0, 0.0], [0.2, 0.2, 0.2, 0.0, 2.32]]
    """
    parts = [_shapes(texts.slice(at, AT_ONCE)) for at in range(0, len(texts), AT_ONCE)]
    found = np.concatenate(parts) if parts else np.zeros((0, len(NAMES)))
    found[:, 0] = np.log1p(texts.str.len_chars().to_numpy())
    return found


def _shapes(texts: pl.Series) -> Floats:
    cut = texts.str.head(READ)
    lengths = cut.str.len_bytes().to_numpy().astype(np.int64)
    data = np.frombuffer(cut.str.join("").cast(pl.Binary).item(), dtype=np.uint8)
    count = len(texts)
    row = np.repeat(np.arange(count), lengths)
    counts = np.bincount(row * 256 + data, minlength=count * 256)
    table = counts.reshape(count, 256)
    leads = np.ones(256, dtype=bool)
    leads[0x80:0xC0] = False  # the further bytes of a character that is not ASCII
    blank = np.zeros(256, dtype=bool)
    blank[[9, 10, 11, 12, 13, 32]] = True
    characters = np.maximum(table[:, leads].sum(axis=1), 1.0)
    digits, capitals = table[:, 48:58].sum(axis=1), table[:, 65:91].sum(axis=1)
    plain_letters = capitals + table[:, 97:123].sum(axis=1)
    special = table[:, :128].sum(axis=1) - digits - plain_letters - table[:, blank].sum(axis=1)
    some = np.flatnonzero(counts)
    share = counts[some] / lengths[some >> 8]
    bits = -np.bincount(some >> 8, weights=share * np.log2(share), minlength=count)
    words, longest = _words(row, ~blank[data], leads[data], count)
    beyond = table[:, 0xC0:].sum(axis=1)
    parts = [np.log1p(words), np.log1p(longest), special / characters, capitals / characters, digits / characters]
    return np.stack([np.zeros(count), *parts, beyond / characters, np.maximum(bits, 0.0)], axis=1)


def _words(row: Ints, inside: Ints, leads: Ints, count: int) -> tuple[Floats, Floats]:
    """Count the words of each text and the characters of the longest; ``inside`` marks bytes that are of a word."""
    same = np.concatenate([[False], row[1:] == row[:-1]])[: len(row)]
    before = np.concatenate([[False], inside[:-1]])[: len(row)]
    begins = inside & ~(before & same)
    number = np.cumsum(begins) - 1
    sizes = np.bincount(number[inside & leads], minlength=int(begins.sum()))
    owner = row[begins]
    longest = np.zeros(count)
    np.maximum.at(longest, owner, sizes.astype(np.float64))
    return np.bincount(owner, minlength=count).astype(np.float64), longest


def _size(value: float) -> str:
    return f"{round(float(np.expm1(value))):,}"


def _bits(value: float) -> str:
    return f"{plain(round(value, 1))} bits"
