"""Events as points: those that have the same neighbours lie together.

O. Levy, Y. Goldberg, "Neural word embedding as implicit matrix factorization", NeurIPS 2014: the positive pointwise
mutual information of events and their neighbours, reduced by a singular value decomposition.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oddline.detectors._sequences import lengths_of

DIMENSIONS = 16

FARTHEST = 4.0
"""The squared distance of opposite points; no error counts as more, and an unseen event's counts as this."""


def event_vectors(tokens: npt.NDArray[np.int32], known: int) -> npt.NDArray[np.float64]:
    """Give a point of length 1 for each of ``known`` tokens; what has no neighbours lies in the middle.

    Examples
    --------
    >>> points = event_vectors(np.array([[2, 4, 3], [2, 5, 3]], dtype=np.int32), known=7)
    >>> bool(((points[4] - points[5]) ** 2).sum() < 1e-9 < ((points[4] - points[2]) ** 2).sum())
    True
    """
    lengths = lengths_of(tokens)
    read = np.pad(tokens, ((0, 0), (1, 1)))
    read[:, 0] = known - 1
    row, spot = np.nonzero(np.arange(read.shape[1] - 1) <= lengths[:, None])
    pairs = np.zeros((known, known))
    np.add.at(pairs, (read[row, spot], read[row, spot + 1]), 1.0)
    both = np.hstack([pairs, pairs.T])  # what follows, and what goes before
    expected = both.sum(axis=1, keepdims=True) * both.sum(axis=0, keepdims=True) / both.sum()
    seen = both > 0
    information = np.zeros_like(both)
    information[seen] = np.maximum(np.log(both[seen] / expected[seen]), 0.0)
    values, vectors = np.linalg.eigh(information @ information.T)
    points = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1][:, :DIMENSIONS]
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(np.divide(points, length, out=np.zeros_like(points), where=length > 1e-9))
