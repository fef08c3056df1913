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
from sklearn.metrics import average_precision_score, roc_auc_score

from oddline.core import folder
from oddline.core.errors import OddlineError
from oddline.core.nouns import Floats
from oddline.drivers.batch import read_records
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset

Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """Records to learn from, records to judge, and which windows of the latter are odd.

    ``truth`` is asked for the keys of the windows; ``changes`` are those of the preset.
    """

    preset: str
    learn: pl.DataFrame
    judge: pl.DataFrame
    truth: Callable[[pl.Series], Truth]
    changes: dict[str, Any] = field(default_factory=dict)


def detectors(kinds: tuple[str, ...] = ("table", "sequence")) -> Iterator[str]:
    """List the detectors that learn from normal windows of these kinds, found by walking their folder."""
    for name in folder.plugins("detectors"):
        try:
            built = folder.load("detectors", name)()
            if built.consumes in kinds and not built.supervised and not built.feature:
                yield name
        except OddlineError:
            continue


def sequences(path: Path) -> pl.DataFrame:
    """Read a file of one session a line."""
    return read_records([str(path)], format="event_sequences").records


def measured(split: Split, detector: str, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """Learn, judge once, and give the row of the table; a detector that cannot says why in place of figures."""
    named = {"detector": detector, "supervised": False}
    try:
        pipeline = Pipeline(**preset(split.preset, detector=detector, settings=settings, **split.changes))
        started = perf_counter()
        pipeline.fit(split.learn)
        fitted = perf_counter()
        windows, surprise, cut = pipeline.surprise(split.judge)
    except (OddlineError, ValueError) as error:
        return {**named, "failed": str(error)[:200]}
    told = {"fit_seconds": round(fitted - started, 3), "seconds": round(perf_counter() - fitted, 3)}
    return named | figures(split.truth(windows.frame["key"]), surprise, surprise >= cut.cut) | told


def figures(truth: Truth, scores: Floats, flagged: Truth) -> dict[str, Any]:
    """Compare what was flagged with what is odd; fractions from 0 to 1, None where there is nothing to divide."""
    hits, alarms = int((flagged & truth).sum()), int((flagged & ~truth).sum())
    odd, normal = int(truth.sum()), int((~truth).sum())
    both = 0 < odd < len(truth)
    return {
        "precision": _share(hits, hits + alarms),
        "recall": _share(hits, odd),
        "f1": _share(2 * hits, hits + alarms + odd),
        "accuracy": _share(hits + normal - alarms, len(truth)),
        "false_alarm_rate": _share(alarms, normal),
        "roc_auc": round(float(roc_auc_score(truth, scores)), 4) if both else None,
        "pr_auc": round(float(average_precision_score(truth, scores)), 4) if both else None,
    }


def best_f1(truth: Truth, scores: Floats) -> float:
    """Give the best F1 of any cut, which only who knows the answers could choose: how well the order is at best."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    last = np.append(np.diff(scores[order]) != 0, True)
    return round(float((2 * hits / (np.arange(1, len(order) + 1) + truth.sum()))[last].max()), 4)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
