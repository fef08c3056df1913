"""An explainer divides a score among the features that made it."""

from __future__ import annotations

from abc import abstractmethod

from oddline.core.estimator import Estimator
from oddline.core.nouns import Floats


class Explainer(Estimator):
    """Tells how much each feature had to do with each score."""

    @abstractmethod
    def shares(self, detector: object, X: Floats, background: Floats) -> Floats:
        """Give parts of the score that are not negative and add up to 1 a row, shape as ``X``.

        ``background`` is one row: what a normal window has in each column.
        """
