"""How far a window's counts are from those of windows that are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.neighbors import NearestNeighbors

from oddline.core.nouns import Floats
from oddline.detectors._distinct import distinct_rows

MOST_KNOWN = 20_000
"""Distinct windows that are kept, the commonest first: half a million HDFS sessions have fewer than a thousand."""

LOOKED_AT = 3
"""Nearest known windows among which the choice is made."""

OPEN, ONCE = 0.5, 0.5
"""Where so many windows are like no other, what was seen once is known by half: its distance to the next one counts."""


@dataclass(frozen=True)
class Known:
    """Distinct windows that are known, what a difference in each column weighs, and how new each of them still is."""

    rows: Floats
    weight: Floats
    new: Floats

    def nearest(self, X: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Give the distance to the nearest known window, and which it is."""
        asked, place = distinct_rows(folded(X) * self.weight)
        distance, which = _neighbours(folded(self.rows) * self.weight, asked)
        distance += self.new[which]
        best = distance.argmin(axis=1)[:, None]
        return (
            np.take_along_axis(distance, best, axis=1).ravel()[place],
            np.take_along_axis(which, best, axis=1).ravel()[place],
        )

    def parts(self, X: Floats) -> Floats:
        """Give each column's part of the distance to the nearest known window."""
        _, which = self.nearest(X)
        return np.asarray(np.abs(folded(X) - folded(self.rows[which])) * self.weight)


def known_windows(X: Floats, share: float) -> Known:
    """Learn the windows that at least a share of all windows equal, and the weights; the commonest at any rate.

    A difference weighs 1 and the column's inverse document frequency: a template that every window has may well be
    there once more, one that a window in a thousand has may not. Distances are sums of differences of logarithms.

    Examples
    --------
    >>> known = known_windows(np.array([[3.0, 0.0], [3.0, 0.0], [3.0, 1.0]]), share=0.5)
    >>> known.rows.tolist(), known.nearest(np.array([[3.0, 1.0], [3.0, 0.0]]))[0].round(2).tolist()
    ([[3.0, 0.0]], [1.37, 0.0])
    """
    rows, place = distinct_rows(X)
    often = np.bincount(place, minlength=len(rows))
    kept = often >= max(share * len(X), 1)
    if not kept.any():
        kept = often == often.max()
    chosen = np.sort(np.argsort(-np.where(kept, often, 0), kind="stable")[: min(int(kept.sum()), MOST_KNOWN)])
    rows, often = rows[chosen], often[chosen]
    weight = 1.0 + np.log((len(X) + 1.0) / ((X > 0).sum(axis=0) + 0.5))
    new = np.zeros(len(rows))
    once = np.flatnonzero(often == 1)
    if len(once) >= OPEN * len(X) and len(rows) > 1:
        scaled = folded(rows) * weight
        new[once] = ONCE * _neighbours(scaled, scaled[once])[0][:, 1]
    return Known(rows, weight, new)


def apart(X: Floats, known: Known) -> Floats:
    """Give how far each window is from the nearest other one of the same data, 0 where another one equals it."""
    rows, place = distinct_rows(folded(X) * known.weight)
    if len(rows) < 2:
        return np.zeros(len(X))
    some = rows if len(rows) <= MOST_KNOWN else rows[:: len(rows) // MOST_KNOWN + 1]
    distance = _neighbours(some, rows)[0]
    nearest = np.where(distance[:, 0] > 0, distance[:, 0], distance[:, 1])
    alone = np.bincount(place, minlength=len(rows)) == 1
    return np.where(alone, nearest, 0.0)[place]


def _neighbours(known: Floats, asked: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Give the distances to the nearest few known rows, and which they are."""
    search = NearestNeighbors(n_neighbors=min(LOOKED_AT, len(known)), metric="manhattan", algorithm="brute")
    distance, which = search.fit(known).kneighbors(asked)
    return distance, which


def folded(X: Floats) -> Floats:
    """Give counts on a logarithmic scale: from 1 to 2 is further than from 101 to 102."""
    return np.asarray(np.sign(X) * np.log1p(np.abs(X)))
