"""Trees as plain arrays, so that a bundle needs no trust in anyone's pickled ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats

Array = npt.NDArray[Any]

BLOCK = 4_096
"""Rows that walk together: their cells stay in the processor's cache."""


def planted(trees: Iterable[tuple[Array, ...]]) -> dict[str, Any]:
    """Join trees into arrays.

    Parameters
    ----------
    trees
        Of each: left child, right child (below 0 for a leaf), column, cut, and value of every node. A row
        goes left where its cell is at most the cut.

    Returns
    -------
    dict
        ``first``: the root of each tree; ``depth`` of each; ``children``, two a node, a leaf being its own child;
        ``column``, ``cut`` and ``value`` of each node.
    """
    first, depths, parts = [0], [], []
    for left, right, column, cut, value in trees:
        leaf = left < 0
        own = np.arange(len(left))
        children = np.column_stack([np.where(leaf, own, side) for side in (left, right)])
        depths.append(_depth(children, leaf))
        parts.append(((children + first[-1]).ravel(), np.where(leaf, 0, column), np.where(leaf, np.inf, cut), value))
        first.append(first[-1] + len(left))
    children, columns, cuts, values = (np.concatenate([part[place] for part in parts]) for place in range(4))
    return {
        "first": np.array(first[:-1], dtype=np.int32),
        "depth": np.array(depths, dtype=np.int32),
        "children": children.astype(np.int32),
        "column": columns.astype(np.int32),
        "cut": cuts,
        "value": values.astype(np.float64),
    }


def walked(forest: dict[str, Any], cells: Array) -> Floats:
    """Give each row the sum of the values of the leaves that it reaches.

    ``cells`` must be of the kind that the cuts were made for: float32 for scikit-learn's forests.

    Examples
    --------
    >>> stump = [np.array(part) for part in ([1, -1, -1], [2, -1, -1], [0, 0, 0], [0.5, 0, 0], [0.0, 1.0, 7.0])]
    >>> walked(planted([stump, stump]), np.array([[0.0], [0.9]])).tolist()
    [2.0, 14.0]
    """
    total = np.zeros(len(cells))
    for start in range(0, len(cells), BLOCK):
        some = np.ascontiguousarray(cells[start : start + BLOCK])
        flat, begin = some.ravel(), np.arange(len(some)) * some.shape[1]
        for root, depth in zip(forest["first"], forest["depth"], strict=True):
            node = np.full(len(some), root)
            for _ in range(depth):
                right = flat.take(begin + forest["column"].take(node)) > forest["cut"].take(node)
                node = forest["children"].take(2 * node + right)
            total[start : start + BLOCK] += forest["value"].take(node)
    return total


def single(X: Floats) -> npt.NDArray[np.float32]:
    """Round to the numbers that scikit-learn's trees compare; what is too large for them is the largest they know."""
    limit = float(np.finfo(np.float32).max)
    return np.ascontiguousarray(np.clip(X, -limit, limit), dtype=np.float32)


def _depth(children: Array, leaf: Array) -> int:
    """Count the steps to the deepest leaf."""
    level, depth = np.array([0]), 0
    while not leaf[level].all():
        level = np.unique(children[level[~leaf[level]]].ravel())
        depth += 1
    return depth
