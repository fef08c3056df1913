"""One loop that trains every neural detector: seeded, with a held-out part that says when to stop, and resumable.

All randomness of an epoch comes from the seed and the number of the epoch, so a run that was cut off goes on as if
nothing had happened. Everything runs in one thread: networks of this size gain nothing from a second one, and
sums are always taken in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.errors import UsageError
from oddline.core.optional import need
from oddline.core.telemetry import advance
from oddline.detectors import _checkpoint

Ints = npt.NDArray[np.int64]
Weights = dict[str, npt.NDArray[np.float32]]
"""A network's numbers by name, as a bundle carries them."""

Loss = Callable[[Any, Ints], tuple[Any, float]]
"""Given a network and rows: the sum of their losses (a tensor), and the sum of their weights."""

CLIP = 1.0
"""The longest gradient; longer ones, which recurrent networks have now and then, are shortened to it."""

GAIN = 1e-4
"""The share by which the held-out loss must fall to count as better."""

FEWEST_TO_HOLD_OUT = 8
"""With fewer rows than this none is held out; then all of them say when to stop."""


@dataclass(frozen=True)
class Course:
    """How to train: what the parameters of a detector say.

    ``held_out`` is the share of the rows that the network does not learn from. Training stops when their loss
    has not fallen for ``patience`` epochs, and the network is the one that had the lowest.

    Raises
    ------
    UsageError
        If a number makes no sense.
    """

    epochs: int
    batch: int
    rate: float
    patience: int
    seed: int
    checkpoint: str | None = None
    held_out: float = 0.15

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch", 1), ("patience", 1), ("seed", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or int(value) != value or value < least:
                raise UsageError(f"{name}={value!r}", expected=f"a whole number of {least} or more")
        if not 0.0 < self.rate < 1.0:
            raise UsageError(f"rate={self.rate!r}", expected="a learning rate between 0 and 1, such as 0.005")


@dataclass
class Standing:
    """Where a run is: what a checkpoint holds besides the network and its optimiser."""

    epoch: int = 0
    best: float = float("inf")
    waited: int = 0
    kept: dict[str, Any] = field(default_factory=dict)
    """The network that had the lowest held-out loss."""

    def judge(self, loss: float, network: Any) -> None:
        """Keep the network if it is better than all before it."""
        if loss < self.best - GAIN * abs(self.best) or not self.kept:
            self.best, self.waited = loss, 0
            self.kept = {name: tensor.clone() for name, tensor in network.state_dict().items()}
        else:
            self.waited += 1


def train(build: Callable[[], Any], loss: Loss, sizes: Ints, course: Course, *, mark: str = "") -> Weights:
    """Train a network and give its weights.

    Parameters
    ----------
    build
        Makes the untrained network; its first weights come from the seed.
    loss
        The loss of some rows. While the network trains it may draw random numbers from torch; when it is asked
        for held-out rows, these are the same ones each time.
    sizes
        The size of each row; rows of about one size are taken together.
    course
        How to train.
    mark
        Parameters and data in one hash (:func:`oddline.detectors._checkpoint.mark_of`); a checkpoint of another
        mark is begun anew.
    """
    torch = need("torch", extra="deep")
    with settled(course.seed):
        network = build()
        optimizer = torch.optim.Adam(network.parameters(), lr=course.rate)
        learnt, asked = _split(len(sizes), course)
        standing = Standing()
        if course.checkpoint is not None:
            _checkpoint.restore(course.checkpoint, mark, network, optimizer, standing)
        while standing.epoch < course.epochs and standing.waited < course.patience:
            random = np.random.default_rng((course.seed, standing.epoch))
            torch.default_generator.manual_seed(int(random.integers(2**62)))
            network.train()
            batches = list(_batches(learnt, sizes, course.batch, random))
            for done, rows in enumerate(batches):
                _step(torch, network, optimizer, loss, rows)
                advance((standing.epoch + done / len(batches)) / course.epochs)
            torch.default_generator.manual_seed(course.seed)
            standing.judge(_held_out_loss(torch, network, loss, asked, sizes, course.batch), network)
            standing.epoch += 1
            if course.checkpoint is not None:
                _checkpoint.save(course.checkpoint, mark, network, optimizer, standing)
        advance(1.0)
    return {name: tensor.numpy() for name, tensor in standing.kept.items()}


def revived(build: Callable[[], Any], weights: Weights) -> Any:
    """Give a trained network that is ready to score, in double precision.

    In single precision a row alone would have another score than in company, by more than a hair.
    """
    torch = need("torch", extra="deep")
    with torch.device("meta"):
        network = build()
    # What a bundle loads may be read-only, which torch warns of; astype makes a copy.
    numbers = {name: torch.from_numpy(value.astype(np.float64)) for name, value in weights.items()}
    network.load_state_dict(numbers, assign=True)
    network.requires_grad_(False)
    return network.eval()


@contextmanager
def settled(seed: int = 0) -> Iterator[None]:
    """Run torch in one thread, by its deterministic algorithms, with a seed; everything is as before afterwards."""
    torch = need("torch", extra="deep")
    threads = torch.get_num_threads()
    strict, only_warns = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )
    with torch.random.fork_rng(devices=[]):
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True)
        torch.default_generator.manual_seed(seed)
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(strict, warn_only=only_warns)
            torch.set_num_threads(threads)


def _split(rows: int, course: Course) -> tuple[Ints, Ints]:
    """Choose the rows to learn from and those that are held out."""
    if rows < FEWEST_TO_HOLD_OUT:
        return np.arange(rows), np.arange(rows)
    order = np.random.default_rng(course.seed).permutation(rows)
    first = max(int(rows * course.held_out), 1)
    return np.sort(order[first:]), np.sort(order[:first])


def _batches(rows: Ints, sizes: Ints, batch: int, random: np.random.Generator) -> Iterator[Ints]:
    """Give the rows in batches of like sizes, in a random order."""
    shuffled = random.permutation(rows)
    alike = shuffled[np.argsort(sizes[shuffled], kind="stable")]
    starts = np.arange(0, len(alike), batch)
    for start in random.permutation(starts):
        yield alike[start : start + batch]


def _step(torch: Any, network: Any, optimizer: Any, loss: Loss, rows: Ints) -> None:
    total, weight = loss(network, rows)
    optimizer.zero_grad()
    (total / max(weight, 1e-12)).backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
    optimizer.step()


def _held_out_loss(torch: Any, network: Any, loss: Loss, rows: Ints, sizes: Ints, batch: int) -> float:
    network.eval()
    ordered = rows[np.argsort(sizes[rows], kind="stable")]
    total = weight = 0.0
    with torch.inference_mode():
        for start in range(0, len(ordered), batch):
            more, heavier = loss(network, ordered[start : start + batch])
            total, weight = total + float(more), weight + heavier
    return total / max(weight, 1e-12)
