"""How likely each event is after the few before it.

Runs of system calls as a sense of self: S. Forrest et al., "A sense of self for Unix processes", IEEE S&P 1996. Here
with start and end, and with shorter runs where the longer ones are too rare to tell.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.grams import Flat, Table, contexts, flat, surprises, table
from oddline.core.nouns import Floats, Kind
from oddline.detectors._distinct import distinct_rows
from oddline.detectors._sequences import Codes
from oddline.detectors.base import Detector

__all__ = ["Ngram"]


class Ngram(Detector):
    """The surprise of a window's events, each after the ``order`` - 1 before it; the end counts as an event.

    Parameters
    ----------
    order
        Events of a run, 1 to 5; 1 looks at no order.
    join
        ``mean`` of the surprises, or the ``largest``: one event out of place in a long window.
    trust
        A run that training had so often is trusted by half, a shorter one for the other half.

    Examples
    --------
    >>> detector = Ngram().fit([[2, 3, 4]] * 20 + [[2, 3, 0]] * 20)
    >>> detector.anomaly_score([[2, 3, 4], [4, 3, 2]]).round(1).tolist()
    [0.2, 5.8]
    """

    consumes: ClassVar[Kind] = "sequence"

    def __init__(self, order: int = 4, join: Literal["mean", "largest"] = "mean", trust: float = 2.0) -> None:
        self.order = order
        self.join = join
        self.trust = trust

    def _fit(self, X: Codes) -> None:
        if not 1 <= self.order <= 5 or self.trust <= 0:
            raise UsageError(f"order={self.order}, trust={self.trust}", expected="an order of 1 to 5, a trust above 0")
        told = flat(X)
        found = [(table(before), table(whole)) for before, whole in contexts(told, self.order)]
        self.tables_: list[Any] = [[known.keys, known.counts] for pair in found for known in pair]

    def _score(self, X: Codes) -> Floats:
        rows, place = distinct_rows(X)
        told = flat(rows)
        each = self._each(told)
        if self.join == "largest":
            return np.maximum.reduceat(each, told.begins)[place]
        return (np.add.reduceat(each, told.begins) / told.sizes)[place]

    def _each(self, told: Flat) -> Floats:
        known = [Table(keys, counts) for keys, counts in self.tables_]
        return surprises(told, list(zip(known[::2], known[1::2], strict=True)), self.trust)

    def contributions(self, X: Any) -> Floats:
        """Give the surprise of each event, shape as ``X``; that of the end stands with the last event."""
        self.require_fitted()
        width = np.shape(X)[1]
        codes = self._checked(X, reset=False)
        told = flat(codes)
        spot = np.arange(len(told.events)) - np.repeat(told.begins, told.sizes)
        parts = np.zeros((len(codes), max(width, 1)))
        np.add.at(
            parts,
            (told.owner, np.minimum(spot, np.maximum(np.repeat(told.sizes, told.sizes) - 2, 0))),
            self._each(told),
        )
        return parts
