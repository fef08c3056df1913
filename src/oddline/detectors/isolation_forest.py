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
            _single(X)
        )
        trees = [member.tree_ for member in forest.estimators_]
        self.first_ = np.cumsum([0, *(tree.node_count for tree in trees)]).astype(np.int32)
        joined = [_arrays(tree, int(start)) for tree, start in zip(trees, self.first_, strict=False)]
        self.children_, self.column_, self.cut_, self.path_ = (
            np.concatenate([arrays[part] for arrays in joined]) for part in range(4)
        )
        self.depth_ = max(int(tree.max_depth) for tree in trees)
        self.usual_ = float(_usual_path(np.array([samples]))[0])

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._score_rows, X)

    def _score_rows(self, rows: Floats) -> Floats:
        cells = _single(rows)
        flat, begin = cells.ravel(), np.arange(len(cells)) * cells.shape[1]
        total = np.zeros(len(cells))
        for root in self.first_[:-1]:
            node = np.full(len(cells), root)
            for _ in range(self.depth_):
                right = flat.take(begin + self.column_.take(node)) > self.cut_.take(node)
                # The children of a node stand side by side; a leaf is its own child.
                node = self.children_.take(2 * node + right)
            total += self.path_.take(node)
        trees = len(self.first_) - 1
        # One sample isolates nothing: every row is as odd as every other.
        return np.asarray(2.0 ** (-total / (trees * self.usual_))) if self.usual_ > 0 else np.full(len(rows), 0.5)


def _single(X: Floats) -> npt.NDArray[np.float32]:
    """Round to the numbers that scikit-learn's trees compare; what is too large for them is the largest they know."""
    limit = float(np.finfo(np.float32).max)
    return np.ascontiguousarray(np.clip(X, -limit, limit), dtype=np.float32)


def _arrays(tree: Any, start: int) -> tuple[npt.NDArray[Any], ...]:
    """Give a tree's children (two a node), column and cut of each node, and the path that ends in each leaf."""
    own = np.arange(tree.node_count)
    leaf = tree.children_left < 0
    children = np.column_stack([np.where(leaf, own, side) for side in (tree.children_left, tree.children_right)])
    depth = np.zeros(tree.node_count)
    for node in np.flatnonzero(~leaf):  # parents come before their children
        depth[children[node]] = depth[node] + 1
    path = np.where(leaf, depth + _usual_path(tree.n_node_samples), 0.0)
    columns = np.where(leaf, 0, tree.feature).astype(np.int32)
    return (children.ravel() + start).astype(np.int32), columns, np.asarray(tree.threshold), path


def _usual_path(samples: npt.NDArray[Any]) -> Floats:
    """Give the mean path of an unsuccessful search in a binary tree of so many samples (equation 1 of the paper)."""
    n = np.maximum(samples.astype(np.float64), 2.0)
    mean = 2.0 * (np.log(n - 1.0) + np.euler_gamma) - 2.0 * (n - 1.0) / n
    return np.asarray(np.where(samples <= 1, 0.0, np.where(samples == 2, 1.0, mean)))
