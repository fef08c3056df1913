"""Trivial rules on the same rows, which any detector should beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.ops._metrics import known
from oddline.ops.evaluate import Evaluation, evaluate
from oddline.service.results._scan import Scan

Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Baseline:
    """What a trivial rule reaches on the same rows: any detector should beat it."""

    name: str
    words: str
    flagged: int
    precision: float | None
    recall: float | None
    f1: float | None
    roc_auc: float | None
    pr_auc: float | None


def baselines(scan: Scan, rows: npt.NDArray[Any], odd: Truth, told: Evaluation) -> tuple[Baseline, ...]:
    """Measure the rarest template first, flagging as many rows as the scan did; and what fits no known template."""
    table = scan.template_table.select("number", "template_id", "count")
    if table.height < 2 or not len(odd):
        return ()
    counts, unseen = np.ones(table.height + 1), np.ones(table.height + 1, dtype=bool)
    counts[table["number"].to_numpy()] = table["count"].to_numpy()
    unseen[table["number"].to_numpy()] = (table["template_id"] == 0).to_numpy()
    template = scan.of_event("template")
    found = [_rarest(_of_rows(scan, -np.log(np.maximum(counts, 1.0))[template])[rows], odd, told.flagged or 0)]
    if scan.summary.against:
        found.append(_unseen(_of_rows(scan, unseen[template])[rows], odd))
    return tuple(found)


def _of_rows(scan: Scan, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give each row the highest of its events."""
    if not scan.windowed:
        return values
    highest = np.full(scan.rows, values.min(), dtype=values.dtype)
    np.maximum.at(highest, scan.column("event.row"), values)
    return highest


def _rarest(rarity: npt.NDArray[Any], odd: Truth, flagged: int) -> Baseline:
    told = evaluate(odd, rarity, budget=max(flagged, 1))
    precision, recall = told.precision_at_budget, told.recall_at_budget
    both = None if precision is None or recall is None else precision + recall
    f1 = None if not both else known(2 * (precision or 0.0) * (recall or 0.0) / both)
    return Baseline(
        "rarest template",
        "the rarest templates first, as many rows as this scan calls odd",
        flagged,
        precision if flagged else None,
        recall if flagged else None,
        f1 if flagged else None,
        told.roc_auc,
        told.pr_auc,
    )


def _unseen(unseen: Truth, odd: Truth) -> Baseline:
    told = evaluate(odd, unseen.astype(np.float64), unseen)
    words = "every row of no template that the baseline has"
    flagged = told.flagged or 0
    return Baseline("unseen template", words, flagged, told.precision, told.recall, told.f1, told.roc_auc, told.pr_auc)
