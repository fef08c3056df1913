"""Each column's share of a score: the detector's own closed form, or what the score loses without the column."""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.explain.base import Explainer

__all__ = ["Contribution"]


class Contribution(Explainer):
    """Divides a score among the columns that made it.

    A detector with a closed form (``contributions``) is asked for it. Any other is asked for its score with
    one column at a time set to what is normal there: the fall of the score is that column's part ("occlusion":
    M. Zeiler and R. Fergus, ECCV 2014, used so for outliers since B. Micenkova et al., ICDM 2013).

    Parameters
    ----------
    batch
        Distinct rows that are taken apart at once; bounds the memory, not the answer.

    Examples
    --------
    >>> class Sum:
    ...     def contributions(self, X):
    ...         return None
    ...
    ...     def anomaly_score(self, X):
    ...         return X.sum(axis=1)
    >>> Contribution().shares(Sum(), np.array([[3.0, 1.0, 0.0]]), np.zeros(3)).tolist()
    [[0.75, 0.25, 0.0]]
    """

    def __init__(self, batch: int = 500) -> None:
        self.batch = batch

    def shares(self, detector: Any, X: Floats, background: Floats) -> Floats:
        """Give parts of each score, shape as ``X``; not negative, adding up to 1 a row.

        ``background`` is one row: what a normal window has in each column. Where no column has a part
        (a score like any other), all have the same.
        """
        rows, place = np.unique(np.asarray(X, dtype=np.float64), axis=0, return_inverse=True)
        if not rows.size:
            return np.zeros(np.shape(X))
        known = detector.contributions(rows)
        parts = self._by_removal(detector, rows, np.ravel(background)) if known is None else known
        parts = np.nan_to_num(np.maximum(parts, 0.0), nan=0.0, posinf=np.finfo(np.float64).max)
        largest = parts.max(axis=1, keepdims=True)
        parts = np.where(largest > 0, parts / np.where(largest > 0, largest, 1.0), 1.0)
        shares: Floats = (parts / parts.sum(axis=1, keepdims=True))[place.ravel()]
        return shares

    def _by_removal(self, detector: Any, rows: Floats, background: Floats) -> Floats:
        columns = rows.shape[1]
        parts = np.zeros(rows.shape)
        for start in range(0, len(rows), self.batch):
            some = rows[start : start + self.batch]
            without = np.repeat(some[:, None, :], columns, axis=1)
            without[:, np.arange(columns), np.arange(columns)] = background
            scores = np.asarray(detector.anomaly_score(without.reshape(-1, columns)))
            whole = np.asarray(detector.anomaly_score(some))
            parts[start : start + self.batch] = whole[:, None] - scores.reshape(len(some), columns)
        return parts
