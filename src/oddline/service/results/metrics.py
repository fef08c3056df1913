"""How good the verdicts of a scan are, held against labels."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from oddline.core.errors import UsageError
from oddline.ops._comparison import Asked, judged
from oddline.ops._labels import Labels
from oddline.ops._matching import Matched, matched
from oddline.ops._scored import COLUMNS, Scored
from oddline.outputs._hostile import terminal
from oddline.outputs._words import counted
from oddline.service.results._baselines import Baseline, baselines
from oddline.service.results._curves import Curve, precision_recall, roc
from oddline.service.results._scan import Scan

BUDGET = 20
"""So many highest scores are looked at for the figures at a budget."""

SHOWN = 200
"""Characters of a label."""


@dataclass(frozen=True)
class Confusion:
    """Rows by what is true and what was said: found, missed, false alarms, rightly quiet."""

    hits: int
    misses: int
    false_alarms: int
    passed: int


@dataclass(frozen=True)
class ClassFigures:
    """One label: how many rows have it, and how many of them were called odd."""

    name: str
    odd: bool
    rows: int
    flagged: int
    recall: float | None
    false_alarm_rate: float | None


@dataclass(frozen=True)
class Metrics:
    """What verdicts are worth. ``figures`` are those of :class:`oddline.ops.evaluate.Evaluation`, 0 to 1 or counts.

    ``notes`` say what was left out. The threshold was chosen without these labels, which are read once.
    """

    rows: int
    odd: int
    normal_label: str
    unlabelled: int
    unmatched: int
    notes: tuple[str, ...]
    figures: dict[str, float | None]
    confusion: Confusion
    roc: Curve
    precision_recall: Curve
    by_class: tuple[ClassFigures, ...]
    baselines: tuple[Baseline, ...]


def kept(scan: Scan) -> Metrics | None:
    """Give the metrics that were measured when the scan was left."""
    if not scan.summary.labelled:
        return None
    told = json.loads((scan.folder / "metrics.json").read_text(encoding="utf-8"))
    parts: dict[str, Any] = dict(told)
    parts["notes"], parts["confusion"] = tuple(told["notes"]), Confusion(**told["confusion"])
    for name in ("roc", "precision_recall"):
        curve = told[name]
        parts[name] = Curve(tuple(curve["x"]), tuple(curve["y"]), curve["cut_x"], curve["cut_y"])
    parts["by_class"] = tuple(ClassFigures(**one) for one in told["by_class"])
    parts["baselines"] = tuple(Baseline(**one) for one in told["baselines"])
    return Metrics(**parts)


def measured(scan: Scan, labels: Labels, normal: str | None = None, budget: int = BUDGET) -> Metrics:
    """Hold the verdicts of a scan against labels.

    Raises
    ------
    UsageError
        If the budget is none.
    BadData
        If labels match no row, or nobody can tell which of them is normal.
    """
    return _measured(scan, _matched(scan, labels, normal), labels, budget)


def keep(scan: Scan, labels: Labels, normal: str | None) -> None:
    """Measure, and write the label of each row and the metrics to the scan's other files."""
    pairs = _matched(scan, labels, normal)
    metrics = _measured(scan, pairs, labels, BUDGET)
    names = pairs.frame["label"].unique().sort().to_list()
    code, odd = np.full(scan.rows, -1, dtype=np.int32), np.full(scan.rows, -1, dtype=np.int8)
    rows = pairs.frame["row"].to_numpy()
    code[rows] = pairs.frame["label"].replace_strict(names, range(len(names)), return_dtype=pl.Int32).to_numpy()
    odd[rows] = pairs.frame["odd"].to_numpy()
    np.save(scan.folder / "label.npy", code)
    np.save(scan.folder / "odd.npy", odd)
    (scan.folder / "labels.json").write_text(json.dumps(names), encoding="utf-8")
    (scan.folder / "metrics.json").write_text(json.dumps(asdict(metrics), allow_nan=False), encoding="utf-8")


def _matched(scan: Scan, labels: Labels, normal: str | None) -> Matched:
    frame = pl.read_parquet(scan.folder / "scored.parquet", columns=list(COLUMNS))
    frame = frame.with_columns(pl.col(name).cast(kind) for name, kind in COLUMNS.items())
    frame = frame.with_columns(pl.col("key").replace("", None), pl.col("surprise").fill_null(0.0))
    return matched(Scored(scan.summary.name, frame), labels, normal)


def _measured(scan: Scan, pairs: Matched, labels: Labels, budget: int) -> Metrics:
    if budget < 1:
        raise UsageError(f"a budget of {budget}", expected="1 or more")
    told = judged(pairs, Asked(by_class=True, budget=budget))
    odd, surprise = pairs.frame["odd"].to_numpy(), pairs.frame["surprise"].to_numpy()
    hits, alarms = told.hits or 0, told.false_alarms or 0
    return Metrics(
        rows=told.windows,
        odd=told.odd,
        normal_label=terminal(pairs.normal, SHOWN),
        unlabelled=pairs.unlabelled,
        unmatched=pairs.unmatched,
        notes=_notes(pairs, labels),
        figures={name: value for name, value in told.row().items() if name not in {"by_class", "intervals"}},
        confusion=Confusion(hits, told.odd - hits, alarms, told.windows - told.odd - alarms),
        roc=roc(odd, surprise, told),
        precision_recall=precision_recall(odd, surprise, told),
        by_class=tuple(_class(one) for one in told.by_class),
        baselines=baselines(scan, pairs.frame["row"].to_numpy(), odd, told),
    )


def _class(told: dict[str, Any]) -> ClassFigures:
    name = terminal(told["class"], SHOWN)
    flagged, recall, rate = told["flagged"], told["recall"], told["false_alarm_rate"]
    return ClassFigures(name, told["odd"], told["windows"], flagged, recall, rate)


def _notes(pairs: Matched, labels: Labels) -> tuple[str, ...]:
    notes = []
    if pairs.unlabelled:
        notes.append(f"no label for {counted(pairs.unlabelled, 'row')}: left out")
    if pairs.unmatched:
        notes.append(f"no row for {counted(pairs.unmatched, 'label')}")
    if labels.listed:
        notes.append("what the list does not hold counts as normal")
    return tuple(notes)
