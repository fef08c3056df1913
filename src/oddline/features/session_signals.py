"""What a session did: how often each template, and how likely the order of its events."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl

from oddline.core.grams import Flat, Table, contexts, in_a_row, surprises, table
from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._events import EventLists, event_lists, wordings
from oddline.features._vocabulary import encoded
from oddline.features.base import Feature
from oddline.features.counts import Counts, quoted

__all__ = ["SessionSignals"]

ORDER = "order of events"


class SessionSignals(Feature):
    """The columns of :class:`~oddline.features.counts.Counts`, and one for the order of the events.

    The last column is the mean surprise of an event after the ones before it, in bits; the sessions of training are
    not held against themselves.

    Parameters
    ----------
    most
        Templates that get a column of their own.
    order
        Events of a run whose order is looked at.
    trust
        A run that training had so often is trusted by half, a shorter one for the other half.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.count import Count
    >>> events = templated(60)
    >>> SessionSignals().fit_transform(events, Count(20).assign(events)).names[-1]
    'order of events'
    """

    def __init__(self, most: int = 2000, order: int = 4, trust: float = 2.0) -> None:
        self.most = most
        self.order = order
        self.trust = trust

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn which templates there are, how often a session usually has each, and in which order."""
        self.counts_ = Counts(self.most).fit(records, windows)
        self.texts_ = wordings(records)
        lists = event_lists(records, windows)
        told = self._coded(lists)
        weight = np.repeat(np.bincount(lists.place, minlength=len(lists.sizes)), told.sizes)
        self.tables_: list[Any] = []
        for pair in contexts(told, self.order):
            self.tables_ += [[known.keys, known.counts] for known in (table(runs, weight) for runs in pair)]
        usual = self._bits(told, 0)
        self.usual_bits_ = float(np.average(usual, weights=np.bincount(lists.place, minlength=len(usual))))
        return self

    def fit_transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Fit, and describe each session's order against the others'."""
        return self.fit(records, windows)._describe_all(records, windows, left_out=1)

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Describe sessions against what was learnt. Learns nothing."""
        self.require_fitted()
        return self._describe_all(records, windows, left_out=0)

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say how often a template occurs and how often it usually does, or where the order is least likely."""
        if column < len(self._last.names) - 1:
            return self.counts_.describe(records, row, column)
        number = int(self._lists.place[row])
        begin, size = int(self._lists.begins[number]), int(self._lists.sizes[number])
        each = self._each(self._coded(_only(self._lists, begin, size)), 0) / np.log(2.0)
        spot = int(each.argmax())
        names = [self._text(name) for name in self._lists.names.slice(begin, size).cast(pl.String).to_list()]
        seen = names[spot] if spot < size else "the end"
        before = f"after {names[spot - 1]}" if spot else "at the beginning"
        usual = f"{self.usual_bits_:.1f} bits an event"
        return Reason(ORDER, f"{each.mean():.1f} bits an event; {seen} {before}", usual, 0.0, "order")

    def _describe_all(self, records: pl.DataFrame, windows: Windows, left_out: int) -> FeatureMatrix:
        counted = self.counts_.transform(records, windows)
        self._lists = event_lists(records, windows)
        bits = self._bits(self._coded(self._lists), left_out)
        X = np.column_stack([counted.X, bits.astype(np.float32)])
        self._last = FeatureMatrix(X, (*counted.names, ORDER), place=counted.place)
        return self._last

    def _coded(self, lists: EventLists) -> Flat:
        # An event that training did not have is one more kind, from 1 on like the others: 0 would be no event.
        return in_a_row(encoded(lists, self.counts_.vocabulary_) + 2, lists.sizes)

    def _each(self, told: Flat, left_out: int) -> Floats:
        known = [Table(keys, counts) for keys, counts in self.tables_]
        return surprises(told, list(zip(known[::2], known[1::2], strict=True)), self.trust, left_out)

    def _bits(self, told: Flat, left_out: int) -> Floats:
        return np.asarray(np.add.reduceat(self._each(told, left_out), told.begins) / told.sizes / np.log(2.0))

    def _text(self, name: str) -> str:
        return quoted(self.texts_[name]) if name in self.texts_ else f"event {name}"


def _only(lists: EventLists, begin: int, size: int) -> EventLists:
    """Give one list alone."""
    return EventLists(lists.names.slice(begin, size), np.array([size]), np.zeros(1, dtype=np.int64))
