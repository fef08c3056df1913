"""Relations between counts that hold in normal windows: as many files closed as opened.

J.-G. Lou, Q. Fu, S. Yang, Y. Xu, J. Li, "Mining invariants from console logs for system problem detection", USENIX ATC
2010. Sparse relations of two or three counts with small whole numbers are looked for by trying them.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._distinct import distinct_rows
from oddline.detectors.base import Detector

__all__ = ["Invariants"]

MOST_COLUMNS = 60
"""Columns among which relations are looked for, those that vary in most windows; three of sixty are 34,220 choices."""

FACTORS = (1, 2, 3)
"""Whole numbers that a count may be multiplied by."""

FEWEST = 0.05
"""A relation says something only if its counts are there in so many windows; of what is never there any holds."""


class Invariants(Detector):
    """The share of the known relations that a window breaks, and by how much.

    A relation is ``a * x = b * y`` or ``x = y + z`` for columns x, y, z that holds in nearly all training windows. What
    follows from others is not counted again: of several relations of one column those with the fewest columns stay.

    Parameters
    ----------
    holds
        The share of the training windows in which a relation must hold.
    three
        Whether sums of two counts are looked for as well.

    Examples
    --------
    >>> n = np.arange(60) % 7
    >>> detector = Invariants().fit(np.column_stack([n, 2 * n, (n * 3) % 5]))
    >>> detector.relations_.tolist(), detector.anomaly_score([[3, 6, 1], [3, 7, 1]]).round(2).tolist()
    ([[2, -1, 0]], [0.0, 1.69])
    """

    def __init__(self, holds: float = 0.98, three: bool = True) -> None:
        self.holds = holds
        self.three = three

    def _fit(self, X: Floats) -> None:
        if not 0.5 < self.holds <= 1:
            raise UsageError(f"holds={self.holds}", expected="a share above a half, at most 1")
        rows, place = distinct_rows(X)
        often = np.bincount(place, minlength=len(rows)) / len(X)
        there = often @ (rows != 0)
        varied = np.flatnonzero((np.ptp(X, axis=0) > 0) & (there >= FEWEST))
        columns = np.sort(varied[np.argsort(-there[varied], kind="stable")[:MOST_COLUMNS]])
        found = _pairs(rows, often, columns, self.holds)
        if self.three:
            found += _sums(rows, often, columns, self.holds, found)
        self.relations_ = np.array(found, dtype=np.int64).reshape(-1, X.shape[1])
        self.highest_ = np.maximum(np.abs(X).max(axis=0), 1.0)
        self.middle_ = np.median(X, axis=0)

    def _score(self, X: Floats) -> Floats:
        broken = self._broken(X)
        # What breaks no relation is ranked by how far it is beyond all counts that training had.
        beyond = np.maximum(np.abs(X) / self.highest_ - 1.0, 0.0).max(axis=1)
        inside = np.minimum(np.abs(X - self.middle_) / self.highest_, 1.0).mean(axis=1)
        return np.asarray((broken > 0).sum(axis=1) + np.log1p(broken).sum(axis=1) + np.log1p(beyond) + 1e-3 * inside)

    def _broken(self, X: Floats) -> Floats:
        """Give by how much each relation is broken."""
        off = np.abs(np.clip(X, -1e15, 1e15) @ self.relations_.T.astype(np.float64))
        return np.where(off > 1e-6, off, 0.0)

    def contributions(self, X: Any) -> Floats:
        """Share what is broken among the columns of each relation, shape as ``X``."""
        self.require_fitted()
        checked = self._checked(X, reset=False)
        broken = np.log1p(self._broken(checked))
        member = (self.relations_ != 0) / np.maximum((self.relations_ != 0).sum(axis=1, keepdims=True), 1)
        beyond = np.maximum(np.abs(checked) / self.highest_ - 1.0, 0.0)
        return np.asarray(broken @ member + np.log1p(beyond))


def _pairs(rows: Floats, often: Floats, columns: npt.NDArray[np.int64], holds: float) -> list[list[int]]:
    """Find relations of two counts."""
    return [
        _relation(rows.shape[1], {one: left, two: -right})
        for one, two in combinations(columns.tolist(), 2)
        for left, right in product(FACTORS, FACTORS)
        if np.gcd(left, right) == 1 and often @ (left * rows[:, one] == right * rows[:, two]) >= holds
    ]


def _sums(
    rows: Floats, often: Floats, columns: npt.NDArray[np.int64], holds: float, pairs: list[list[int]]
) -> list[list[int]]:
    """Find counts that are the sum of two others, among columns of which no pair is known already."""
    bound = {column for pair in pairs for column in np.flatnonzero(pair).tolist()}
    free = [column for column in columns.tolist() if column not in bound]
    return [
        _relation(rows.shape[1], {whole: 1, one: -1, two: -1})
        for whole in columns.tolist()
        for one, two in combinations([column for column in free if column != whole], 2)
        if often @ (rows[:, whole] == rows[:, one] + rows[:, two]) >= holds
    ]


def _relation(width: int, factors: dict[int, int]) -> list[int]:
    relation = [0] * width
    for column, factor in factors.items():
        relation[column] = factor
    return relation
