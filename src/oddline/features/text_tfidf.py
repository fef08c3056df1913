"""What messages speak of: words weighted by rarity, reduced to a few topics learnt in training."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._message_rows import message_rows, own_message
from oddline.features._messages import distinct_messages, rarity, words_of
from oddline.features._pooled import Pool
from oddline.features._told import edges, expected, percent, plain, shortened
from oddline.features.base import Feature

__all__ = ["TextTfidf"]

SMALL = 300
"""Up to so many messages or words the decomposition is made in full, which is exact."""
NAMED = 3
LEFT, UNSEEN = "beyond the topics", "unseen words"


class TextTfidf(Feature):
    """The masked message as a point among the topics of training.

    Words count 1 + ln(times they are there), times their inverse document frequency among the distinct masked
    messages of training; messages are scaled to length 1, and reduced to the ``columns`` directions that hold most
    of those of training, each weighted by 1 + ln(events). Two columns stand at the end: the share of the message
    that these directions do not hold (0 to 1), and how many of its words training did not have. A window has the
    mean of its events' topics, and the largest of the last two.

    Parameters
    ----------
    columns
        Topics, at most.
    most
        Words that are kept, those of most messages first; the rarer ones count as unseen.

    Notes
    -----
    S. Deerwester et al., "Indexing by latent semantic analysis", JASIS 1990.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.line import Line
    >>> events = templated(60, odd=False)
    >>> feature = TextTfidf(columns=2).fit(events, Line().assign(events))
    >>> odd = templated(3)
    >>> feature.transform(odd, Line().assign(odd)).whole()[:, -1].tolist()
    [0.0, 0.0, 6.0]
    """

    def __init__(self, columns: int = 16, most: int = 20_000) -> None:
        self.columns = columns
        self.most = most

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn the words, how rare they are, and the topics."""
        texts, place = distinct_messages(records)
        words = words_of(texts)
        common = words.group_by("word").agg(texts=pl.len()).sort(["texts", "word"], descending=[True, False])
        common = common.head(self.most)
        self.vocabulary_ = common.with_row_index("code").with_columns(
            rarity=pl.Series(rarity(float(len(texts)), common["texts"].to_numpy().astype(np.float64)))
        )
        matrix = self._weighted(words, len(texts))[0]
        # What is there all the time should be held by the topics, and yet not fill them.
        often = 1.0 + np.log(np.bincount(place, minlength=len(texts)))
        self.topics_ = _topics(matrix.multiply(often[:, None]).tocsr(), self.columns)
        self.named_ = [_named(topic, common["word"]) for topic in self.topics_]
        self.edges_ = edges(self.transform(records, windows).whole())
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Place messages among the topics. Learns nothing."""
        self.require_fitted()
        self._texts, self._place = distinct_messages(records)
        matrix, unseen = self._weighted(words_of(self._texts), len(self._texts))
        topics = np.asarray(matrix @ self.topics_.T)
        whole = np.asarray((matrix.multiply(matrix)).sum(axis=1)).ravel()
        # A message of unseen words alone has no place among the topics at all.
        left = np.where(whole > 0, 1.0 - (topics**2).sum(axis=1), (unseen > 0).astype(np.float64))
        self._each = np.column_stack([topics, np.clip(left, 0.0, 1.0), unseen])
        self._windows = windows
        names = (*(f"topic {number}" for number in range(1, len(self.topics_) + 1)), LEFT, UNSEEN)
        made = message_rows(self._each, self._place, windows, names)
        if made.place is None:
            pool = Pool.of(windows)
            for column in (-2, -1):
                made.X[:, column] = pool.largest(self._each[self._place, column], 0.0)
        self._last = made
        return made

    def _weighted(self, words: pl.DataFrame, count: int) -> tuple[csr_array, Floats]:
        """Give the weighted words of each message, and how many unseen ones it has."""
        joined = words.join(self.vocabulary_, on="word", how="left", maintain_order="left")
        unseen = joined.filter(pl.col("code").is_null())["row"].to_numpy()
        known = joined.drop_nulls("code")
        weight = (1.0 + np.log(known["n"].to_numpy())) * known["rarity"].to_numpy()
        row = known["row"].to_numpy()
        length = np.sqrt(np.bincount(row, weights=weight**2, minlength=count))
        matrix = csr_array(
            (weight / length[row], (row, known["code"].to_numpy().astype(np.int64))),
            shape=(count, self.vocabulary_.height),
        )
        return matrix, np.bincount(unseen, minlength=count).astype(np.float64)

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say what a message has of a topic, or which of its words are new."""
        value = float(self._last.take(np.array([row]))[0, column])
        message = self._texts[own_message(np.abs(self._each[:, column]), self._place, self._windows, row)]
        name = self._last.names[column]
        if name == UNSEEN:
            known = set(self.vocabulary_["word"])
            fresh = [word for word in words_of(pl.Series([message]))["word"] if word not in known]
            seen = f"{len(fresh):,} ({shortened(', '.join(fresh))})" if fresh else "none"
            return Reason(
                "words that training did not have", seen, expected(self.edges_[:, column], plain), 0.0, "words"
            )
        if name == LEFT:
            told = expected(self.edges_[:, column], percent)
            return Reason("what no topic of training holds", percent(value), told, 0.0, "words")
        told = expected(self.edges_[:, column], lambda number: plain(round(number, 2)))
        seen = f'{value:.2f} ("{shortened(message)}")'
        return Reason(f"topic of {', '.join(self.named_[column])}", seen, told, 0.0, "words")


def _topics(matrix: csr_array, columns: int) -> Floats:
    """Give the directions of the largest singular values, shape (topics, words); their largest word is positive."""
    least = min(matrix.shape)
    wanted = min(columns, least)
    if not wanted or not matrix.nnz:
        return np.zeros((0, matrix.shape[1]))
    if least <= SMALL or wanted >= least:
        _, values, topics = np.linalg.svd(matrix.toarray(), full_matrices=False)
    else:
        from scipy.sparse.linalg import svds

        _, values, topics = svds(matrix, k=wanted, v0=np.ones(least), solver="arpack")
        values, topics = values[::-1], topics[::-1]
    topics = topics[:wanted][values[:wanted] > 1e-9 * values[0]]
    largest = topics[np.arange(len(topics)), np.abs(topics).argmax(axis=1)]
    return np.asarray(topics * np.sign(largest)[:, None])


def _named(topic: Floats, words: pl.Series) -> list[str]:
    """Give the words that a topic is most of."""
    return words.gather(np.argsort(-topic, kind="stable")[:NAMED]).to_list()
