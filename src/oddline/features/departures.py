"""What a session does unlike the usual kind of session that is nearest to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.core.tail import fit_tail
from oddline.features._agreed import joined
from oddline.features.presence import Presence
from oddline.features.session_signals import ORDER, SessionSignals

__all__ = ["Departures"]

FEWEST = 5
"""Sessions that make a kind: of thirty, two that look alike are one in fifteen, and no kind for that."""

KIND = "kind of session"

MOSTLY = 0.5
"""The share of the sessions that depart once at most, from which on kinds say what is usual."""

Flags = npt.NDArray[np.bool_]


class Departures(Presence):
    """One column a template: what it is worth that a session has it, or has it not, where the nearest kind differs.

    Sessions do one of a few things: those that have the same templates are of one kind, and what a ``least`` share of
    all do, or more, is usual. Held against what the majority has of each template, all of a kind as common as one
    session in five look odd; held against their kind they are not. Where a session departs from it, the sign is that
    of the feature ``presence``, but no less than -ln ``least``: were the departure more common than that, those that
    make it would be a kind. The last column is for sessions without a departure: -ln of the share of their kind.

    So the columns add up to -ln of the chance of a session, as by a mixture of kinds with independent departures, of
    which only the likeliest counts. Source of the idea: mixtures of independent binary attributes, P. Lazarsfeld and
    N. Henry, "Latent structure analysis", 1968. Kinds are counted here, not fitted.

    Where fewer than half of the sessions are of a kind or depart from one only once, kinds say little. A column for the
    order of the events is added then, as of ``session_signals``, and all columns add up to -ln of the chance that
    departures and order are as surprising together.

    Parameters
    ----------
    wording, most
        As of ``presence``.
    least
        The share of the sessions that makes a kind of them a usual one.

    Examples
    --------
    >>> from oddline.windows.row import Row
    >>> from oddline.testing._records import records
    >>> events = records(40).with_columns(x_events=pl.Series(["1 2"] * 29 + ["1 3"] * 10 + ["1"]))
    >>> X = Departures().fit_transform(events, Row().assign(events)).whole()
    >>> X[[0, 29, 39]].sum(axis=1).round(1).tolist()
    [0.3, 1.4, 3.0]
    """

    def __init__(self, wording: float = 1.0, most: int = 2000, least: float = 0.05) -> None:
        super().__init__(wording, most)
        self.least = least

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn which kinds are usual, which share of the sessions has each template, and what its words say."""
        self.fit_transform(records, windows)
        return self

    def fit_transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Fit, and describe sessions; where their order counts, each is left out of what it is held against."""
        super().fit(records, windows)
        counted = self.counts_.transform(records, windows)
        weight = np.bincount(counted.place if counted.place is not None else np.arange(len(counted)))
        self.kinds_, self.kind_share_ = _kinds(counted.X > 0, weight, self.least)
        self.order_: SessionSignals | None = None
        matrix = self._departures(records, windows)
        if _near(matrix) @ weight >= MOSTLY * weight.sum():
            return matrix
        self.order_ = SessionSignals(self.most)
        order = self.order_.fit_transform(records, windows)
        self.order_column_ = len(order.names) - 1
        self.tails_ = [fit_tail(matrix.whole().sum(axis=1)), fit_tail(order.whole()[:, -1])]
        return joined(matrix, order.X[:, -1], self.tails_, ORDER)

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Describe sessions against the kinds that were learnt. Learns nothing."""
        matrix = self._departures(records, windows)
        if self.order_ is None:
            return matrix
        return joined(matrix, self.order_.transform(records, windows).X[:, -1], self.tails_, ORDER)

    def _departures(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        signs, there = self._signs(records, windows)
        worth = np.maximum(signs.X, -np.log(self.least))
        nearest = _nearest(worth, there, self.kinds_)
        X = np.where(there != self.kinds_[nearest], worth, 0.0)
        own = np.where(X.any(axis=1), 0.0, -np.log(self.kind_share_[nearest]))
        return replace(signs, X=np.column_stack([X, own]), names=(*signs.names, KIND))

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say whether a template is there, in how many sessions it is, and how often it usually is."""
        if column < len(self.share_):
            return super().describe(records, row, column)
        if self.order_ is not None and column > len(self.share_):
            return self.order_.describe(records, row, self.order_column_)
        return Reason("the templates of this session", "all of them usual together", "", 0.0, "presence")


def _near(matrix: FeatureMatrix) -> Floats:
    """Tell which sessions are of a kind, or depart from one once: 1 for those, 0 for the others."""
    return np.asarray((matrix.X[:, :-1] > 0).sum(axis=1) <= 1, dtype=np.float64)


def _kinds(there: Flags, weight: npt.NDArray[np.int64], least: float) -> tuple[Flags, Floats]:
    """Give the kinds that are usual, the commonest first, and their shares; else what the majority has as the one."""
    patterns, number = np.unique(there, axis=0, return_inverse=True)
    size = np.bincount(number.ravel(), weights=weight, minlength=len(patterns))
    sessions = max(float(size.sum()), 1.0)
    order = np.argsort(-size, kind="stable")
    usual = order[size[order] >= max(least * sessions, FEWEST)]
    if len(usual):
        return patterns[usual], size[usual] / sessions
    majority = weight @ there > sessions / 2
    return majority[None, :], np.array([least])


def _nearest(worth: Floats, there: Flags, kinds: Flags) -> npt.NDArray[np.int64]:
    """Give the kind from which each session departs least; of equally near ones the commonest."""
    present, absent = np.where(there, worth, 0.0), np.where(there, 0.0, worth)
    apart = present @ (~kinds).T.astype(np.float64) + absent @ kinds.T.astype(np.float64)
    # Sums of the same parts in another order differ in their last digits, and must not decide.
    return np.asarray(apart.round(6).argmin(axis=1), dtype=np.int64)
