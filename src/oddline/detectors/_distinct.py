"""Logs repeat: score each distinct row once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats


def distinct_rows(X: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
    """Give the distinct rows of ``X`` and, for each row, the place of its like among them.

    Examples
    --------
    >>> rows, place = distinct_rows(np.array([[1.0, 2.0], [0.0, 5.0], [1.0, 2.0]]))
    >>> rows.shape, rows[place][2].tolist()
    ((2, 2), [1.0, 2.0])
    """
    if X.shape[0] < 2 or X.shape[1] == 0:
        return X, np.arange(X.shape[0])
    # Zero may be written two ways; rows are compared as bytes, which is several times faster than by column.
    clean = np.ascontiguousarray(X + 0.0)
    keys = clean.view(np.dtype((np.void, clean.dtype.itemsize * clean.shape[1]))).ravel()
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return clean[first], place.ravel()


def score_distinct(score: Callable[[Floats], Floats], X: Floats) -> Floats:
    """Score the distinct rows and give each row the score of its like."""
    rows, place = distinct_rows(X)
    return score(rows)[place]
