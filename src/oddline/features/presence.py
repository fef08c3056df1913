"""How unusual it is that a session has a template, or that it has it not; words of failure weigh more."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.core.schema import EVENTS, LEVELS
from oddline.features._events import EventLists, event_lists, wordings
from oddline.features._vocabulary import encoded
from oddline.features._words import lexical
from oddline.features.base import Feature
from oddline.features.counts import Counts

__all__ = ["Presence"]


class Presence(Feature):
    """One column a template: -ln of the share of sessions that have it if this one has it, else of those that have not.

    What is there is weighted by 1 plus ``wording`` times what its level and its words of failure say (0 to 5). How
    often it is there does not count, so that a long session is no odder for being long; what is missing does.

    Parameters
    ----------
    wording
        How much level and words of failure weigh beside rarity.
    most
        Templates that get a column of their own.

    Examples
    --------
    >>> from oddline.windows.row import Row
    >>> from oddline.testing._records import records
    >>> events = records(4).with_columns(x_events=pl.Series(["1 2", "1 2", "1 2", "1"]))
    >>> Presence().fit_transform(events, Row().assign(events)).whole().round(1)[:, :2].tolist()
    [[0.1, 0.4], [0.1, 0.4], [0.1, 0.4], [0.1, 1.2]]
    """

    judged: ClassVar[str] = "session"
    """What a window is called in reasons."""

    def __init__(self, wording: float = 1.0, most: int = 2000) -> None:
        self.wording = wording
        self.most = most

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn which share of the sessions has each template, and what its words say."""
        self.counts_ = Counts(self.most).fit(records, windows)
        matrix = self.counts_.transform(records, windows)
        weight = np.bincount(matrix.place if matrix.place is not None else np.arange(len(matrix)))
        self.share_ = (weight @ (matrix.X > 0) + 0.5) / (len(matrix) + 1.0)
        said = _said(records)
        own = self.counts_.vocabulary_.filter(pl.col("code") < self.most)["name"].to_list()
        self.said_ = np.array([*(said.get(name, 0.0) for name in own), 0.0, 0.0])
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Describe sessions against what was learnt. Learns nothing."""
        return self._signs(records, windows)[0]

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say whether a template is there, in how many sessions it is, and how often it usually is."""
        told = self.counts_.describe(records, row, column)
        share = float(self.share_[column])
        expected = f"in {share:.1%} of {self.judged}s" if share >= 0.001 else f"in hardly any {self.judged}"
        return Reason(told.what, told.seen, expected, 0.0, "presence")

    def _signs(self, records: pl.DataFrame, windows: Windows) -> tuple[FeatureMatrix, npt.NDArray[np.bool_]]:
        """Give the signs, and which templates are there."""
        self.require_fitted()
        counted = self.counts_.transform(records, windows)
        there = counted.X > 0
        said = np.broadcast_to(self.said_, there.shape).copy()
        said[:, -1] = _of_unseen(event_lists(records, windows), self.counts_.vocabulary_, _said(records))
        X = np.where(there, -np.log(self.share_) * (1.0 + self.wording * said), -np.log1p(-self.share_))
        return FeatureMatrix(X, counted.names, place=counted.place), there


def _said(records: pl.DataFrame) -> dict[str, float]:
    """Give what level and words of each template say, by its name."""
    texts = wordings(records)
    if EVENTS in records.columns or not texts:
        return {}
    worst = records.group_by("template_id").agg(pl.col("level").to_physical().max())
    levels = {str(number): LEVELS[level] if level is not None else None for number, level in worst.iter_rows()}
    names = list(texts)
    found = lexical(
        pl.Series([texts[name] for name in names]), pl.Series([levels[name] for name in names], dtype=pl.String)
    )
    return dict(zip(names, found.tolist(), strict=True))


def _of_unseen(lists: EventLists, vocabulary: pl.DataFrame, said: dict[str, float]) -> Floats:
    """Give the most that any event says that training did not have, for each list."""
    unseen = encoded(lists, vocabulary) < 0
    most = np.zeros(len(lists.sizes))
    names = lists.names.filter(pl.Series(unseen)).cast(pl.String).to_list()
    np.maximum.at(most, lists.owner[unseen], np.array([said.get(name, 0.0) for name in names]))
    return most
