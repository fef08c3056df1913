"""How good a detector is on windows that it did not learn: by labels, by attack types left out, or without labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from oddline.core.errors import BadData
from oddline.detectors.base import Detector
from oddline.detectors.best_of import made_up

Rows = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
How = Literal["time", "types", "unlabelled"]

TAUGHT = 0.7
"""The share of the windows, the first ones, that teach where time decides."""

KEPT = 0.2
"""The share of the normal windows that no detector learns where types decide."""

STABILITY = 0.2
"""How much agreement of two halves counts beside telling made-up oddities apart."""


@dataclass(frozen=True)
class Labelled:
    """Windows to learn from and to be judged: a matrix, and the class of each (``normal`` or what is odd about it).

    ``classes`` is None where nobody knows.
    """

    X: npt.NDArray[Any]
    classes: npt.NDArray[Any] | None = None
    normal: str = "normal"

    @property
    def odd(self) -> Truth:
        """Which windows are odd, as far as is known."""
        if self.classes is None:
            return np.zeros(len(self.X), dtype=bool)
        return np.asarray(self.classes != self.normal)


@dataclass(frozen=True)
class Split:
    """The windows that teach, those that are judged, and what is told of the latter in words."""

    learn: Rows
    judge: Rows
    name: str


def splits(data: Labelled, how: How, seed: int) -> list[Split]:
    """Cut windows into those that teach and those that are judged.

    ``time``: the first seven tenths teach. ``types``: each kind of oddity in turn is judged beside held-back normal
    windows, and nobody learns of it: what was found was never shown.

    Raises
    ------
    BadData
        If there is nothing odd to judge by.
    """
    rows = np.arange(len(data.X))
    odd = data.odd
    if how == "time":
        cut = int(TAUGHT * len(rows))
        judged = rows[cut:]
        if not odd[judged].any() or odd[judged].all():
            raise BadData(
                "the last three tenths of the windows are all of one kind",
                expected="normal and odd windows among them",
                hint="--validation types, or --validation unlabelled",
            )
        return [Split(rows[:cut], judged, "time")]
    kinds = sorted({str(kind) for kind in (data.classes[odd] if data.classes is not None else [])})
    if not kinds:
        raise BadData("no window is odd by its label", expected="labels", hint="--validation unlabelled")
    normal = np.random.default_rng(seed).permutation(rows[~odd])
    kept = np.sort(normal[: max(1, int(KEPT * len(normal)))])
    taught = np.setdiff1d(rows, kept)
    assert data.classes is not None
    found = []
    for kind in kinds:
        of_kind = data.classes == kind
        found.append(Split(taught[~of_kind[taught]], np.concatenate([kept, rows[of_kind]]), kind))
    return found


def validated(make: Callable[[], Detector], data: Labelled, how: How, seed: int) -> dict[str, float]:
    """Judge a detector; ``value`` is what is to be as large as possible, between 0 and 1, the rest explains it."""
    if how == "unlabelled":
        return _unlabelled(make, data, seed)
    # By time the share of odd windows is the real one. A type has a few rows or thousands: only ROC compares them.
    metric = average_precision_score if how == "time" else roc_auc_score
    told = {split.name: _judged(make(), data, split, metric) for split in splits(data, how, seed)}
    return {"value": float(np.mean(list(told.values()))), **told}


def _judged(detector: Detector, data: Labelled, split: Split, metric: Callable[..., float]) -> float:
    odd = data.odd
    if detector.supervised:
        if not odd[split.learn].any():
            raise BadData("nothing odd to learn from", expected="a second kind of oddity, or an earlier odd window")
        detector.fit(data.X[split.learn], odd[split.learn])
    else:
        detector.fit(data.X[split.learn[~odd[split.learn]]])
    return float(metric(odd[split.judge], detector.anomaly_score(data.X[split.judge])))


def _unlabelled(make: Callable[[], Detector], data: Labelled, seed: int) -> dict[str, float]:
    """Judge without labels: made-up oddities told from held-back windows, and two halves that agree.

    The halves are those of M. Goswami et al., "Unsupervised model selection for time-series anomaly detection",
    ICLR 2023 (agreement as a proxy); the made-up oddities see :mod:`oddline.detectors.best_of`.
    """
    normal = np.random.default_rng(seed).permutation(np.flatnonzero(~data.odd))
    if len(normal) < 10:
        raise BadData(f"{len(normal)} windows to choose by", expected="ten at least")
    first, second, kept = (
        np.sort(part) for part in np.array_split(normal, [int(0.4 * len(normal)), int(0.8 * len(normal))])
    )
    detector = make()
    odd = made_up(data.X[kept], data.X[first], seed, sequence=detector.consumes == "sequence")
    detector.fit(data.X[first])
    usual = detector.anomaly_score(data.X[kept])
    truth = np.repeat([False, True], [len(kept), len(odd)])
    apart = float(roc_auc_score(truth, np.concatenate([usual, detector.anomaly_score(odd)])))
    other = make().fit(data.X[second]).anomaly_score(data.X[kept])
    agreement = 1.0 if np.ptp(usual) == 0 and np.ptp(other) == 0 else float(np.nan_to_num(spearmanr(usual, other)[0]))
    value = (1.0 - STABILITY) * apart + STABILITY * max(agreement, 0.0)
    return {"value": value, "told apart": apart, "agreement": agreement}


def names(told: dict[str, float]) -> Iterator[str]:
    """List what was measured beside the value."""
    return (name for name in told if name != "value")
