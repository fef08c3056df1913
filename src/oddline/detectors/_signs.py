"""Signs of a window as a vector: how long it is, and what each sign has of it."""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats


def length(X: Floats) -> Floats:
    """Give the length of each vector, shape (windows, signs) to (windows,); what is below 0 is no sign.

    Examples
    --------
    >>> length(np.array([[3.0, 4.0], [-1.0, 0.0], [1e300, 0.0]])).tolist()
    [5.0, 0.0, 1e+300]
    """
    # Divided by the largest first: the square of an enormous number is no number.
    signs = np.maximum(X, 0.0)
    largest = signs.max(axis=1, initial=0.0)
    unit = np.where(largest > 0, largest, 1.0)
    return np.asarray(largest * np.linalg.norm(signs / unit[:, None], axis=1))


def squares(X: Floats) -> Floats:
    """Give the square of each sign, shape as ``X``; of an enormous one a number all the same."""
    return np.asarray(np.minimum(np.maximum(X, 0.0), 1e150) ** 2)
