"""The weightiest rule that fires decides: for features that are rules with a severity."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

__all__ = ["Rules"]


class Rules(Detector):
    """Takes one column a rule, each the surprise that the rule is worth where it fires, and gives the largest.

    Nothing is learnt: what is bad was written down by people. Three mild rules that fire together are no grave one.

    Examples
    --------
    >>> detector = Rules().fit([[0.0, 0.0], [6.0, 0.0]])
    >>> detector.anomaly_score([[0.0, 0.0], [6.0, 2.9]]).tolist()
    [0.0, 6.0]
    """

    calibrated: ClassVar[bool] = True
    feature: ClassVar[str] = "rules"

    def _fit(self, X: Floats) -> None:
        self.columns_ = int(X.shape[1])

    def _score(self, X: Floats) -> Floats:
        largest: Floats = np.maximum(X, 0.0).max(axis=1)
        return largest

    def contributions(self, X: Any) -> Floats:
        """Give each rule's weight where it fires, shape as ``X``."""
        return np.maximum(np.asarray(X, dtype=np.float64), 0.0)
