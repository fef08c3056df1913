"""Detectors that go on learning: ``partial_fit``, with memory that does not grow.

A stream comes in chunks of any size, and how it was cut must not matter. So rows wait until a whole chunk
of the detector's own size is there, and what was learnt is a function of the rows and their order alone.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils import check_random_state

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

_OF_THE_INPUT = ("n_features_in_", "feature_names_in_")
"""What scikit-learn keeps of the input's columns: it stays when all else is forgotten."""


class OnlineDetector(Detector):
    """Learns from a stream. Write ``_partial_fit`` and ``_score``; ``fit`` starts anew, ``partial_fit`` goes on."""

    online: ClassVar[bool] = True

    @abstractmethod
    def _partial_fit(self, X: Floats) -> None:
        """Learn from float64 ``X`` besides what was learnt before, if anything was."""

    def _fit(self, X: Floats) -> None:
        self._forget()
        self._partial_fit(X)

    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Go on learning from further rows; the first call is a ``fit``."""
        checked = self._checked(X, reset=not hasattr(self, "n_features_in_"))
        self._partial_fit(checked)
        self.offset_ = -float(np.quantile(self._score(checked), 0.99))
        return self

    def _forget(self) -> None:
        for name in self.state():
            if name not in _OF_THE_INPUT:
                delattr(self, name)


class ByChunks(OnlineDetector):
    """Learns whole chunks of ``chunk_size`` rows. Write ``_learn`` and ``_score``.

    Until the first chunk is whole, what is there of it serves.
    """

    chunk_size: int

    rows_: Floats
    """Rows that wait for their chunk to be whole."""
    chunks_: int
    """Whole chunks so far."""

    @abstractmethod
    def _learn(self, rows: Floats, number: int) -> None:
        """Learn one chunk, the ``number``-th from 0."""

    def _remembers(self) -> int | None:
        """Give how many of the last chunks decide what is known; None if all have a say."""
        return None

    def _partial_fit(self, X: Floats) -> None:
        size = self.chunk_size
        if size < 2:
            raise UsageError(f"chunk_size is {size}", expected="2 rows or more")
        done = getattr(self, "chunks_", 0)
        rows = np.concatenate([self.rows_, X]) if hasattr(self, "rows_") else X
        whole = len(rows) // size
        if not done:
            self._forget()  # what was learnt from a part of the first chunk
        memory = self._remembers()
        for place in range(0 if memory is None else max(0, whole - memory), whole):
            self._learn(rows[place * size : (place + 1) * size], done + place)
        if not done and not whole:
            self._learn(rows, 0)
        self.chunks_ = done + whole
        self.rows_ = rows[whole * size :].copy()


def generator(random_state: Any, number: int) -> np.random.Generator:
    """Give the chances of one chunk: a seed gives the same ones whatever happened before.

    Examples
    --------
    >>> float(generator(7, 3).random()) == float(generator(7, 3).random())
    True
    """
    if isinstance(random_state, int | np.integer):
        return np.random.default_rng([int(random_state), number])
    return np.random.default_rng(check_random_state(random_state).randint(np.iinfo(np.int32).max))
