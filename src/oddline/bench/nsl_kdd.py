"""Network records with labelled attacks: learn on KDDTrain+, judge KDDTest+ once, every detector of tables.

Of the normal rows of KDDTrain+ a fifth, drawn at random, is held back: the cut is a quantile of its scores, 0.95 where
nothing else is said. No cut sees a test label. The first rows are recipes, chosen on the training part alone by
``benchmarks/nsl_kdd_choice.py`` and ``nsl_kdd_hybrid_choice.py`` (preparation of columns, detectors, quantile); the
others are the detectors as they are, on columns as they are by default. What had been seen of KDDTest+ while
these scripts were written stands in ``benchmarks/LOG.md``: it is no test set that nobody had looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.bench._network import CUT, NORMAL, TEST, TRAIN, Labels, categories, hybrid, joined, table
from oddline.bench._sessions import figures
from oddline.core import folder
from oddline.core.errors import OddlineError
from oddline.features.columns import Columns
from oddline.thresholds.quantile import Quantile
from oddline.windows.row import Row

DATA = "nsl_kdd"

HELD_BACK = 0.2
SUBSET = {"local_outlier_factor": 10_000, "one_class_svm": 10_000, "pyod": 10_000, "stacking": 20_000}
"""Rows of training that a detector gets whose time or memory grows faster than the rows do."""

JOINING = {"voting", "stacking", "best_of", "cascade", "committee"}
"""Detectors over detectors; their names say nothing without those of their members."""

OF_COUNTS = {"count_vector_novelty", "invariants", "nearest_frequent", "odd_lines", "pca_counts", "rare_templates"}
"""Detectors of how often events occur, or of signals of lines: sizes and shares are neither."""


@dataclass(frozen=True)
class Recipe:
    """A detector, how columns are prepared for it, and the quantile of held-back normal rows that is the cut."""

    name: str
    detector: Any
    columns: dict[str, Any] = field(default_factory=dict)
    q: float = CUT


@dataclass(frozen=True)
class Rows:
    """The records of both parts, their labels, and which of the training rows are held back."""

    train: pl.DataFrame
    labels: Labels
    held: npt.NDArray[np.bool_]
    test: pl.DataFrame
    truth: Labels
    kinds: dict[str, str]


def run(data: Path) -> dict[str, Any]:
    """Give one row a recipe and a detector, with the figures of KDDTest+."""
    train, labels = table(data, TRAIN)
    test, truth = table(data, TEST)
    normal = np.flatnonzero(labels == NORMAL)
    held = np.zeros(len(labels), dtype=bool)
    held[np.random.default_rng(0).permutation(normal)[: int(HELD_BACK * len(normal))]] = True
    rows = Rows(train, labels, held, test, truth, categories(data))
    told = [measured(rows, recipe) for recipe in (*recipes(), *plain())]
    return {
        "name": "nsl_kdd",
        "rows": told,
        "rows_learnt": int((~held & (labels == NORMAL)).sum()),
        "rows_held_back": int(held.sum()),
        "rows_judged": len(truth),
        "types_unseen": len(set(truth) - set(labels)),
    }


def recipes() -> Iterator[Recipe]:
    """List what was chosen on the training part."""
    yield Recipe("mahalanobis + kmeans_ensemble + pca_residual", joined())
    yield Recipe("kmeans_ensemble, quantile columns", "kmeans_ensemble", {"scale": "quantile"})
    detector, q = hybrid()
    yield Recipe("hybrid, chosen", detector, q=q)
    yield Recipe("committee of five hybrids, chosen", folder.load("detectors", "committee")(detector), q=q)


def plain() -> Iterator[Recipe]:
    """List the detectors of tables in their folder, as they are."""
    for name in folder.plugins("detectors"):
        try:
            built = folder.load("detectors", name)()
        except OddlineError:
            continue
        if built.consumes == "table" and not built.feature and name not in JOINING | OF_COUNTS:
            yield Recipe(name, name)


def measured(rows: Rows, recipe: Recipe) -> dict[str, Any]:
    """Learn, judge once, and give the row of the table; a detector that cannot says why in place of figures."""
    load = folder.load("detectors", recipe.detector) if isinstance(recipe.detector, str) else None
    named: dict[str, Any] = {"detector": recipe.name}
    try:
        detector = load() if load else recipe.detector
        named |= {"supervised": detector.supervised}
        return named | _judged(rows, recipe, detector)
    except (OddlineError, ValueError) as error:
        return {"supervised": False, **named, "failed": str(error)[:200]}


def _judged(rows: Rows, recipe: Recipe, detector: Any) -> dict[str, Any]:
    # A detector whose scores are surprises calibrates itself, on rows that it leaves out in turn.
    learnt = np.flatnonzero((~rows.held | detector.calibrated) & ((rows.labels == NORMAL) | detector.supervised))
    most = SUBSET.get(recipe.name)
    if most is not None and most < len(learnt):
        learnt = np.sort(np.random.default_rng(1).permutation(learnt)[:most])
    feature, first = Columns(**recipe.columns), rows.train[learnt]
    X = feature.fit_transform(first, Row().assign(first)).X
    kept, asked = (
        feature.transform(some, Row().assign(some)).X for some in (rows.train.filter(pl.Series(rows.held)), rows.test)
    )
    started = perf_counter()
    detector.fit(X, rows.labels[learnt] != NORMAL) if detector.supervised else detector.fit(X)
    fitted = perf_counter()
    scores = detector.anomaly_score(asked)
    scored = perf_counter()
    threshold = Quantile(recipe.q).fit(detector.anomaly_score(kept), calibrated=detector.calibrated)
    surprise = threshold.surprise(scores)
    flagged = surprise >= threshold.cut(surprise).cut
    told = figures(rows.truth != NORMAL, np.asarray(scores), flagged) | _by_category(rows, flagged)
    seconds = {"fit_seconds": round(fitted - started, 3), "seconds": round(scored - fitted, 3)}
    return told | {"q": recipe.q, **seconds, "rows_learnt": len(learnt)}


def _by_category(rows: Rows, flagged: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Give the recall of each category of attacks, and of the types that training did not have."""
    category = np.array([rows.kinds[label] for label in rows.truth])
    groups = {f"recall_{kind}": category == kind for kind in ("DoS", "Probe", "R2L", "U2R")}
    unseen = sorted(set(rows.truth) - set(rows.labels))
    groups["recall_unseen_types"] = np.isin(rows.truth.astype(str), unseen)
    return {name: round(float(flagged[group].mean()), 4) for name, group in groups.items()}
