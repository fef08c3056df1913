"""What the benchmarks of sessions share: which detectors there are, how one is measured, what is trivial."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core import folder
from oddline.core.errors import OddlineError
from oddline.core.nouns import Floats
from oddline.core.schema import EVENTS
from oddline.drivers.batch import read_records
from oddline.ops.evaluate import evaluate
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import PRESETS, preset

Truth = npt.NDArray[np.bool_]


FIGURES = ("precision", "recall", "f1", "accuracy", "false_alarm_rate", "roc_auc", "pr_auc")

CUT = 2.5
"""The surprise from which on a session is odd where nothing else is said: that of one in 316 held-back ones."""


@dataclass(frozen=True)
class Split:
    """Records to learn from, records to judge, and which windows of the latter are odd.

    ``truth`` is asked for the keys of the windows; ``changes`` are those of the preset. ``distinct`` also measures
    on each distinct list of events once: it is odd if most of its sessions are.
    """

    preset: str
    learn: pl.DataFrame
    judge: pl.DataFrame
    truth: Callable[[pl.Series], Truth]
    changes: dict[str, Any] = field(default_factory=dict)
    distinct: bool = False

    @property
    def alone(self) -> bool:
        """Tell whether a log is held against itself: then the cut is always that of the product."""
        return self.learn is self.judge

    def cut(self, chosen: float) -> float:
        """Give the cut: the threshold's own if the split or its preset names one, else the same for all."""
        return chosen if "threshold" in PRESETS[self.preset] | self.changes else CUT


def detectors(*, ordered: bool = True, neural: bool = True, levels: bool = False) -> Iterator[str]:
    """List the detectors of sessions, found by walking their folder: all that learn from normal windows.

    Where the data have no order, those that look at nothing else are left out; neural ones where they take minutes;
    what levels of lines say where lines have none.
    """
    features = {"", "session_signals", "presence", "departures"} | ({"declared"} if levels else set())
    for name in folder.plugins("detectors"):
        try:
            built = folder.load("detectors", name)()
            suits = built.feature in features and (ordered or built.consumes == "table")
            suits = suits and (neural or built.needs != "deep")
            if suits and not built.supervised and not built.calibrated:
                yield name
        except OddlineError:
            continue


def sequences(path: Path) -> pl.DataFrame:
    """Read a file of one session a line."""
    return read_records([str(path)], format="event_sequences").records


def measured(split: Split, detector: str, name: str = "", settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """Learn, judge once, and give the row of the table; a detector that cannot says why in place of figures."""
    named = {"detector": name or detector, "supervised": False}
    try:
        pipeline = Pipeline(**preset(split.preset, detector=detector, settings=settings, **split.changes))
        started = perf_counter()
        if split.alone:
            scored = pipeline.fit_detect(split.judge).scored
            told = {"seconds": round(perf_counter() - started, 3)}
            keys, surprise, flagged = scored["key"], scored["surprise"].to_numpy(), scored["anomaly"].to_numpy()
            return named | _judged(split, keys, surprise, flagged) | told
        pipeline.fit(split.learn)
        fitted = perf_counter()
        windows, surprise, cut = pipeline.surprise(split.judge)
    except (OddlineError, ValueError) as error:
        return {**named, "failed": str(error)[:200]}
    told = {"fit_seconds": round(fitted - started, 3), "seconds": round(perf_counter() - fitted, 3)}
    return named | _judged(split, windows.frame["key"], surprise, surprise >= split.cut(cut.cut)) | told


def trivial(split: Split) -> Iterator[dict[str, Any]]:
    """Measure what needs no thought: everything is odd; odd by length; an event that training did not have.

    The cut of the length is that of the detectors: what one training session in 316 exceeds.
    """
    parts = {"feature": "counts", "detector": "mahalanobis"} | ({"held_back": 0.0} if split.alone else {})
    pipeline = Pipeline(**(preset(split.preset, **split.changes) | parts))
    pipeline.fit(split.learn)
    learnt = pipeline.transform(split.learn)[1]
    windows, judged = pipeline.transform(split.judge)
    keys = windows.frame["key"]
    lengths, longest = judged.whole().sum(axis=1), np.quantile(learnt.whole().sum(axis=1), 1 - 10**-CUT)
    unseen = judged.whole()[:, -1]
    for name, scores, flagged in (
        ("flag everything (trivial)", np.ones(len(keys)), np.ones(len(keys), dtype=bool)),
        ("length (trivial)", lengths, lengths > longest),
        ("unseen event (trivial)", unseen, unseen > 0),
    ):
        yield {"detector": name, "supervised": False} | _judged(split, keys, scores.astype(np.float64), flagged)


def _judged(split: Split, keys: pl.Series, scores: Floats, flagged: Truth) -> dict[str, Any]:
    truth = split.truth(keys)
    told = figures(truth, scores, flagged) | {"best_f1": best_f1(truth, scores)}
    if split.distinct:
        lists = split.judge[EVENTS].hash().to_numpy()
        _, first, place = np.unique(lists, return_index=True, return_inverse=True)
        odd = np.bincount(place.ravel(), weights=truth) / np.bincount(place.ravel()) > 0.5
        told["f1_distinct"] = figures(odd, scores[first], flagged[first])["f1"]
    return told


def figures(truth: Truth, scores: Floats, flagged: Truth) -> dict[str, Any]:
    """Give the figures of a table's row: those of :func:`~oddline.ops.evaluate.evaluate` that every table has."""
    told = evaluate(truth, scores, flagged)
    return {name: _rounded(getattr(told, name)) for name in FIGURES}


def best_f1(truth: Truth, scores: Floats) -> float | None:
    """Give the best F1 of any cut, which only who knows the answers could choose: how well the order is at best."""
    return _rounded(evaluate(truth, scores).oracle_f1)


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
