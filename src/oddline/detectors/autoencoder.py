"""A small neural network that learns to write normal rows from a summary; odd rows it cannot write.

M. Sakurada, T. Yairi, "Anomaly detection using autoencoders with nonlinear dimensionality reduction", MLSDA 2014.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.core.optional import need
from oddline.detectors._checkpoint import mark_of
from oddline.detectors._distinct import distinct_rows, score_distinct
from oddline.detectors._standard import clipped, oddness, shown, spread_of, usual_errors
from oddline.detectors._training import Course, Ints, train
from oddline.detectors.base import Detector

__all__ = ["Autoencoder"]


class Autoencoder(Detector):
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

    needs = "deep"

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

    def _fit(self, X: Floats) -> None:
        torch = need("torch", extra="deep")
        course = Course(self.epochs, self.batch, self.rate, self.patience, int(self.random_state or 0), self.checkpoint)
        self.location_ = X.mean(axis=0)
        self.scale_ = spread_of(X, self.location_)
        rows, place = distinct_rows(clipped(X, self.location_, self.scale_)[0])
        cells = torch.from_numpy(rows.astype(np.float32))
        times = torch.from_numpy(np.bincount(place).astype(np.float32))

        def loss(network: Any, chosen: Ints) -> tuple[Any, float]:
            errors = ((network(cells[chosen]) - cells[chosen]) ** 2).mean(dim=1)
            return (errors * times[chosen]).sum(), float(times[chosen].sum())

        self.weights_ = train(
            lambda: self._network(X.shape[1]),
            loss,
            np.ones(len(rows), dtype=np.int64),
            course,
            mark=mark_of(self.get_params(), X),
        )
        self.usual_ = usual_errors(self._errors(X))

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

    def _errors(self, X: Floats) -> Floats:
        """Give how far each cell is from what the network makes of it, in standard deviations."""
        near, beyond = clipped(X, self.location_, self.scale_)
        made = shown(lambda: self._network(X.shape[1]), self.weights_, near, lambda network, cells: network(cells))
        errors: Floats = np.abs(near - made) + beyond
        return errors

    def _score(self, X: Floats) -> Floats:
        return score_distinct(lambda rows: oddness(self._errors(rows), self.usual_).sum(axis=1), X)

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the score, shape as ``X``; they add up to it."""
        self.require_fitted()
        return oddness(self._errors(np.asarray(X, dtype=np.float64)), self.usual_)
