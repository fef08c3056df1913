"""A window of isolation forests, each grown on one chunk of a stream; the majority decides how odd a row is.

Z. Ding, M. Fei, "An Anomaly Detection Approach Based on Isolation Forest Algorithm for Streaming Data using
Sliding Window", 2013, keeps one forest a window and grows it anew when too much looks odd. Here several stand side
by side and the oldest leaves, so that neither one odd chunk nor a slow drift needs a decision.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._distinct import score_distinct
from oddline.detectors._online import ByChunks, generator
from oddline.detectors.isolation_forest import IsolationForest

__all__ = ["IncrementalIsolationForest"]

_STEPS = np.linspace(0.0, 0.98, 99)
_BEYOND = 0.98
"""From this share on, scores of the chunk are too few to count; a straight line goes on from there."""


class IncrementalIsolationForest(ByChunks):
    """Each forest says how surprising a row is; the score is the surprise that half of them agree on.

    A forest's surprise is -log10 of the share of its own chunk that scores as high. Beyond the 98th percentile it is
    an exponential tail of the scores there. The median of the forests is what the majority says: after a
    drift the new ways are usual as soon as half of the forests have grown on them.

    Parameters
    ----------
    n_models
        Forests side by side; the oldest leaves when there is one more.
    n_estimators
        Trees of each forest.
    max_samples
        Rows that each tree sees.
    chunk_size
        Rows that a forest grows on.
    random_state
        The seed; the same seed gives the same forests.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> detector = IncrementalIsolationForest()
    >>> for _ in range(5):
    ...     detector = detector.partial_fit(random.normal(size=(500, 2)))
    >>> bool(detector.anomaly_score([[6, 6]])[0] > 2 > detector.anomaly_score([[0, 0]])[0])
    True
    """

    def __init__(
        self,
        n_models: int = 9,
        n_estimators: int = 25,
        max_samples: int = 256,
        chunk_size: int = 1000,
        random_state: Any = 0,
    ) -> None:
        self.n_models = n_models
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.chunk_size = chunk_size
        self.random_state = random_state

    def _remembers(self) -> int:
        if self.n_models < 1:
            raise UsageError(f"n_models is {self.n_models}", expected="1 or more")
        return self.n_models

    def _learn(self, rows: Floats, number: int) -> None:
        seed = int(generator(self.random_state, number).integers(np.iinfo(np.int32).max))
        forest = IsolationForest(self.n_estimators, self.max_samples, random_state=seed).fit(rows)
        scores = forest.anomaly_score(rows)
        known, steps = getattr(self, "forests_", []), getattr(self, "steps_", np.zeros((0, len(_STEPS) + 1)))
        self.forests_ = [*known, forest][-self.n_models :]
        self.steps_ = np.vstack([steps, _tail(scores)])[-self.n_models :]

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._score_rows, X)

    def _score_rows(self, rows: Floats) -> Floats:
        said = [
            _surprise(forest.anomaly_score(rows), steps)
            for forest, steps in zip(self.forests_, self.steps_, strict=True)
        ]
        median: Floats = np.median(np.stack(said), axis=0)
        return median


def _tail(scores: Floats) -> Floats:
    """Give the percentiles of the scores up to the tail, and then the mean of what exceeds them."""
    steps = np.quantile(scores, _STEPS)
    beyond = scores[scores > steps[-1]] - steps[-1]
    # Where nothing exceeds, the scores' own range stands for the tail, however short it is.
    mean = float(beyond.mean()) if len(beyond) else float(np.ptp(scores)) / 10.0
    return np.append(steps, max(mean, 1e-3))


def _surprise(scores: Floats, steps: Floats) -> Floats:
    """Turn a forest's scores into -log10 of the chance that a row of its chunk scores so high."""
    body, mean = steps[:-1], steps[-1]
    share = np.interp(scores, body, _STEPS)
    over = np.maximum(scores - body[-1], 0.0) / mean
    surprise: Floats = -np.log10(1.0 - share) + over / np.log(10.0)
    return surprise
