"""Many trees with random cuts, shown normal and odd rows, vote on which kind a row is of.

P. Geurts, D. Ernst, L. Wehenkel, "Extremely randomized trees", Machine Learning 63, 2006. Scikit-learn grows the
trees; what is kept of them are plain arrays.
"""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._supervised import SupervisedDetector, Truth
from oddline.detectors._trees import planted, single, walked

__all__ = ["ExtraTrees"]

MANY = 5_000
"""Rows from which on trees grow side by side: with fewer, starting threads takes longer than the trees."""


class ExtraTrees(SupervisedDetector):
    """The mean share of odd training rows in the leaves that a row reaches, from 0 to 1. Learns from labels.

    Parameters
    ----------
    n_estimators
        Trees.
    min_samples_leaf
        Training rows that a leaf holds at least.
    balanced
        Whether normal and odd rows weigh as much together, however many there are of each.
    random_state
        The seed; the same seed gives the same trees.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(300, 2))
    >>> detector = ExtraTrees().fit(X, X[:, 0] > 1)
    >>> bool(detector.anomaly_score([[2, 0]])[0] > detector.anomaly_score([[-1, 0]])[0])
    True
    """

    def __init__(
        self, n_estimators: int = 100, min_samples_leaf: int = 1, balanced: bool = True, random_state: Any = 0
    ) -> None:
        self.n_estimators = n_estimators
        self.min_samples_leaf = min_samples_leaf
        self.balanced = balanced
        self.random_state = random_state

    def _fit_labelled(self, X: Floats, odd: Truth) -> None:
        from sklearn.ensemble import ExtraTreesClassifier

        forest = ExtraTreesClassifier(
            n_estimators=self.n_estimators,
            min_samples_leaf=self.min_samples_leaf,
            class_weight="balanced" if self.balanced else None,
            random_state=self.random_state,
            # Threads: growing a tree lets go of Python's lock. Trees are the same however many grow at once.
            n_jobs=-1 if len(X) >= MANY else None,
        ).fit(single(X), odd)
        self.forest_ = planted(_arrays(member.tree_) for member in forest.estimators_)

    def _score(self, X: Floats) -> Floats:
        return score_distinct(lambda rows: walked(self.forest_, single(rows)), X) / len(self.forest_["first"])


def _arrays(tree: Any) -> tuple[npt.NDArray[Any], ...]:
    """Give a tree's children, column, cut, and the share of odd rows of each node."""
    weights = tree.value[:, 0, :]
    return tree.children_left, tree.children_right, tree.feature, tree.threshold, weights[:, 1] / weights.sum(axis=1)
