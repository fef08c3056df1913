"""Rules that fired, as a matrix: one column a rule, what its severity is worth where it fires."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import FeatureMatrix

Ints = npt.NDArray[np.int64]

WEIGHTS = {"low": 2.9, "medium": 4.4, "high": 6.0, "critical": 8.0}
"""What a rule's severity is worth in surprise. High and critical are told in a log of any size; medium in those of
up to a hundred thousand windows, low in small ones: in a large log somebody mistypes a password every day."""


def fired_matrix(
    window: Ints, rule: Ints, windows: int, names: Sequence[str], severity: Sequence[str]
) -> FeatureMatrix:
    """Make the matrix out of pairs of a window and a rule that fires in it; windows that are alike are one row.

    Examples
    --------
    >>> matrix = fired_matrix(np.array([1, 3]), np.array([0, 0]), 4, ["a", "b"], ["high", "low"])
    >>> len(matrix.X), matrix.whole()[:, 0].tolist()
    (2, [0.0, 6.0, 0.0, 6.0])
    """
    fired, own = np.unique(window, return_inverse=True)
    fires = np.zeros((len(fired) + 1, len(names)), dtype=bool)  # the first row is that of windows where nothing fires
    fires[own.ravel() + 1, rule] = True
    packed = np.packbits(fires, axis=1)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, like = np.unique(keys, return_index=True, return_inverse=True)
    place = np.full(windows, like.ravel()[0], dtype=np.int64)
    place[fired] = like.ravel()[1:]
    weight = np.array([WEIGHTS[one] for one in severity], dtype=np.float32)
    return FeatureMatrix(fires[first] * weight, tuple(names), place=place)
