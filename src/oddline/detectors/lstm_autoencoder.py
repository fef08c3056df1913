"""A recurrent neural network that sums a session up and writes it anew; sessions it cannot write are odd.

P. Malhotra et al., "LSTM-based encoder-decoder for multi-sensor anomaly detection", 2016, here for events.
"""

from __future__ import annotations

from typing import Any

from oddline.core.optional import need
from oddline.detectors._sequence_network import SequenceNetwork, nats
from oddline.detectors._sequences import UNSEEN
from oddline.detectors._stretches import Batch, words

__all__ = ["LstmAutoencoder"]


class LstmAutoencoder(SequenceNetwork):
    """How badly a session's events are written from a summary of the session.

    One network reads the events into a summary, another writes them, and the end, from the summary alone: it never
    sees the events before the one it writes. The score is -ln of each event's chance, as far as it is below one in
    ten, summed up and divided by the root of the number of events. What stands after the end is neither read nor
    written.

    Parameters
    ----------
    history
        Half the events that are summed up together; longer sessions are cut into stretches that overlap by as many.
    units, code
        Units of the two networks, and numbers of the summary.
    hidden_events
        The share of events that training hides from the reader, so that it knows how to go on after one it does not
        know.
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
    >>> detector = LstmAutoencoder().fit(usual_sequences())
    >>> turned, usual = detector.anomaly_score([[6, 5, 4, 3, 2], [2, 3, 4, 5, 6]])
    >>> bool(turned > usual)
    True
    """

    def __init__(
        self,
        history: int = 50,
        units: int = 64,
        code: int = 32,
        hidden_events: float = 0.02,
        repeats: float = 0.25,
        epochs: int = 80,
        patience: int = 10,
        batch: int = 64,
        rate: float = 0.01,
        checkpoint: str | None = None,
        random_state: Any = 0,
    ) -> None:
        self.history = history
        self.units = units
        self.code = code
        self.hidden_events = hidden_events
        self.repeats = repeats
        self.epochs = epochs
        self.patience = patience
        self.batch = batch
        self.rate = rate
        self.checkpoint = checkpoint
        self.random_state = random_state

    def _network(self) -> Any:
        nn = need("torch", extra="deep").nn
        known, width = words(self.events_), max(self.units // 4, 4)
        return nn.ModuleDict(
            {
                "read": nn.Embedding(known, width),
                "remember": nn.LSTM(width, self.units, batch_first=True),
                "sum_up": nn.Linear(self.units, self.code),
                "write": nn.LSTM(self.code, self.units, batch_first=True),
                "tell": nn.Linear(self.units, known),
            }
        )

    def _told(self, network: Any, batch: Batch) -> Any:
        torch = need("torch", extra="deep")
        inputs = batch.targets
        if network.training:
            hidden = (torch.rand(inputs.shape) < self.hidden_events) & batch.valid
            inputs = torch.where(hidden, UNSEEN, inputs)
        remembered, _ = network["remember"](network["read"](inputs))
        last = batch.valid.sum(dim=1) - 1
        summary = torch.tanh(network["sum_up"](remembered[torch.arange(len(last)), last]))
        written, _ = network["write"](summary[:, None, :].expand(-1, inputs.shape[1], -1).contiguous())
        return torch.log_softmax(network["tell"](written), dim=-1)

    def _losses(self, network: Any, batch: Batch) -> Any:
        told = self._told(network, batch)
        return -told.gather(-1, batch.targets[..., None])[..., 0]

    def _surprise(self, network: Any, batch: Batch) -> Any:
        return nats(self._told(network, batch), batch.targets)
