"""Odd windows of a log held against itself: first those in which a line says itself that something is wrong.

Where a tenth or a third of the windows tell of one failure, they are no rarity, and no law of what is rare finds them.
The people who wrote the program have said of some of its lines that they are errors; that is no label, but where most
windows have none of them it is worth more than how rare the others are.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._signs import length, squares
from oddline.detectors.base import Detector

__all__ = ["DeclaredFirst"]

DECLARED = 1e6
"""What a grade of the worst level adds to the score; the threshold of this name knows it. Signs never add up to it."""


class DeclaredFirst(Detector):
    """A million for each grade of the worst level, and the length of the vector of signs. Nothing is learnt.

    Columns are as the feature ``declared`` gives them: signs as those of ``presence``, and the grade, 0 to 2, as the
    last one.

    Examples
    --------
    >>> DeclaredFirst().fit([[0.0, 0.0, 0.0]]).anomaly_score([[3.0, 4.0, 0.0], [0.0, 1.0, 1.0]]).tolist()
    [5.0, 1000001.0]
    """

    feature: ClassVar[str] = "declared"

    def _fit(self, X: Floats) -> None:
        self.columns_ = int(X.shape[1])

    def _score(self, X: Floats) -> Floats:
        return np.asarray(np.minimum(length(X[:, :-1]), DECLARED / 2) + DECLARED * np.clip(X[:, -1], 0.0, 2.0))

    def contributions(self, X: Any) -> Floats:
        """Give the square of each sign, and for a grade as much as for all of them, shape as ``X``."""
        self.require_fitted()
        checked = self._checked(X, reset=False)
        signs = squares(checked[:, :-1])
        return np.column_stack([signs, np.where(checked[:, -1] > 0, np.maximum(signs.sum(axis=1), 1.0), 0.0)])
