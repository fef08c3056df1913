"""Network records of NSL-KDD: learn from normal rows of KDDTrain+, judge KDDTest+ once.

Of the normal training rows a fifth, drawn at random, is held back: the cut is the 95th percentile of its scores
(and the 90th, beside it). The cut never sees a test label. The preparation (how many values of a category get a column)
was chosen by recall on the attacks of KDDTrain+, but with the figures of KDDTest+ in view, so these are not the
figures of a test set that nobody had looked at. `difficulty` is left out: it was computed from
classifiers' successes. Rows beside the detectors: the largest deviation of any one column, and an unseen value.

    python -m benchmarks.nsl_kdd
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks._data import data_folder, text_of, write_result
from oddline.core import folder
from oddline.core.nouns import FeatureMatrix
from oddline.features.columns import Columns
from oddline.formats.csv import Csv
from oddline.thresholds.quantile import Quantile
from oddline.windows.row import Row

Floats = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
DETECTORS = ("isolation_forest", "mahalanobis", "odd_rows")
SEEDS = (0, 1, 2, 3, 4)


def table(path: Path, names: tuple[str, ...]) -> tuple[pl.DataFrame, Truth]:
    """Read one file: its rows without the label, and which of them are attacks."""
    records = Csv().parse_table(text_of(path).encode(), path.name, columns=names, drop=("difficulty",))
    return records.drop("x_label"), (records["x_label"] != "normal").to_numpy()


def describe(feature: Columns, records: pl.DataFrame) -> FeatureMatrix:
    return feature.transform(records, Row().assign(records))


def judged(name: str, held: Floats, scores: Floats, attack: Truth, seconds: float) -> dict[str, Any]:
    """Judge scores by the cut that normal rows give; fractions from 0 to 1."""
    row: dict[str, Any] = {"detector": name, "supervised": False}
    for q, suffix in ((0.95, ""), (0.9, "_at_90")):
        threshold = Quantile(q).fit(held)
        surprise = threshold.surprise(scores)
        flagged = surprise >= threshold.cut(surprise).cut
        hits = int((flagged & attack).sum())
        precision, recall = hits / max(int(flagged.sum()), 1), hits / int(attack.sum())
        row |= {
            f"precision{suffix}": round(precision, 4),
            f"recall{suffix}": round(recall, 4),
            f"f1{suffix}": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
            f"accuracy{suffix}": round(float((flagged == attack).mean()), 4),
        }
    row["roc_auc"] = round(float(roc_auc_score(attack, scores)), 4)
    row["pr_auc"] = round(float(average_precision_score(attack, scores)), 4)
    row["seconds"] = round(seconds, 3)
    return row


def main() -> None:
    data = data_folder() / "nsl-kdd"
    names = tuple(pl.read_csv(data / "field_names.csv")["name"])
    train, train_attack = table(data / "KDDTrain+.txt.xz", names)
    test, attack = table(data / "KDDTest+.txt.xz", names)
    normal = train.filter(pl.Series(~train_attack))
    order = np.random.default_rng(0).permutation(normal.height)
    first = int(0.8 * len(order))
    learnt, kept = normal[np.sort(order[:first])], normal[np.sort(order[first:])]

    feature = Columns()
    started = time.process_time()
    fitted = feature.fit_transform(learnt, Row().assign(learnt))
    held, asked = describe(feature, kept), describe(feature, test)
    prepared = time.process_time() - started

    rarity = [fitted.names.index(column["name"][2:]) for column in feature.columns_ if column["kind"] == "category"]
    rows = []
    baselines: dict[str, Callable[[FeatureMatrix], Floats]] = {
        "largest deviation of a column (baseline)": lambda matrix: np.abs(matrix.X - fitted.X.mean(0)).max(axis=1),
        "rarest value of a category (baseline)": lambda matrix: matrix.X[:, rarity].max(axis=1),
    }
    for name, score in baselines.items():
        rows.append(judged(name, score(held), score(asked), attack, 0.0))
    for name in DETECTORS:
        plain = folder.load("detectors", name)
        seeds = SEEDS if "random_state" in plain().get_params() else (None,)
        runs = []
        for seed in seeds:
            detector = plain().set_params(**({} if seed is None else {"random_state": seed}))
            started = time.process_time()
            detector.fit(fitted.X)
            scores = detector.anomaly_score(asked.X)
            spent = time.process_time() - started
            runs.append(judged(name, detector.anomaly_score(held.X), scores, attack, spent))
        # With several seeds: the mean of each figure, and the spread of the headline.
        mean = {
            key: round(float(np.mean([run[key] for run in runs])), 4)
            for key in runs[0]
            if key not in {"detector", "supervised"}
        }
        rows.append({"detector": name, "supervised": False, **mean, "f1_of_seeds": [run["f1"] for run in runs]})

    print(f"{'detector':42} {'P':>6} {'R':>6} {'F1':>6} {'acc':>6} {'ROC':>6} {'PR':>6} {'F1@90':>6} {'CPU s':>6}")
    for row in rows:
        figures = (
            row[key] for key in ("precision", "recall", "f1", "accuracy", "roc_auc", "pr_auc", "f1_at_90", "seconds")
        )
        print(f"{row['detector']:42} " + " ".join(f"{figure:6.3f}" for figure in figures))
    write_result(
        "nsl_kdd",
        rows,
        rows_learnt=learnt.height,
        rows_judged=test.height,
        columns=len(fitted.names),
        preparation_cpu_s=round(prepared, 2),
    )


if __name__ == "__main__":
    main()
