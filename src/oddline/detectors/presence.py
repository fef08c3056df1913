"""Odd sessions of a log held against itself: what is there that few have, what is missing that most have.

Sums of the oddness of lines measure how long a session is; presence does not. The squares let a few strong signs weigh
more than many faint ones, between a sum and the largest.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

__all__ = ["PresenceOfTemplates"]


class PresenceOfTemplates(Detector):
    """The length of the vector of signs: the root of the sum of their squares. Nothing is learnt.

    Columns are signs already, 0 or more, as the feature ``presence`` gives them.

    Examples
    --------
    >>> PresenceOfTemplates().fit([[0.0, 0.0]]).anomaly_score([[3.0, 4.0], [0.0, 1.0]]).tolist()
    [5.0, 1.0]
    """

    feature: ClassVar[str] = "presence"

    def _fit(self, X: Floats) -> None:
        self.columns_ = int(X.shape[1])

    def _score(self, X: Floats) -> Floats:
        # Divided by the largest first: the square of an enormous number is no number.
        signs = np.maximum(X, 0.0)
        largest = signs.max(axis=1, initial=0.0)
        unit = np.where(largest > 0, largest, 1.0)
        return np.asarray(largest * np.linalg.norm(signs / unit[:, None], axis=1))

    def contributions(self, X: Any) -> Floats:
        """Give the square of each sign, shape as ``X``."""
        self.require_fitted()
        signs = np.maximum(self._checked(X, reset=False), 0.0)
        return np.asarray(np.minimum(signs, 1e150) ** 2)
