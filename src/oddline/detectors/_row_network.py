"""What neural detectors of rows have in common: columns in units of their own spread, and training on distinct rows."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from oddline.core.nouns import Floats
from oddline.core.optional import need
from oddline.detectors._checkpoint import mark_of
from oddline.detectors._distinct import distinct_rows
from oddline.detectors._scales import learn_scale
from oddline.detectors._standard import clipped, shown, usual_errors
from oddline.detectors._training import Course, Ints, train
from oddline.detectors.base import Detector


class RowNetwork(Detector):
    """A network that writes rows anew: write ``_network``, ``_losses``, ``_asked`` and ``_errors``.

    The parameters of the training are read from the detector's own: epochs, batch, rate, patience, random_state and
    checkpoint.
    """

    needs: ClassVar[str] = "deep"

    epochs: int
    batch: int
    rate: float
    patience: int
    checkpoint: str | None
    random_state: Any

    @abstractmethod
    def _network(self, columns: int) -> Any:
        """Build the network, untrained."""

    @abstractmethod
    def _losses(self, network: Any, cells: Any) -> Any:
        """Give what each row costs in training."""

    @abstractmethod
    def _asked(self, network: Any, cells: Any) -> Any:
        """Give what the trained network says of rows."""

    @abstractmethod
    def _errors(self, X: Floats) -> Floats:
        """Give how far each cell is from what the network makes of it, in standard deviations."""

    def _fit(self, X: Floats) -> None:
        torch = need("torch", extra="deep")
        course = Course(self.epochs, self.batch, self.rate, self.patience, int(self.random_state or 0), self.checkpoint)
        self.location_, self.scale_ = learn_scale(X)
        rows, place = distinct_rows(clipped(X, self.location_, self.scale_)[0])
        cells = torch.from_numpy(rows.astype(np.float32))
        times = torch.from_numpy(np.bincount(place).astype(np.float32))

        def loss(network: Any, chosen: Ints) -> tuple[Any, float]:
            losses = self._losses(network, cells[chosen])
            return (losses * times[chosen]).sum(), float(times[chosen].sum())

        self.weights_ = train(
            lambda: self._network(X.shape[1]),
            loss,
            np.ones(len(rows), dtype=np.int64),
            course,
            mark=mark_of(self.get_params(), X),
        )
        self.usual_ = usual_errors(self._errors(X)[:, : X.shape[1]])

    def _told(self, X: Floats) -> tuple[Floats, Floats, Floats]:
        """Give the cells within reach, by how much each is beyond it, and what the network says of them."""
        near, beyond = clipped(X, self.location_, self.scale_)
        return near, beyond, shown(lambda: self._network(X.shape[1]), self.weights_, near, self._asked)
