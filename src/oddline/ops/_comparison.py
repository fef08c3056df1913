"""Several files of scored windows against the same labels: a row each, and what does not compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from oddline.core.errors import UsageError
from oddline.ops._labels import Labels
from oddline.ops._matching import Matched, matched
from oddline.ops._scored import Scored, read_scored
from oddline.ops.evaluate import Evaluation, evaluate
from oddline.outputs._words import counted


@dataclass(frozen=True)
class Asked:
    """How to measure, see :func:`oddline.ops.evaluate.evaluate`.

    ``distinct`` names the column in which windows that are alike agree.
    """

    normal: str | None = None
    by_class: bool = False
    budget: int = 20
    bootstrap: int = 0
    block: int = 0
    seed: int = 0
    distinct: str | None = None


@dataclass(frozen=True)
class Comparison:
    """One row a file, ready for JSON; ``notes`` say what was left out, and what does not compare."""

    rows: tuple[dict[str, Any], ...]
    normal: str
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the object that ``oddline evaluate --json`` prints."""
        return {"name": "evaluate", "normal": self.normal, "notes": list(self.notes), "rows": list(self.rows)}


def compare(paths: Sequence[Path], labels: Labels, asked: Asked) -> Comparison:
    """Hold each file against the labels.

    Raises
    ------
    UsageError
        If a file is named twice.
    BadData
        If a file or the labels cannot be used.
    """
    if len(set(paths)) < len(paths):
        raise UsageError("a file is named twice", expected="each once")
    every = [read_scored(path, asked.distinct) for path in paths]
    names = _names(every, paths)
    rows, notes = [], list[str]()
    for scored, name in zip(every, names, strict=True):
        pairs = matched(scored, labels, asked.normal)
        told = {"unlabelled": pairs.unlabelled, "unmatched": pairs.unmatched}
        who = {"detector": name, "supervised": scored.supervised}
        rows.append(who | judged(pairs, asked).row() | told | scored.told())
        notes += _left_out(pairs, labels, name if len(every) > 1 else "")
    measured = {(row["windows"], row["odd"]) for row in rows}
    if len(measured) > 1:
        notes.append("the files do not hold the same windows: their rows do not compare")
    return Comparison(tuple(rows), pairs.normal, tuple(dict.fromkeys(notes)))


def judged(pairs: Matched, asked: Asked) -> Evaluation:
    """Hold the rows that have a label against it."""
    frame = pairs.frame
    # A session is an incident of its own: its neighbours in the list are other sessions.
    incident = frame["incident"] if frame["incident"].count() or not pairs.sessions else frame["key"]
    return evaluate(
        frame["odd"].to_numpy(),
        frame["surprise"].to_numpy(),
        frame["anomaly"].to_numpy(),
        classes=frame["label"].to_numpy() if asked.by_class else None,
        times=frame["ts"].dt.replace_time_zone(None).to_numpy(),
        keys=frame[asked.distinct].cast(pl.String).fill_null("").to_numpy() if asked.distinct else None,
        incidents=incident.fill_null("").to_numpy() if incident.count() else None,
        groups=frame["source"].cast(pl.Categorical).to_physical().to_numpy(),
        budget=asked.budget,
        bootstrap=asked.bootstrap,
        block=asked.block,
        seed=asked.seed,
    )


def _names(every: Sequence[Scored], paths: Sequence[Path]) -> list[str]:
    """Name each file by its detector, if that is known and tells them apart; else as the file, or its whole path."""
    for names in ([scored.detector for scored in every], [scored.name for scored in every]):
        if all(names) and len(set(names)) == len(names):
            return [str(name) for name in names]
    return [str(path) for path in paths]


def _left_out(pairs: Matched, labels: Labels, name: str) -> list[str]:
    """Say what had no counterpart: nothing is left out in silence."""
    of = f"{name}: " if name else ""
    notes = []
    if pairs.unlabelled:
        whole = pairs.frame.height + pairs.unlabelled
        notes.append(f"{of}no label for {pairs.unlabelled:,} of {whole:,} rows: left out")
    if pairs.unmatched:
        notes.append(f"{of}no row for {counted(pairs.unmatched, 'label')} of {labels.name}")
    if labels.listed:
        notes.append(f"what {labels.name} does not list counts as normal")
    return notes
