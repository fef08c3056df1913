"""How often each template occurs in each window."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.core.schema import EVENTS
from oddline.features._events import event_lists, wordings
from oddline.features._vocabulary import distinct_names, encoded, learn_vocabulary
from oddline.features.base import Feature

__all__ = ["Counts"]

LONGEST = 100
"""So many characters of a template are told in a reason."""

OTHERS, UNSEEN = "seldom templates", "templates that training did not have"


class Counts(Feature):
    """One column a template of the training data: its events in the window.

    Two columns stand at the end: events of templates beyond the ``most`` commonest, and events of templates that
    training did not have. Windows that have the same events are one row of the matrix.

    Parameters
    ----------
    most
        Templates that get a column of their own: those that most windows have.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.count import Count
    >>> events = templated(40)
    >>> windows = Count(20).assign(events)
    >>> matrix = Counts().fit_transform(events, windows)
    >>> len(matrix), matrix.whole().sum(axis=1).tolist()
    (2, [20.0, 20.0])
    """

    def __init__(self, most: int = 2000) -> None:
        self.most = most

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn which templates there are, and how often a window usually has each."""
        lists = event_lists(records, windows)
        self.vocabulary_ = learn_vocabulary(lists, wordings(records), self.most)
        own = self.vocabulary_.filter(pl.col("code") < self.most)["text"].to_list()
        self.names_ = list(distinct_names([*own, OTHERS, UNSEEN]))
        matrix = self.transform(records, windows)
        weight = np.bincount(lists.place, minlength=len(matrix.X))
        self.usual_ = _usual(matrix.X, weight)
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Count the events of each window. Learns nothing."""
        self.require_fitted()
        lists = event_lists(records, windows)
        width = len(self.names_)
        code = encoded(lists, self.vocabulary_)
        code = np.where(code < 0, width - 1, np.minimum(code, width - 2))
        X = np.bincount(lists.owner * width + code, minlength=len(lists.sizes) * width).astype(np.float32)
        self._last = FeatureMatrix(X.reshape(-1, width), tuple(self.names_), place=lists.place)
        self._lists, self._windows = lists, windows
        return self._last

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say how often a template occurs in a window, and how often it usually does."""
        seen = int(self._last.take(np.array([row]))[0, column])
        low, high = (int(self.usual_[edge, column]) for edge in (0, 1))
        expected = _times(low) if low == high else f"{low:,} to {high:,} times"
        if column == len(self.names_) - 1 and seen:
            return Reason(f"new {self._unseen(records, row)}", _times(seen), "never", 0.0, "count")
        name = self.names_[column]
        told = name if column >= len(self.names_) - 2 else quoted(name)
        return Reason(told, _times(seen), expected, 0.0, "count")

    def _unseen(self, records: pl.DataFrame, row: int) -> str:
        """Name the first event of a window that training did not have, and say how many others there are."""
        if EVENTS in records.columns:
            number = int(self._lists.place[row])
            names = self._lists.names.slice(int(self._lists.begins[number]), int(self._lists.sizes[number]))
            known = self.vocabulary_["name"].implode()
            new = names.cast(pl.String).filter(~names.cast(pl.String).is_in(known)).unique(maintain_order=True)
            texts = [f"event {name}" for name in new]
        else:
            known = self.vocabulary_["name"].cast(pl.UInt32).implode()
            events = records[np.flatnonzero(self._windows.members == row)].filter(~pl.col("template_id").is_in(known))
            texts = events["masked"].cast(pl.String).unique(maintain_order=True).to_list()
        return quoted(texts[0]) + (f" and {len(texts) - 1:,} more" if len(texts) > 1 else "")


def _usual(X: npt.NDArray[np.float32], weight: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """Give, for each column, the counts between which the middle nine tenths of the windows lie."""
    edges = np.zeros((2, X.shape[1]), dtype=np.float32)
    for column in range(X.shape[1]):
        order = np.argsort(X[:, column], kind="stable")
        running = np.cumsum(weight[order])
        for edge, share in enumerate((0.05, 0.95)):
            spot = np.searchsorted(running, share * running[-1])
            edges[edge, column] = X[order[min(int(spot), len(order) - 1)], column]
    return edges


def quoted(text: str) -> str:
    """Give a template in quotation marks, its end cut off where it would fill the screen.

    Examples
    --------
    >>> len(quoted("x" * 999))
    102
    """
    return f'"{text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"}"'


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")
