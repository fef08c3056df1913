"""Rows of numbers for distinct messages as rows for windows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from oddline.core.nouns import FeatureMatrix, Floats, Windows
from oddline.features._pooled import Pool

Ints = npt.NDArray[np.int64]


def message_rows(each: Floats, place: Ints, windows: Windows, names: tuple[str, ...]) -> FeatureMatrix:
    """Give each window the mean of its events' messages; where an event is a window, distinct messages are the rows.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> from oddline.windows.count import Count
    >>> windows = Count(2).assign(records(4))
    >>> message_rows(np.array([[1.0], [3.0]]), np.array([0, 1, 1, 1]), windows, ("x",)).whole().ravel().tolist()
    [2.0, 3.0]
    """
    pool = Pool.of(windows)
    if pool.alone:
        return FeatureMatrix(each, names, place=place)
    sizes = np.maximum(np.bincount(pool.members, minlength=pool.count), 1)
    share = 1.0 / sizes[pool.members]
    owns = csr_array((share, (pool.members, place)), shape=(pool.count, len(each)))
    return FeatureMatrix(np.asarray(owns @ each), names)


def own_message(strength: Floats, place: Ints, windows: Windows, row: int) -> int:
    """Give the message of a window that has most, the first of equals.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> from oddline.windows.count import Count
    >>> own_message(np.array([5.0, 7.0, 9.0]), np.array([0, 1, 2]), Count(2).assign(records(3)), 0)
    1
    """
    mine = place[windows.members == row]
    return int(mine[np.argmax(strength[mine])]) if len(mine) else 0
