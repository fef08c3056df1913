"""Which families of errors the messages belong to: memory, disk, network, access, crashes and so on."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features import _rule_files, _rule_match
from oddline.features._messages import distinct_messages
from oddline.features._pooled import Ints, Pool
from oddline.features._told import edges, expected, shortened
from oddline.features._words import failure_words, lexical
from oddline.features.base import Feature

__all__ = ["ErrorFamilies"]

OTHER = "other failures"


class ErrorFamilies(Feature):
    """One column a family: ln(1 + events of the window that belong to it).

    An event belongs to a family if one of its rules fires: those built into the feature ``rules``, which tells them
    apart and weighs them by severity. Here they are only counted, so that a detector can learn how many are usual. The
    last column counts events that speak of failure (failed, refused, fatal, ...) in a way that no rule knows.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.line import Line
    >>> events = templated(3, odd=False).with_columns(message=pl.Series(["ok", "Out of memory", "disk full"]))
    >>> matrix = ErrorFamilies().fit_transform(events, Line().assign(events))
    >>> [matrix.names[column] for column in np.argmax(matrix.X[1:], axis=1)]
    ['memory', 'disk']
    """

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn how many events of each family are usual."""
        kept = ("name", "says", "pattern", "unless", "fields")
        rules = _rule_files.families()
        self.rules_: list[dict[str, Any]] = [
            {key: rule[key] for key in kept} | {"family": family} for family in rules for rule in rules[family]
        ]
        self.families_ = list(rules)
        self.edges_ = edges(self._described(records, windows))
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Count the events of each family. Learns nothing."""
        self.require_fitted()
        self._last = FeatureMatrix(self._described(records, windows), (*self.families_, OTHER))
        return self._last

    def _described(self, records: pl.DataFrame, windows: Windows) -> Floats:
        event, rule = _rule_match.hits(records, self.rules_)
        number = {family: place for place, family in enumerate(self.families_)}
        owner = np.array([number[one["family"]] for one in self.rules_], dtype=np.int64)
        # Several rules of a family that fire at one event are one event of it.
        _, first = np.unique(event * len(number) + owner[rule], return_index=True)
        event, rule = event[first], rule[first]
        texts, place = distinct_messages(records)
        failing = lexical(texts, pl.Series([None] * len(texts), dtype=pl.String)) > 0
        rest = np.setdiff1d(np.flatnonzero(failing[place]), event)
        self._event = np.concatenate([event, rest])
        self._family = np.concatenate([owner[rule], np.full(len(rest), len(number))])
        self._rule = np.concatenate([rule, np.full(len(rest), -1)])
        pool = Pool.of(windows)
        self._window = pool.members[self._event]
        width = len(number) + 1
        counts = np.bincount(self._window * width + self._family, minlength=pool.count * width)
        return np.log1p(counts.reshape(pool.count, width))

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say how many events of a family there are, and what the first of them says."""
        what = OTHER if column == len(self.families_) else f"errors of the family {self.families_[column]}"
        told = expected(self.edges_[:, column], _count)
        found: Ints = np.flatnonzero((self._window == row) & (self._family == column))
        if not len(found):
            return Reason(what, "none", told, 0.0, "family")
        message = records["message"][int(self._event[found[0]])] or ""
        rule = int(self._rule[found[0]])
        words = ", ".join(failure_words(message)) if rule < 0 else self.rules_[rule]["says"].rstrip(".")
        return Reason(what, f"{len(found):,} ({shortened(words)})", told, 0.0, "family")


def _count(value: float) -> str:
    return f"{round(float(np.expm1(value))):,}"
