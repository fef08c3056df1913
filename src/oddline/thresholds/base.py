"""A threshold turns scores into surprise, and surprise into a decision."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

from oddline.core.estimator import Estimator
from oddline.core.nouns import Cut, Floats


class Threshold(Estimator):
    """Calibrates scores on windows that the detector did not learn from, then decides.

    ``calibrated`` scores are surprises already (see ``Detector.calibrated``) and pass through unchanged. Where labels
    are told, ``y`` marks the odd windows: surprise is that of the normal ones, whoever else is among them.
    """

    supervised: ClassVar[bool] = False
    """True if the decision is learnt from labels: ``fit`` then asks for ``y``, of normal and of odd windows."""

    @property
    def enough(self) -> int:
        """Give how many held-back windows it needs: with fewer, all of training is scored, part by part.

        Such windows are scored by detectors that learnt the others. 0, the default, takes what is held back.
        """
        return 0

    @abstractmethod
    def fit(self, scores: Floats, y: Any = None, *, calibrated: bool = False) -> Self:
        """Learn the distribution of normal scores, shape (windows,)."""

    @abstractmethod
    def surprise(self, scores: Floats) -> Floats:
        """Give -log10 of the chance that a normal window scores so high; never falls as the score grows."""

    @abstractmethod
    def cut(self, surprise: Floats) -> Cut:
        """Choose from which surprise on a window is an anomaly."""
