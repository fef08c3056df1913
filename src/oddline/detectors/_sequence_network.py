"""What the neural detectors of sequences share: they say how surprising each event is, and the end."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.core.optional import need
from oddline.detectors._checkpoint import mark_of
from oddline.detectors._sequences import UNSEEN, Codes, checked_sequences, lengths_of
from oddline.detectors._stretches import (
    Batch,
    Ints,
    Stretches,
    cut,
    distinct_codes,
    known_events,
    tokens_of,
    words,
)
from oddline.detectors._training import Course, revived, settled, train
from oddline.detectors.base import Detector

USUAL = float(np.log(10.0))
"""What has a chance of one in ten or more is not odd at all; surprise counts from there on, in nats."""

MOST = 20.0
"""No known event is more surprising than this: a chance of one in half a billion."""

NEVER = 25.0
"""The surprise of an event that training did not have."""

CELLS = 4_000_000
"""Events looked at together; bounds the memory, not the answer."""

AT_ONCE = 512
"""Stretches shown to the network at once."""


class SequenceNetwork(Detector):
    """A network that is trained on stretches of sequences. Write ``_network``, ``_losses`` and ``_surprise``.

    A detector has the parameters that ``_course`` asks for, and ``history``.
    """

    consumes = "sequence"
    needs = "deep"

    history: int
    repeats: float
    epochs: int
    patience: int
    batch: int
    rate: float
    checkpoint: str | None
    random_state: Any

    @abstractmethod
    def _network(self) -> Any:
        """Make an untrained network for the events of ``events_``."""

    @abstractmethod
    def _losses(self, network: Any, batch: Batch) -> Any:
        """Give the loss of each event, of the shape of the batch, or of each stretch."""

    @abstractmethod
    def _surprise(self, network: Any, batch: Batch) -> Any:
        """Give how surprising each event is, not negative; what does not count may be anything."""

    def _prepare(self, tokens: Codes, times: Floats) -> None:
        """Learn what the network is built upon, from distinct sequences and how often each is there."""

    def _settle(self, network: Any, batches: Iterator[Batch]) -> None:
        """Learn from the trained network what is usual, from batches of what it was trained on."""

    def _pooled(self, surprise: Floats, sizes: Ints) -> Floats:
        """Give each event's part of the score; the parts of a sequence add up to its score.

        What is beyond the usual adds up, over the root of the number of events: by chance a long session has more odd
        events than a short one, and the sum of n chances varies with the root of n.
        """
        parts: Floats = np.maximum(surprise - USUAL, 0.0) / np.sqrt(sizes)[:, None]
        return parts

    def _course(self) -> Course:
        if not (isinstance(self.history, int) and self.history >= 1):
            raise UsageError(f"history={self.history!r}", expected="a whole number of 1 or more")
        seed = int(self.random_state or 0)
        return Course(self.epochs, self.batch, self.rate, self.patience, seed, self.checkpoint)

    def _fit(self, X: Codes) -> None:
        course = self._course()
        self.events_ = known_events(X)
        first, place = distinct_codes(X)
        tokens, times = tokens_of(X[first], self.events_), np.bincount(place).astype(np.float64)
        self._prepare(tokens, times)
        whole = self._cut(tokens)
        kinds, kind = whole.distinct()
        often = np.bincount(kind, weights=times[whole.owner]) ** self.repeats

        def loss(network: Any, rows: Ints) -> tuple[Any, float]:
            torch = need("torch", extra="deep")
            batch = whole.batch(kinds[rows])
            losses = self._losses(network, batch)
            weight = torch.from_numpy(often[rows].astype(np.float32))
            if losses.ndim == 1:
                return (losses * weight).sum(), float(weight.sum())
            weight = batch.counted * weight[:, None]
            return (losses * weight).sum(), float(weight.sum())

        mark = mark_of(self.get_params(), X)
        self.weights_ = train(self._network, loss, whole.sizes[kinds], course, mark=mark)
        with settled(), need("torch", extra="deep").inference_mode():
            self._settle(revived(self._network, self.weights_), (batch for _, batch in _batches(whole, kinds)))

    def _cut(self, tokens: Codes) -> Stretches:
        return cut(tokens, self.history, start=words(self.events_) - 1)

    def _parts(self, X: Codes) -> Floats:
        """Give the parts of each score, one column an event and one more; the end's stands after the last event."""
        network = revived(self._network, self.weights_)
        made = np.zeros((len(X), X.shape[1] + 1))
        for rows in _by_length(X):
            width = int(lengths_of(X[rows]).max())
            surprise = self._surprises(network, X[rows, : max(width, 1)])
            made[rows[:, None], np.arange(surprise.shape[1])] = self._pooled(surprise, lengths_of(X[rows]) + 1)
        return made

    def _surprises(self, network: Any, X: Codes) -> Floats:
        """Give the surprise of each event and of the end; 0 after it."""
        torch = need("torch", extra="deep")
        tokens = tokens_of(X, self.events_)
        whole = self._cut(tokens)
        kinds, kind = whole.distinct()
        told = np.zeros((len(kinds), whole.inputs.shape[1]))
        with settled(), torch.inference_mode():
            for rows, batch in _batches(whole, kinds):
                told[rows, : batch.inputs.shape[1]] = self._surprise(network, batch).numpy()
        stretch, spot = np.nonzero(whole.counted)
        made = np.zeros((len(X), X.shape[1] + 1))
        made[whole.owner[stretch], whole.begin[stretch] + spot] = told[kind[stretch], spot]
        return made

    def _score(self, X: Codes) -> Floats:
        first, place = distinct_codes(X)
        return np.asarray(self._parts(X[first]).sum(axis=1)[place])

    def contributions(self, X: Any) -> Floats:
        """Give each event's part of the score, shape as ``X``; they add up to it.

        The end's part stands in the first empty place, or is the last event's where there is none.
        """
        self.require_fitted()
        codes = checked_sequences(X)
        parts = self._parts(codes)
        made: Floats = np.zeros(np.asarray(X).shape, dtype=np.float64)
        if made.shape[1] < parts.shape[1]:
            parts[:, -2] += parts[:, -1]
            parts = parts[:, :-1]
        made[:, : parts.shape[1]] = parts
        return made


def nats(logarithms: Any, targets: Any) -> Any:
    """Give -ln of the chance of each target, between 0 and ``MOST``; an unseen one has ``NEVER``."""
    torch = need("torch", extra="deep")
    chance = logarithms.gather(-1, targets[..., None])[..., 0]
    return torch.where(targets == UNSEEN, NEVER, (-chance).clamp(0.0, MOST))


def _batches(whole: Stretches, kinds: Ints) -> Iterator[tuple[Ints, Batch]]:
    """Give distinct stretches, those of like sizes together, and which of ``kinds`` they are."""
    order = np.argsort(whole.sizes[kinds], kind="stable")
    for start in range(0, len(order), AT_ONCE):
        rows = order[start : start + AT_ONCE]
        yield rows, whole.batch(kinds[rows])


def _by_length(X: Codes) -> Iterator[Ints]:
    """Give the rows, those of like lengths together, so many that they have about ``CELLS`` events."""
    lengths = lengths_of(X)
    order = np.argsort(lengths, kind="stable")
    filled = np.cumsum(lengths[order] + 1) // CELLS
    yield from np.split(order, np.flatnonzero(np.diff(filled)) + 1)
