"""The nearest rows of training, found by scikit-learn's trees or in blocks, and measured exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_random_state

from oddline.core.nouns import Floats
from oddline.detectors._distinct import distinct_rows

SPARE = 4
"""Candidates beyond those asked for: a fast search may be wrong about the order of almost equal distances."""

CELLS = 8_000_000
"""Numbers of a block of differences; bounds the memory, not the answer."""

EQUAL = 1e-9
"""Distances that differ by less than this share are a tie."""

Places = npt.NDArray[np.intp]


def kept_rows(X: Floats, most: int, random_state: Any) -> Floats:
    """Give the distinct rows, or a seeded sample of so many of them.

    Examples
    --------
    >>> sorted(kept_rows(np.array([[1.0], [2.0], [1.0]]), 10, 0).tolist())
    [[1.0], [2.0]]
    """
    rows, _ = distinct_rows(X)
    if len(rows) <= most:
        return rows
    chosen = check_random_state(random_state).choice(len(rows), most, replace=False)
    return rows[np.sort(chosen)]


def nearest(known: Floats, asked: Floats, count: int, *, settled: bool = False) -> tuple[Floats, Places]:
    """Give the distances to the ``count`` nearest known rows, nearest first, and which these are.

    Distances are those of the differences, not of expanded squares that cancel each other, so that a row alone has
    those that it has in company. ``settled`` makes "which" as certain where more rows are equally far than are asked
    for: the first of them count.

    Examples
    --------
    >>> distance, which = nearest(np.array([[0.0], [1.0], [5.0]]), np.array([[1.2]]), 2)
    >>> distance.round(2).tolist(), which.tolist()
    ([[0.2, 1.2]], [[1, 0]])
    """
    candidates = min(count + SPARE, len(known))
    found = NearestNeighbors(n_neighbors=candidates).fit(known).kneighbors(asked, return_distance=False)
    distance = _measured(known, asked, found)
    order = np.lexsort((found, distance))
    distance, which = (np.take_along_axis(part, order, axis=1) for part in (distance, found))
    if settled and candidates < len(known):
        tied = np.flatnonzero(distance[:, -1] <= distance[:, count - 1] * (1.0 + EQUAL))
        distance, which = distance[:, :count], which[:, :count]
        for rows in np.array_split(tied, len(tied) * known.size // CELLS + 1):
            everyone = np.broadcast_to(np.arange(len(known)), (len(rows), len(known)))
            far = _measured(known, asked[rows], everyone)
            which[rows] = np.argsort(far, axis=1, kind="stable")[:, :count]
            distance[rows] = np.take_along_axis(far, which[rows], axis=1)
    return distance[:, :count], which[:, :count]


def _measured(known: Floats, asked: Floats, which: Places) -> Floats:
    """Give the distance of each row asked from those known rows that ``which`` names for it."""
    step = max(CELLS // (which.shape[1] * known.shape[1]), 1)
    blocks = [np.zeros((0, which.shape[1]))]
    for start in range(0, len(asked), step):
        part = slice(start, start + step)
        offset = known[which[part]] - asked[part][:, None, :]
        blocks.append(np.sqrt(np.einsum("ijk,ijk->ij", offset, offset)))
    return np.concatenate(blocks)


def shared_out(known: Floats, asked: Floats, which: Places, weight: Floats) -> Floats:
    """Give each column's part of the weighted sum of the distances from the neighbours; they add up to it.

    A distance is shared out as its square is: by the squared differences of the columns.
    """
    parts = np.zeros(asked.shape)
    for place, share in zip(which.T, weight.T, strict=True):
        squares = (asked - known[place]) ** 2
        whole = squares.sum(axis=1)
        far = np.divide(share, np.sqrt(whole), out=np.zeros(len(whole)), where=whole > 0)
        parts += squares * far[:, None]
    return parts
