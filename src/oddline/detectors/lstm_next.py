"""A recurrent neural network that foretells the next event; sessions that go on otherwise, or end too early, are odd.

M. Du, F. Li, G. Zheng, V. Srikumar, "DeepLog: anomaly detection and diagnosis from system logs through deep learning",
CCS 2017. Unlike the published code it foretells the end as well, and begins with a start symbol instead of padding.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.core.optional import need
from oddline.detectors._event_vectors import FARTHEST, event_vectors
from oddline.detectors._sequence_network import USUAL, SequenceNetwork, nats
from oddline.detectors._sequences import UNSEEN, Codes
from oddline.detectors._stretches import Batch, Ints, words
from oddline.detectors._training import Course

__all__ = ["LstmNext"]

MODES = ("ranks", "likelihood", "largest", "top_g", "embedding")

BEST = 2
"""The most expected events are not odd, whichever of them comes: an order that may go either way has two."""

CHANCE = 0.3
"""What a nat weighs beside a rank: where there are few events, ranks alone tell little."""


class LstmNext(SequenceNetwork):
    """How surprising the events of a session are, each one given those before it.

    Each distinct stretch of events is learnt and scored once.

    Parameters
    ----------
    mode
        What the score is. ``likelihood``: -ln of each event's chance, as far as it is below one in ten, summed up and
        divided by the root of the number of events. ``ranks``: the same, but each event counts by its rank among
        those foretold, as far as it is beyond the third, and by 0.3 of its -ln. ``largest``: the largest -ln of a
        chance. ``top_g``: the worst rank of an event, so that the cut on it is the paper's g. ``embedding``: the mean
        squared error of a network that foretells where the next event lies among events that have similar
        neighbours.
    history
        Events before each one that the network sees, as far as there are so many; it sees at most twice as many.
    units, dropout
        Units of the network, and the share of them that is left out at random in training.
    hidden_events
        The share of events that training hides, so that the network knows how to go on after one it does not know.
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
    >>> detector = LstmNext(epochs=20).fit(usual_sequences())
    >>> early, late = detector.anomaly_score([[2, 3, 4, 0, 0], [2, 3, 4, 5, 6]])
    >>> bool(early > late)
    True
    """

    def __init__(
        self,
        mode: str = "ranks",
        history: int = 100,
        units: int = 64,
        dropout: float = 0.2,
        hidden_events: float = 0.02,
        repeats: float = 0.25,
        epochs: int = 60,
        patience: int = 8,
        batch: int = 64,
        rate: float = 0.01,
        checkpoint: str | None = None,
        random_state: Any = 0,
    ) -> None:
        self.mode = mode
        self.history = history
        self.units = units
        self.dropout = dropout
        self.hidden_events = hidden_events
        self.repeats = repeats
        self.epochs = epochs
        self.patience = patience
        self.batch = batch
        self.rate = rate
        self.checkpoint = checkpoint
        self.random_state = random_state

    def _course(self) -> Course:
        if self.mode not in MODES:
            raise UsageError(f"mode={self.mode!r}", expected="one of " + ", ".join(MODES))
        return super()._course()

    def _prepare(self, tokens: Codes, times: Floats) -> None:
        if self.mode == "embedding":
            self.vectors_ = event_vectors(tokens, words(self.events_))

    def _network(self) -> Any:
        nn = need("torch", extra="deep").nn
        known, width = words(self.events_), max(self.units // 4, 4)
        told = self.vectors_.shape[1] if self.mode == "embedding" else known
        return nn.ModuleDict(
            {
                "read": nn.Embedding(known, width),
                "remember": nn.LSTM(width, self.units, batch_first=True),
                "leave_out": nn.Dropout(self.dropout),
                "tell": nn.Linear(self.units, told),
            }
        )

    def _told(self, network: Any, inputs: Any) -> Any:
        remembered, _ = network["remember"](network["read"](inputs))
        return network["tell"](network["leave_out"](remembered))

    def _losses(self, network: Any, batch: Batch) -> Any:
        torch = need("torch", extra="deep")
        inputs = batch.inputs
        if network.training:
            inputs = torch.where(torch.rand(inputs.shape) < self.hidden_events, UNSEEN, inputs)
        told = self._told(network, inputs)
        if self.mode == "embedding":
            return self._distance(told, batch.targets)
        return -torch.log_softmax(told, dim=-1).gather(-1, batch.targets[..., None])[..., 0]

    def _surprise(self, network: Any, batch: Batch) -> Any:
        torch = need("torch", extra="deep")
        told = self._told(network, batch.inputs)
        if self.mode == "embedding":
            distance = self._distance(told, batch.targets)
            return torch.where(batch.targets == UNSEEN, FARTHEST, distance.clamp(max=FARTHEST))
        unlikely = nats(torch.log_softmax(told, dim=-1), batch.targets)
        if self.mode in {"likelihood", "largest"}:
            return unlikely
        rank = (told > told.gather(-1, batch.targets[..., None])).sum(dim=-1)
        rank = torch.where(batch.targets == UNSEEN, told.shape[-1], rank)
        if self.mode == "top_g":
            return rank
        return (rank - BEST).clamp(min=0) + CHANCE * (unlikely - USUAL).clamp(min=0.0)

    def _distance(self, told: Any, targets: Any) -> Any:
        vectors = need("torch", extra="deep").from_numpy(self.vectors_).to(told.dtype)
        return ((told - vectors[targets]) ** 2).sum(dim=-1)

    def _pooled(self, surprise: Floats, sizes: Ints) -> Floats:
        if self.mode == "likelihood":
            return super()._pooled(surprise, sizes)
        if self.mode == "ranks":
            return np.asarray(surprise / np.sqrt(sizes)[:, None])
        if self.mode == "embedding":
            return np.asarray(surprise / sizes[:, None])
        # The score is the largest surprise; events share it as they share the surprise.
        total = np.maximum(surprise.sum(axis=1), 1e-300)
        return np.asarray(surprise * (surprise.max(axis=1) / total)[:, None])
