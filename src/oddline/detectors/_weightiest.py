"""What detectors by rules have in common: the weightiest rule that fires decides."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors.base import Detector


class Weightiest(Detector):
    """The largest column is the score: three mild rules that fire together are no grave one."""

    calibrated: ClassVar[bool] = True

    def _fit(self, X: Floats) -> None:
        self.columns_ = int(X.shape[1])

    def _score(self, X: Floats) -> Floats:
        largest: Floats = np.maximum(X, 0.0).max(axis=1)
        return largest

    def contributions(self, X: Any) -> Floats:
        """Give each rule's weight where it fires, shape as ``X``."""
        return np.maximum(np.asarray(X, dtype=np.float64), 0.0)
