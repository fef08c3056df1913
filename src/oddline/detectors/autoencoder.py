"""A small neural network that learns to write normal rows from a summary; odd rows it cannot write.

M. Sakurada, T. Yairi, "Anomaly detection using autoencoders with nonlinear dimensionality reduction", MLSDA 2014.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.core.optional import need
from oddline.detectors._distinct import score_distinct
from oddline.detectors._row_network import RowNetwork
from oddline.detectors._standard import oddness

__all__ = ["Autoencoder"]


class Autoencoder(RowNetwork):
    """How far a row is from what the network makes of it, in units of each column's usual error.

    The network sees cells within four deviations; what a cell is beyond them adds to its error, so that nothing far
    away can look like something near. The score is the sum over the columns of c² ln(1 + e² / c²), e being the error
    and c = 4: a square for usual errors, a logarithm for large ones.

    Parameters
    ----------
    hidden, code
        Units of the layer on either side of the summary, and of the summary.
    epochs, patience
        Passes over the data at most, and how many of them without gain on the held-out rows end the training.
    batch, rate
        Rows a step, and the step's length (Adam).
    checkpoint
        A file that keeps the state of the training after each epoch; a fit with the same data and
        parameters goes on from it.
    random_state
        The seed.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> X = random.normal(size=(500, 1)) @ np.array([[1.0, 2.0, -1.0]]) + random.normal(size=(500, 3)) / 10
    >>> scores = Autoencoder(code=1).fit(X).anomaly_score([[1.0, 2.0, -1.0], [1.0, -2.0, 1.0]])
    >>> bool(scores[1] > 20 * scores[0])
    True
    """

    def __init__(
        self,
        hidden: int = 32,
        code: int = 8,
        epochs: int = 40,
        patience: int = 5,
        batch: int = 128,
        rate: float = 0.005,
        checkpoint: str | None = None,
        random_state: Any = 0,
    ) -> None:
        self.hidden = hidden
        self.code = code
        self.epochs = epochs
        self.patience = patience
        self.batch = batch
        self.rate = rate
        self.checkpoint = checkpoint
        self.random_state = random_state

    def _network(self, columns: int) -> Any:
        nn = need("torch", extra="deep").nn
        return nn.Sequential(
            nn.Linear(columns, self.hidden),
            nn.Tanh(),
            nn.Linear(self.hidden, min(self.code, columns)),
            nn.Linear(min(self.code, columns), self.hidden),
            nn.Tanh(),
            nn.Linear(self.hidden, columns),
        )

    def _losses(self, network: Any, cells: Any) -> Any:
        return ((network(cells) - cells) ** 2).mean(dim=1)

    def _asked(self, network: Any, cells: Any) -> Any:
        return network(cells)

    def _errors(self, X: Floats) -> Floats:
        near, beyond, made = self._told(X)
        errors: Floats = np.abs(near - made) + beyond
        return errors

    def _score(self, X: Floats) -> Floats:
        return score_distinct(lambda rows: oddness(self._errors(rows), self.usual_).sum(axis=1), X)

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the score, shape as ``X``; they add up to it."""
        self.require_fitted()
        return oddness(self._errors(np.asarray(X, dtype=np.float64)), self.usual_)
