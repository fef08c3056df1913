"""Which events each window has, one after the other."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.features._events import event_lists, wordings
from oddline.features._vocabulary import encoded, learn_vocabulary
from oddline.features.base import Feature
from oddline.features.counts import quoted

__all__ = ["Sequences"]

FIRST, UNSEEN = 2, 1
"""Codes: 0 is no event, 1 one that training did not have, from 2 on those it had, the commonest first."""


class Sequences(Feature):
    """The codes of the events of a window, in their order, 0 after the end.

    There are as many columns as the longest window has events. Windows that have the same events are one row.

    Parameters
    ----------
    longest
        Events of a window that are looked at, from its beginning.
    most
        Templates that get a code of their own; the rarer ones share one more.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.count import Count
    >>> events = templated(6)
    >>> matrix = Sequences().fit_transform(events, Count(4).assign(events))
    >>> matrix.kind, matrix.whole().tolist()
    ('sequence', [[5, 3, 5, 5], [2, 4, 0, 0]])
    """

    def __init__(self, longest: int = 4096, most: int = 2000) -> None:
        self.longest = longest
        self.most = most

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn which templates there are."""
        self.vocabulary_ = learn_vocabulary(event_lists(records, windows), wordings(records), self.most)
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Write the events of each window as codes. Learns nothing."""
        self.require_fitted()
        lists = event_lists(records, windows)
        code = encoded(lists, self.vocabulary_) + FIRST
        code = np.where(code < FIRST, UNSEEN, code)
        spot = np.arange(len(code)) - np.repeat(lists.begins, lists.sizes)
        kept = spot < self.longest
        width = min(int(lists.sizes.max(initial=1)), self.longest)
        X = np.zeros((len(lists.sizes), width), dtype=np.int32)
        X[lists.owner[kept], spot[kept]] = code[kept]
        names = tuple(f"event {number}" for number in range(1, width + 1))
        self._last = FeatureMatrix(X, names, "sequence", lists.place)
        return self._last

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say which event stands where in a window."""
        codes = self._last.take(np.array([row]))[0]
        code, length = int(codes[column]), int(np.count_nonzero(codes))
        known = self.vocabulary_.filter(pl.col("code") == code - FIRST)["text"]
        text = quoted(known[0]) if known.len() else "a template that training did not have" if code else "the end"
        seen = f"as event {column + 1:,} of {length:,}" if code else f"after {length:,} events"
        return Reason(text, seen, "", 0.0, "order")
