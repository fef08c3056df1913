"""How few random cuts it takes to set a row apart from the others.

F. T. Liu, K. M. Ting, Z.-H. Zhou, "Isolation Forest", ICDM 2008. Scikit-learn grows the forest; what is kept of it
are plain arrays, so that a bundle needs no trust in anyone's pickled trees, and scores are those of
scikit-learn behind our sign.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import IsolationForest as Forest

from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._trees import planted, single, walked
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
        samples = min(self.max_samples, X.shape[0])
        forest = Forest(n_estimators=self.n_estimators, max_samples=samples, random_state=self.random_state).fit(
            single(X)
        )
        self.forest_ = planted(_arrays(member.tree_) for member in forest.estimators_)
        self.usual_ = float(_usual_path(np.array([samples]))[0])

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._score_rows, X)

    def _score_rows(self, rows: Floats) -> Floats:
        # One sample isolates nothing: every row is as odd as every other.
        if self.usual_ <= 0:
            return np.full(len(rows), 0.5)
        return np.asarray(2.0 ** (-walked(self.forest_, single(rows)) / (len(self.forest_["first"]) * self.usual_)))


def _arrays(tree: Any) -> tuple[npt.NDArray[Any], ...]:
    """Give a tree's children, column and cut of each node, and the path that ends in each leaf."""
    leaf = tree.children_left < 0
    depth = np.zeros(tree.node_count)
    for node in np.flatnonzero(~leaf):  # parents come before their children
        depth[[tree.children_left[node], tree.children_right[node]]] = depth[node] + 1
    path = np.where(leaf, depth + _usual_path(tree.n_node_samples), 0.0)
    return tree.children_left, tree.children_right, tree.feature, tree.threshold, path


def _usual_path(samples: npt.NDArray[Any]) -> Floats:
    """Give the mean path of an unsuccessful search in a binary tree of so many samples (equation 1 of the paper)."""
    n = np.maximum(samples.astype(np.float64), 2.0)
    mean = 2.0 * (np.log(n - 1.0) + np.euler_gamma) - 2.0 * (n - 1.0) / n
    return np.asarray(np.where(samples <= 1, 0.0, np.where(samples == 2, 1.0, mean)))
