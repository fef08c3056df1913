"""Odd sessions of a log held against itself: what is there that few have, what is missing that most have.

Sums of the oddness of lines measure how long a session is; presence does not. The squares let a few strong signs weigh
more than many faint ones, between a sum and the largest.
"""

from __future__ import annotations

from typing import Any, ClassVar

from oddline.core.nouns import Floats
from oddline.detectors._signs import length, squares
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
        return length(X)

    def contributions(self, X: Any) -> Floats:
        """Give the square of each sign, shape as ``X``."""
        self.require_fitted()
        return squares(self._checked(X, reset=False))
