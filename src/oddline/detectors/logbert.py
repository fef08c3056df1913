"""A small transformer that fills in hidden events of a session, and knows how normal sessions look as a whole.

H. Guo, S. Yuan, X. Wu, "LogBERT: log anomaly detection via BERT", IJCNN 2021: masked log keys and the volume of
a hypersphere. In scoring no mask is drawn at random: each event is hidden once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from oddline.core.optional import need
from oddline.detectors._sequence_network import USUAL, SequenceNetwork, nats
from oddline.detectors._stretches import Batch, words

__all__ = ["Logbert"]

WHOLE = 5.0
"""Nats that the summary adds for each usual distance that it is beyond the usual one."""

FARTHEST = 20.0
"""So many usual distances count at most."""

HIDDEN = (0.1, 0.5)
"""The least and the largest share of events that training hides in one session."""


class Logbert(SequenceNetwork):
    """How surprising each event is, given the others around it, and how far the whole is from the usual.

    Training hides events at random; the network says what they were, and draws its summary of each session to one
    point. Scoring hides every n-th event in n turns. The score is -ln of each event's chance, as far as it is below one
    in ten, summed up and divided by the root of the number of events; a summary that is farther from its point than
    99 % of those of training adds to it.

    Parameters
    ----------
    history
        Half the events that are seen together; longer sessions are cut into stretches that overlap by as many.
    units, heads, layers
        Units of the transformer, its attention heads and its layers.
    turns
        In how many turns the events are hidden in scoring; each time one event in so many.
    volume
        The weight of the summary's distance in training.
    repeats
        How much it counts that a stretch is there several times: 0 each distinct one once, 1 each as often as it
        is there.
    epochs, patience
        Passes over the data at most, and how many of them without gain on the held-out stretches end the training.
    batch, rate
        Stretches a step, and the step's length (Adam).
    checkpoint
        A file that keeps the state of the training after each epoch; a fit with the same data and
        parameters goes on from it.
    random_state
        The seed.

    Examples
    --------
    >>> from oddline.testing._windows import usual_sequences
    >>> detector = Logbert(epochs=30).fit(usual_sequences())
    >>> turned, usual = detector.anomaly_score([[6, 5, 4, 3, 2], [2, 3, 4, 5, 6]])
    >>> bool(turned > usual)
    True
    """

    def __init__(
        self,
        history: int = 50,
        units: int = 32,
        heads: int = 2,
        layers: int = 2,
        turns: int = 4,
        volume: float = 0.1,
        repeats: float = 0.25,
        epochs: int = 80,
        patience: int = 10,
        batch: int = 64,
        rate: float = 0.005,
        checkpoint: str | None = None,
        random_state: Any = 0,
    ) -> None:
        self.history = history
        self.units = units
        self.heads = heads
        self.layers = layers
        self.turns = turns
        self.volume = volume
        self.repeats = repeats
        self.epochs = epochs
        self.patience = patience
        self.batch = batch
        self.rate = rate
        self.checkpoint = checkpoint
        self.random_state = random_state

    def _network(self) -> Any:
        nn = need("torch", extra="deep").nn
        layer = nn.TransformerEncoderLayer(
            self.units, self.heads, 2 * self.units, dropout=0.1, batch_first=True, norm_first=True
        )
        return nn.ModuleDict(
            {
                # One word more than there are: what is hidden. The token of the start stands for the whole.
                "read": nn.Embedding(words(self.events_) + 1, self.units),
                "place": nn.Embedding(2 * self.history + 1, self.units),
                "think": nn.TransformerEncoder(layer, self.layers, enable_nested_tensor=False),
                "tell": nn.Linear(self.units, words(self.events_)),
            }
        )

    def _thought(self, network: Any, batch: Batch, hidden: Any) -> tuple[Any, Any]:
        """Give the logarithm of each event's chance, and the summaries."""
        torch = need("torch", extra="deep")
        known = words(self.events_)
        seen = torch.where(hidden & batch.valid, known, batch.targets)
        seen = torch.nn.functional.pad(seen, (1, 0), value=known - 1)
        nothing = torch.nn.functional.pad(~batch.valid, (1, 0), value=False)
        vectors = network["read"](seen) + network["place"](torch.arange(seen.shape[1]))
        thought = network["think"](vectors, src_key_padding_mask=nothing)
        return torch.log_softmax(network["tell"](thought[:, 1:]), dim=-1), thought[:, 0]

    def _losses(self, network: Any, batch: Batch) -> Any:
        torch = need("torch", extra="deep")
        least, most = HIDDEN
        share = least + (most - least) * torch.rand(len(batch.targets), 1)
        hidden = (torch.rand(batch.targets.shape) < share) & batch.counted
        told, summary = self._thought(network, batch, hidden)
        missed = -told.gather(-1, batch.targets[..., None])[..., 0] * hidden
        return missed.sum(dim=1) / hidden.sum(dim=1).clamp(min=1) + self.volume * (summary**2).mean(dim=1)

    def _surprise(self, network: Any, batch: Batch) -> Any:
        torch = need("torch", extra="deep")
        rows, spot = torch.arange(len(batch.targets)), torch.arange(batch.targets.shape[1])
        made = torch.zeros(batch.targets.shape, dtype=torch.float64)
        for turn in range(self.turns):
            hidden = (spot % self.turns == turn).expand(batch.targets.shape)
            told, _ = self._thought(network, batch, hidden)
            made = torch.where(hidden, nats(told, batch.targets), made)
        beyond = (self._distance(network, batch) / self.farthest_ - 1.0).clamp(0.0, FARTHEST)
        last = batch.valid.sum(dim=1) - 1
        # The whole is told at its last event; what is beyond the usual must not be lost below the usual.
        whole = made[rows, last].clamp(min=USUAL) + WHOLE * beyond
        made[rows, last] = torch.where(beyond > 0, whole, made[rows, last])
        return made

    def _distance(self, network: Any, batch: Batch) -> Any:
        """Give the squared distance of each summary from the point that training drew them to."""
        _, summary = self._thought(network, batch, need("torch", extra="deep").zeros_like(batch.valid))
        return (summary**2).mean(dim=1)

    def _settle(self, network: Any, batches: Iterator[Batch]) -> None:
        distances = np.concatenate([self._distance(network, batch).numpy() for batch in batches])
        self.farthest_ = float(max(np.quantile(distances, 0.99), 1e-9))
