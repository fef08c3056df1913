"""Columns in units of their own spread, for networks: clipped where training never was, and by how much."""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats

REACH = 4.0
"""Beyond so many deviations a cell is cut before a network sees it: out there it would only guess."""


def spread_of(X: Floats, location: Floats) -> Floats:
    """Give each column's standard deviation; a column that never varied has its own unit."""
    spread = X.std(axis=0)
    return np.where(spread > 1e-12 * np.maximum(1.0, np.abs(location)), spread, 1.0)


def clipped(X: Floats, location: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Give the standardised cells within reach, and by how much each one is beyond it.

    Examples
    --------
    >>> near, beyond = clipped(np.array([[1.0, 30.0]]), np.zeros(2), np.full(2, 2.0))
    >>> near.tolist(), beyond.tolist()
    ([[0.5, 4.0]], [[0.0, 11.0]])
    """
    standard = (X - location) / scale
    near = np.clip(standard, -REACH, REACH)
    return near, np.abs(standard - near)
