"""How few random cuts it takes to set a row apart from the others.

F. T. Liu, K. M. Ting, Z.-H. Zhou, "Isolation Forest", ICDM 2008; scikit-learn's implementation behind our sign.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest as Forest

from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors.base import Detector

__all__ = ["IsolationForest"]


class IsolationForest(Detector):
    """Rows that few random cuts set apart are odd; no distance, so no column outweighs another by its scale.

    Parameters
    ----------
    n_estimators
        Trees.
    max_samples
        Rows that each tree sees; the paper finds 256 enough for any number of rows.
    random_state
        The seed; the same seed gives the same forest.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(500, 2))
    >>> detector = IsolationForest().fit(X)
    >>> bool(detector.anomaly_score([[6, 6]])[0] > detector.anomaly_score([[0, 0]])[0])
    True
    """

    def __init__(self, n_estimators: int = 100, max_samples: int = 256, random_state: Any = 0) -> None:
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.random_state = random_state

    def _fit(self, X: Floats) -> None:
        self.forest_ = Forest(
            n_estimators=self.n_estimators,
            max_samples=min(self.max_samples, X.shape[0]),
            random_state=self.random_state,
        ).fit(X)

    def _score(self, X: Floats) -> Floats:
        return score_distinct(lambda rows: -np.asarray(self.forest_.score_samples(rows)), X)
