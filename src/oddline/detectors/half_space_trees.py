"""How little mass the latest window has where a row falls, in trees that halve the space at random.

S. C. Tan, K. M. Ting, T. F. Liu, "Fast Anomaly Detection for Streaming Data", IJCAI 2011. The paper
supposes that every column lies between 0 and 1; here each window brings its own scale.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._online import ByChunks, generator

__all__ = ["HalfSpaceTrees"]

BLOCK = 16_384
"""Rows that go down all trees at once; bounds the memory, not the answer."""

HIGHEST = 20
"""A tree of this height has a million leaves."""

SMALL = 0.1
"""A node with this share of the window or less is not looked into any deeper, as in the paper."""


class HalfSpaceTrees(ByChunks):
    """Rows in thin space are odd; what is dense is told by the last whole window of a stream.

    The trees are drawn once and halve columns at random. Each window is counted in them when it is whole, and takes
    the place of the one before. The score is in bits: -log2 of the density at the row, which is the paper's mass
    divided by what a uniform window would have there, and for rows outside the window's range the log2 of how
    many times they are further out (in one cell at the rim all rows would be alike otherwise).

    Parameters
    ----------
    n_estimators
        Trees.
    height
        Halvings from the root to a leaf; a tree has 2 to this power leaves.
    chunk_size
        Rows of a window.
    random_state
        The seed; the same seed draws the same trees.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> detector = HalfSpaceTrees().partial_fit(random.normal(size=(600, 2)))
    >>> detector = detector.partial_fit(random.normal(size=(600, 2)))
    >>> bool(detector.anomaly_score([[6, 6]])[0] > detector.anomaly_score([[0, 0]])[0] + 5)
    True
    """

    def __init__(self, n_estimators: int = 25, height: int = 12, chunk_size: int = 1000, random_state: Any = 0) -> None:
        self.n_estimators = n_estimators
        self.height = height
        self.chunk_size = chunk_size
        self.random_state = random_state

    def _remembers(self) -> int:
        if self.n_estimators < 1 or not 1 <= self.height <= HIGHEST:
            raise UsageError(
                f"n_estimators is {self.n_estimators}, height is {self.height}",
                expected=f"1 or more, and 1 to {HIGHEST}",
            )
        return 1

    def _learn(self, rows: Floats, number: int) -> None:
        if not hasattr(self, "column_"):
            self.column_, self.cut_ = _drawn(
                generator(self.random_state, 0), self.n_estimators, self.height, rows.shape[1]
            )
        self.low_, self.width_ = _range(rows)
        leaves = self._leaves(self._unit(rows))
        trees, many = self.n_estimators, 2**self.height
        mass = np.bincount((leaves + np.arange(trees) * many).ravel(), minlength=trees * many)
        self.density_ = _density(mass.reshape(trees, many).astype(np.float64), len(rows))

    def _unit(self, rows: Floats) -> Floats:
        unit: Floats = (rows - self.low_) / self.width_
        return unit

    def _leaves(self, unit: Floats) -> npt.NDArray[np.int64]:
        """Give the leaf of each row (down) in each tree (across), counted from 0."""
        flat, begin = unit.ravel(), (np.arange(len(unit)) * unit.shape[1])[:, None]
        inner = self.column_.shape[1]
        root = np.arange(self.n_estimators) * inner
        columns, cuts = self.column_.ravel(), self.cut_.ravel()
        node = np.zeros((len(unit), self.n_estimators), dtype=np.int64)
        for _ in range(self.height):
            place = node + root
            node = 2 * node + 1 + (flat.take(begin + columns.take(place)) >= cuts.take(place))
        return np.asarray(node - inner)

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._score_rows, X)

    def _score_rows(self, rows: Floats) -> Floats:
        return np.concatenate([self._bits(rows[start : start + BLOCK]) for start in range(0, len(rows), BLOCK)])

    def _bits(self, rows: Floats) -> Floats:
        unit = self._unit(rows)
        place = self._leaves(unit) + np.arange(self.n_estimators) * self.density_.shape[1]
        density = self.density_.ravel().take(place).mean(axis=1)
        outside = np.maximum(np.maximum(-unit, unit - 1.0), 0.0).sum(axis=1)
        bits: Floats = np.log2(1.0 + outside) - np.log2(density)
        return bits


def _drawn(random: np.random.Generator, trees: int, height: int, columns: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Draw the column and the cut of each inner node; nodes of a tree are numbered level by level.

    Each tree has a space of its own around [0, 1], after the paper: from s - 2 max(s, 1 - s) to s + 2 max(s, 1 - s).
    """
    middle = random.random((trees, columns))
    reach = 2.0 * np.maximum(middle, 1.0 - middle)
    low, high = (middle - reach)[:, None, :], (middle + reach)[:, None, :]
    column, cut = [], []
    for level in range(height):
        drawn = random.integers(columns, size=(trees, 2**level, 1))
        half = (np.take_along_axis(low, drawn, 2) + np.take_along_axis(high, drawn, 2)) / 2.0
        column.append(drawn[:, :, 0])
        cut.append(half[:, :, 0])
        left_high, right_low = high.copy(), low.copy()
        np.put_along_axis(left_high, drawn, half, 2)
        np.put_along_axis(right_low, drawn, half, 2)
        low = np.stack([low, right_low], axis=2).reshape(trees, -1, columns)
        high = np.stack([left_high, high], axis=2).reshape(trees, -1, columns)
    return np.concatenate(column, axis=1), np.concatenate(cut, axis=1)


def _range(rows: Floats) -> tuple[Floats, Floats]:
    """Give where each column begins and how wide it is; one that says the same on every row is 1 wide."""
    low = rows.min(axis=0)
    width = rows.max(axis=0) - low
    return low, np.where(width > 1e-12 * np.maximum(1.0, np.abs(low)), width, 1.0)


def _density(mass: Floats, rows: int) -> Floats:
    """Give each leaf the density of its terminal node: the first on the way down that holds little of the window."""
    levels = [mass]
    while levels[-1].shape[1] > 1:
        levels.append(levels[-1].reshape(mass.shape[0], -1, 2).sum(axis=2))
    density = levels[-1] / rows
    closed = np.zeros(density.shape, dtype=bool)
    for depth, level in enumerate(reversed(levels[:-1]), start=1):
        density = np.where(np.repeat(closed, 2, axis=1), np.repeat(density, 2, axis=1), level * 2.0**depth / rows)
        closed = np.repeat(closed, 2, axis=1) | (level <= SMALL * rows)
    # Half an event, spread over all of space: no row is infinitely odd.
    return density + 0.5 / rows
