"""Odd sessions of a log held against itself: how much they do unlike the usual kind of session nearest to them.

What the majority has of each template tells little of a log with several kinds of sessions: all of a kind that one
session in five is of look odd by it, and hide what is. Signs add up, as the logarithms of chances do.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

__all__ = ["DeparturesFromKinds"]


class DeparturesFromKinds(Detector):
    """The sum of the signs: -ln of the chance of a session. Nothing is learnt.

    Columns are signs already, 0 or more, as the feature ``departures`` gives them.

    Examples
    --------
    >>> DeparturesFromKinds().fit([[0.0, 0.0]]).anomaly_score([[3.0, 4.0], [0.0, 1.0]]).tolist()
    [7.0, 1.0]
    """

    feature: ClassVar[str] = "departures"

    def _fit(self, X: Floats) -> None:
        self.columns_ = int(X.shape[1])

    def _score(self, X: Floats) -> Floats:
        # Bounded, for a sum of enormous numbers is no number.
        return np.asarray(np.clip(X, 0.0, 1e300 / max(X.shape[1], 1)).sum(axis=1))

    def contributions(self, X: Any) -> Floats:
        """Give each sign, shape as ``X``."""
        self.require_fitted()
        return np.asarray(np.maximum(self._checked(X, reset=False), 0.0))
