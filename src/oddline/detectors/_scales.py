"""Columns of very different sizes on one scale, before distances are taken."""

from __future__ import annotations

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats

STILL = 1e-12
"""A spread below this share of a column's size is rounding: the column never varied."""


def learn_scale(X: Floats, how: str = "standard") -> tuple[Floats, Floats]:
    """Give what each column is centred at and divided by: ``(X - location) / scale``.

    ``standard`` is the mean and the standard deviation; ``range`` the least value and the distance to the largest;
    ``none`` leaves columns as they are. A column that never varied keeps its own unit, so that any change in it counts.

    Raises
    ------
    UsageError
        If there is no such scale.

    Examples
    --------
    >>> location, scale = learn_scale(np.array([[1.0, 5.0], [3.0, 5.0]]))
    >>> location.tolist(), scale.tolist()
    ([2.0, 5.0], [1.0, 1.0])
    """
    if how == "standard":
        location, spread = X.mean(axis=0), X.std(axis=0)
    elif how == "range":
        location, spread = X.min(axis=0), np.ptp(X, axis=0)
    elif how == "none":
        return np.zeros(X.shape[1]), np.ones(X.shape[1])
    else:
        raise UsageError(f"scale is {how!r}", expected="standard, range or none")
    size = np.maximum(1.0, np.abs(location)) if how == "standard" else np.maximum(np.abs(location), 1e-300)
    return location, np.where(spread > STILL * size, spread, 1.0)
