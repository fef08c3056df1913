"""A variational autoencoder: rows that its model of normal ones gives a small chance are odd.

D. P. Kingma, M. Welling, "Auto-encoding variational Bayes", ICLR 2014; J. An, S. Cho, "Variational autoencoder based
anomaly detection using reconstruction probability", 2015.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.core.optional import need
from oddline.detectors._distinct import score_distinct
from oddline.detectors._row_network import RowNetwork
from oddline.detectors._standard import oddness

__all__ = ["Vae"]


class Vae(RowNetwork):
    """How badly a row is written from its place in a space of normal rows, plus how far off that place is.

    Training maximises the evidence lower bound (ELBO) with one noise for each column, which the network learns.
    Scoring has no noise: the row is written from the mean of its place. The score is the sum over the columns of
    c² ln(1 + e² / c²), e being the error in units of the column's usual one and c = 4, plus twice the divergence of the
    place from where places of normal rows lie. As in ``autoencoder``, what a cell is beyond four deviations adds to
    its error.

    Parameters
    ----------
    hidden, code
        Units of the layer on either side of the space, and its dimensions.
    divergence
        The weight of the divergence in training (beta).
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
    >>> scores = Vae(code=1).fit(X).anomaly_score([[1.0, 2.0, -1.0], [1.0, -2.0, 1.0]])
    >>> bool(scores[1] > 5 * scores[0])
    True
    """

    def __init__(
        self,
        hidden: int = 32,
        code: int = 8,
        divergence: float = 1.0,
        epochs: int = 40,
        patience: int = 5,
        batch: int = 128,
        rate: float = 0.005,
        checkpoint: str | None = None,
        random_state: Any = 0,
    ) -> None:
        self.hidden = hidden
        self.code = code
        self.divergence = divergence
        self.epochs = epochs
        self.patience = patience
        self.batch = batch
        self.rate = rate
        self.checkpoint = checkpoint
        self.random_state = random_state

    def _network(self, columns: int) -> Any:
        nn = need("torch", extra="deep").nn
        code = min(self.code, columns)
        into = nn.Sequential(nn.Linear(columns, self.hidden), nn.Tanh(), nn.Linear(self.hidden, 2 * code))
        out = nn.Sequential(nn.Linear(code, self.hidden), nn.Tanh(), nn.Linear(self.hidden, columns))
        # The bias alone is used: the logarithm of each column's variance about what is written.
        return nn.ModuleDict({"place": into, "write": out, "noise": nn.Linear(1, columns)})

    def _losses(self, network: Any, cells: Any) -> Any:
        torch = need("torch", extra="deep")
        mean, spread = network["place"](cells).chunk(2, dim=1)
        drawn = mean + torch.exp(0.5 * spread) * torch.randn_like(mean)
        noise = network["noise"].bias
        error = (network["write"](drawn) - cells) ** 2
        unlikely = 0.5 * (error * torch.exp(-noise) + noise).sum(dim=1)
        return unlikely + self.divergence * _divergence(mean, spread)

    def _asked(self, network: Any, cells: Any) -> Any:
        torch = need("torch", extra="deep")
        mean, spread = network["place"](cells).chunk(2, dim=1)
        return torch.hstack([network["write"](mean), _divergence(mean, spread)[:, None]])

    def _errors(self, X: Floats) -> Floats:
        """Give how far each cell is from what is written, in standard deviations; the divergence stands last."""
        near, beyond, told = self._told(X)
        return np.hstack([np.abs(near - told[:, :-1]) + beyond, told[:, -1:]])

    def _score(self, X: Floats) -> Floats:
        def score(rows: Floats) -> Floats:
            errors = self._errors(rows)
            total: Floats = oddness(errors[:, :-1], self.usual_).sum(axis=1) + 2.0 * errors[:, -1]
            return total

        return score_distinct(score, X)

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the score, shape as ``X``; the divergence is no column's, and left out."""
        self.require_fitted()
        return oddness(self._errors(np.asarray(X, dtype=np.float64))[:, :-1], self.usual_)


def _divergence(mean: Any, spread: Any) -> Any:
    """Give the Kullback-Leibler divergence from the standard normal distribution, row by row."""
    return 0.5 * (mean**2 + spread.exp() - 1.0 - spread).sum(dim=1)
