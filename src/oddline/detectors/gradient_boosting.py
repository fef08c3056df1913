"""Small trees grown one after the other, each on what those before it got wrong of the labels.

J. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29, 2001; on histograms
as in G. Ke et al., "LightGBM", NIPS 2017. Scikit-learn grows the trees; what is kept of them are plain arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._supervised import SupervisedDetector, Truth
from oddline.detectors._trees import planted, walked

__all__ = ["GradientBoosting"]


class GradientBoosting(SupervisedDetector):
    """The log-odds that a row is odd, as boosted trees have learnt them from labels.

    Parameters
    ----------
    n_estimators
        Trees.
    learning_rate
        How much of what is left each tree may explain.
    max_leaf_nodes
        Leaves of a tree, at most.
    balanced
        Whether normal and odd rows weigh as much together, however many there are of each.
    random_state
        The seed; the same seed gives the same trees.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 2))
    >>> detector = GradientBoosting().fit(X, X[:, 0] > 1)
    >>> bool(detector.anomaly_score([[2, 0]])[0] > detector.anomaly_score([[-1, 0]])[0])
    True
    """

    def __init__(
        self,
        n_estimators: int = 100,
        learning_rate: float = 0.1,
        max_leaf_nodes: int = 31,
        balanced: bool = True,
        random_state: Any = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.balanced = balanced
        self.random_state = random_state

    def _fit_labelled(self, X: Floats, odd: Truth) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier

        boosted = HistGradientBoostingClassifier(
            max_iter=self.n_estimators,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.max_leaf_nodes,
            class_weight="balanced" if self.balanced else None,
            early_stopping=False,
            random_state=self.random_state,
        ).fit(X, odd)
        # Private, and held to scikit-learn's own answers by a test: it has no public way to its trees.
        self.forest_ = planted(_arrays(step[0].nodes) for step in boosted._predictors)
        self.start_ = float(np.ravel(boosted._baseline_prediction)[0])

    def _score(self, X: Floats) -> Floats:
        return self.start_ + score_distinct(lambda rows: walked(self.forest_, rows), X)


def _arrays(nodes: Any) -> tuple[npt.NDArray[Any], ...]:
    """Give a tree's children, column, cut and value of each node."""
    leaf = nodes["is_leaf"].astype(bool)
    left, right = (np.where(leaf, -1, nodes[side].astype(np.int64)) for side in ("left", "right"))
    return left, right, nodes["feature_idx"].astype(np.int64), nodes["num_threshold"], nodes["value"]
