"""What a session did and in which order, joined into one chance: both are to be unusual."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from oddline.core.nouns import FeatureMatrix, Floats
from oddline.core.tail import tail_surprise


def joined(matrix: FeatureMatrix, order: Floats, tails: list[dict[str, Any]], name: str) -> FeatureMatrix:
    """Add a column for the order, so that all columns add up to -ln of the chance of what they say together.

    ``order`` has one number a row of ``matrix``; ``tails`` are those of the sums of rows and of the orders, in
    training. What was there and the order share the whole by how surprising each of them is alone.
    """
    there = matrix.X.sum(axis=1)
    said = np.stack([tail_surprise(tails[0], there), tail_surprise(tails[1], order)], axis=1)
    whole = said.sum(axis=1, keepdims=True)
    parts = both(10.0**-said)[:, None] * np.divide(said, whole, out=np.full(said.shape, 0.5), where=whole > 0)
    each = np.divide(parts[:, 0], there, out=np.zeros_like(there), where=there > 0)
    return replace(matrix, X=np.column_stack([matrix.X * each[:, None], parts[:, 1]]), names=(*matrix.names, name))


def both(chances: Floats) -> Floats:
    """Give -ln of the chance that two chances have so small a sum, shape (rows, 2) to (rows,).

    E. Edgington, "An additive method for combining probability values from independent experiments", Journal of
    Psychology 80, 1972. By a product one of the two could decide alone.

    Examples
    --------
    >>> both(np.array([[0.1, 0.1], [0.01, 0.99], [1.0, 1.0]])).round(2).tolist()
    [3.91, 0.69, 0.0]
    """
    total = chances.sum(axis=1)
    below = np.where(total < 1.0, total**2 / 2.0, 1.0 - (2.0 - total) ** 2 / 2.0)
    return np.asarray(np.abs(np.log(np.maximum(below, np.finfo(np.float64).tiny))))
