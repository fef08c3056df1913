"""How often the commonest templates come around a window, against their rates in training."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._clock import SECOND, Clock, clock
from oddline.features._events import wordings
from oddline.features._pooled import Ints, Pool
from oddline.features._told import plain, seconds
from oddline.features._vocabulary import distinct_names
from oddline.features.base import Feature

__all__ = ["Rates"]

ALL, OTHERS = "all events", "other templates"
EVERY = -1
"""The template that stands for all events."""

FARTHEST = 1e6


class Rates(Feature):
    """One column a template: how far its number of events lies from what training has in so much time.

    The time looked at is that of the window with the ``span`` seconds before it, in the source of its last event.
    With c events seen and e expected, the number is 2 (sqrt(c + 3/8) - sqrt(e + 3/8)), which would have a deviation of
    1 if events came by chance, divided by the deviation that it has in training, if that is more: logs are burstier
    than chance. Above 0 it is too often, below 0 too seldom. Two columns more stand for all events, and for those of
    all other templates. Windows without a time have 0.

    Parameters
    ----------
    span
        Seconds before a window that are looked at with it.
    most
        Templates that get a column of their own, the commonest ones.

    Notes
    -----
    F. Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 1948.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.line import Line
    >>> events = templated(200)
    >>> matrix = Rates(most=2).fit_transform(events, Line().assign(events))
    >>> matrix.names
    ('all events', 'request <*> from <*> took <*> ms', 'worker <*> heartbeat', 'other templates')
    """

    def __init__(self, span: float = 60.0, most: int = 20) -> None:
        self.span = span
        self.most = most

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn which templates are the commonest, how often they come, and how much that varies."""
        common = records["template_id"].alias("id").value_counts(name="n").sort(["n", "id"], descending=[True, False])
        self.templates_ = common["id"].head(self.most).to_numpy().astype(np.int64)
        texts = wordings(records)
        own = [texts.get(str(number), f"template {number}") for number in self.templates_.tolist()]
        self.names_ = list(distinct_names([ALL, *own, OTHERS]))
        at = clock(records, self._widest())
        lasts = np.flatnonzero(np.r_[at.first[1:] != at.first[:-1], True]) if len(at.row) else at.row
        # A source shorter than what is looked at says nothing of rates below one in that time.
        lasted = float((at.now[lasts] - at.now[at.first[lasts]]).sum()) / SECOND
        counts = [float(len(spots)) for spots in self._spots(records, at)]
        self.rates_ = np.array(counts) / max(lasted, self.span, 1e-6)
        self.deviation_ = np.ones(len(self.names_))
        X = self._described(records, windows)
        self.deviation_ = np.maximum(X.std(axis=0), 1.0) if len(X) else self.deviation_
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Count events around windows, and hold the counts against the rates of training. Learns nothing."""
        self.require_fitted()
        self._last = FeatureMatrix(self._described(records, windows), tuple(self.names_))
        return self._last

    def _widest(self) -> int:
        return int(self.span * SECOND)

    def _spots(self, records: pl.DataFrame, at: Clock) -> list[Ints]:
        """Give where the events of each column stand."""
        template = records["template_id"].to_numpy()[at.row].astype(np.int64)
        others = ~np.isin(template, self.templates_)
        own = [np.flatnonzero(template == number) for number in self.templates_.tolist()]
        return [np.arange(len(template)), *own, np.flatnonzero(others)]

    def _described(self, records: pl.DataFrame, windows: Windows) -> Floats:
        at = clock(records, self._widest())
        first, last, timed = _ends(at, windows)
        begin = at.now[first] if len(at.row) else first
        end = at.now[last] if len(at.row) else last
        low = at.since(self._widest(), first, begin) if len(at.row) else first
        self._length = (end - begin) / SECOND + self.span
        X = np.zeros((len(windows), len(self.names_)))
        self._seen = np.zeros(X.shape)
        for column, spots in enumerate(self._spots(records, at)):
            seen = np.searchsorted(spots, last, side="right") - np.searchsorted(spots, low, side="left")
            self._seen[:, column] = seen
            due = self.rates_[column] * self._length
            X[:, column] = 2.0 * (np.sqrt(seen + 0.375) - np.sqrt(due + 0.375)) / self.deviation_[column]
        return np.where(timed[:, None], np.clip(X, -FARTHEST, FARTHEST), 0.0)

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say how many events there are around a window, and how many training has in so much time."""
        seen, length = int(self._seen[row, column]), float(self._length[row])
        name = self.names_[column]
        what = name if column == 0 or column == len(self.names_) - 1 else f'"{name}"'
        due = self.rates_[column] * length
        return Reason(what, f"{seen:,} in {seconds(length)}", f"about {plain(float(f'{due:.2g}'))}", 0.0, "rate")


def _ends(at: Clock, windows: Windows) -> tuple[Ints, Ints, np.ndarray]:
    """Give where each window begins and ends in the source of its last event, and whether that one has a time."""
    spot = np.empty(len(at.row), dtype=np.int64)
    spot[at.row] = np.arange(len(at.row))
    pool = Pool.of(windows)
    last = np.maximum(_extreme(spot, pool, np.maximum, -1), 0)
    if not len(at.row):
        return last, last, np.zeros(pool.count, dtype=bool)
    same = spot >= at.first[last][pool.members]
    first = np.full(pool.count, len(spot), dtype=np.int64)
    np.minimum.at(first, pool.members[same], spot[same])
    first = np.minimum(first, last)
    return first, last, at.known[last]


def _extreme(spot: Ints, pool: Pool, which: np.ufunc, start: int) -> Ints:
    out = np.full(pool.count, start, dtype=np.int64)
    which.at(out, pool.members, spot)
    return out
