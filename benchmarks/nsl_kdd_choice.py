"""Choose the unsupervised recipe for NSL-KDD on KDDTrain+ alone: what is judged was never shown.

No detector here learns from attacks, so each of the 22 attack types of KDDTrain+ is one left out, and each counts
alike: the recall is the mean over types (at most 400 rows of each). A candidate is a preparation, one detector or
several joined by surprise, and the quantile of held-back normal rows that is the cut. F1 is that of as many attacks as
normal rows.

Types of attack are one thing that a test has and training has not; kinds of normal rows are another. So normal rows are
clustered (100 clusters, by k-means), a fifth of the clusters at a time is left out of training, and the false-alarm
rate on them is told beside that on ordinary held-back rows; the F1 by which candidates are ordered takes the mean of
both rates. Both are means over three draws.

The differences among the best are smaller than their standard error over the 22 types, so the rule is: of all
candidates within one standard error of the best (L. Breiman et al., "Classification and regression trees", 1984), those
with the default preparation of columns; of these, those that join most detectors, for none is left out on account of a
difference that may be chance; of these the best.

What this does not tell: the types of KDDTrain+ are easier than those of KDDTest+, of which 17 are new, and the normal
rows of KDDTest+ are not spread as those of KDDTrain+. See benchmarks/LOG.md for what was seen of KDDTest+ before.

    python -m benchmarks.nsl_kdd_choice
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from sklearn.cluster import MiniBatchKMeans

from benchmarks._data import data_folder, write_result
from oddline.bench._network import NORMAL, TRAIN, Labels, plane, table
from oddline.core.nouns import Floats
from oddline.core.tail import fit_tail, tail_surprise
from oddline.detectors.kmeans_ensemble import KmeansEnsemble
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.detectors.odd_rows import OddRows
from oddline.features.columns import Columns
from oddline.windows.row import Row

Rows = np.ndarray[Any, np.dtype[np.int64]]
QUANTILES = (0.95, 0.96, 0.97, 0.98)
"""More than one normal row in twenty is more than anybody reads, so no cut is lower."""

SHARES = (0.9, 0.95, 0.98, 0.99)
DRAWS, FOLDS, CLUSTERS, OF_A_TYPE, LEARNT = 3, 2, 100, 400, 20_000
DEFAULT = "both standard"
PREPARATIONS: dict[str, dict[str, Any]] = {
    f"{category} {scale}": {"category": category, "scale": scale, "common": 80 if category == "onehot" else 16}
    for category, scale in product(("both", "onehot"), ("standard", "minmax", "quantile"))
}
DETECTORS: dict[str, Callable[[], Any]] = {
    "mahalanobis": Mahalanobis,
    "odd_rows": OddRows,
    "kmeans_ensemble": KmeansEnsemble,
    **{f"pca_residual {share}": lambda share=share: plane(share) for share in SHARES},
}
RECIPES: list[tuple[str, ...]] = [
    *((name,) for name in DETECTORS),
    *((one, f"pca_residual {share}") for one in ("mahalanobis", "kmeans_ensemble") for share in SHARES),
    ("mahalanobis", "kmeans_ensemble"),
    *(("mahalanobis", "kmeans_ensemble", f"pca_residual {share}") for share in SHARES),
]


@dataclass
class Said:
    """Surprises of one detector: of held-back normal rows, of attacks, of normal kinds left out and their peers."""

    held: Floats
    attacks: Floats
    apart: list[tuple[Floats, Floats]] = field(default_factory=list)


def matrices(settings: dict[str, Any], records: pl.DataFrame, learnt: Rows, *asked: Rows) -> Iterator[Floats]:
    """Learn the columns on some rows, and describe these and others."""
    feature, first = Columns(**settings), records[learnt]
    yield feature.fit_transform(first, Row().assign(first)).X.astype(np.float64)
    for rows in asked:
        some = records[rows]
        yield feature.transform(some, Row().assign(some)).X.astype(np.float64)


def surprises(detector: Any, held: Floats, *others: Floats) -> list[Floats]:
    """Score rows, and turn scores into surprises by the tail of the first."""
    scores = detector.anomaly_score(held)
    tail = fit_tail(scores)
    return [tail_surprise(tail, scores), *(tail_surprise(tail, detector.anomaly_score(other)) for other in others)]


def said(settings: dict[str, Any], records: pl.DataFrame, labels: Labels, attacks: Rows, draw: int) -> dict[str, Said]:
    """Let every detector say what it has to say on one draw of normal rows."""
    random = np.random.default_rng(draw)
    normal = random.permutation(np.flatnonzero(labels == NORMAL))
    kept, taught = np.sort(normal[: len(normal) // 5]), np.sort(normal[len(normal) // 5 :][:LEARNT])
    X, held, odd = matrices(settings, records, taught, kept, attacks)
    found = {}
    for name, make in DETECTORS.items():
        found[name] = Said(*surprises(make().fit(X), held, odd))
    clusters = MiniBatchKMeans(CLUSTERS, n_init=3, random_state=draw).fit(X)
    fold = random.permutation(CLUSTERS) % 5
    of_taught, of_kept = fold[clusters.labels_], fold[clusters.predict(held)]
    for left_out in range(FOLDS):
        rest = taught[of_taught != left_out]
        X, peers, apart = matrices(settings, records, rest, kept[of_kept != left_out], kept[of_kept == left_out])
        for name, make in DETECTORS.items():
            one, two = surprises(make().fit(X), peers, apart)
            found[name].apart.append((one, two))
    return found


def judged(draws: list[dict[str, Said]], recipe: tuple[str, ...], types: Labels, q: float) -> dict[str, Any]:
    """Judge one recipe at one quantile: recall by type, and both false-alarm rates, as means over the draws."""
    kinds = sorted(set(types))
    recalls, apart = [], []
    for draw in draws:
        members = [draw[name] for name in recipe]
        cut = float(np.quantile(np.mean([one.held for one in members], axis=0), q))
        scores = np.mean([one.attacks for one in members], axis=0)
        recalls.append([float((scores[types == kind] > cut).mean()) for kind in kinds])
        for place in range(FOLDS):
            peers, left_out = (np.mean([one.apart[place][side] for one in members], axis=0) for side in (0, 1))
            apart.append(float((left_out > np.quantile(peers, q)).mean()))
    by_type = np.mean(recalls, axis=0)
    alarms = (1 - q + float(np.mean(apart))) / 2
    return {
        "by_type": by_type,
        "recall": float(by_type.mean()),
        "alarms": alarms,
        "alarms_left_out": float(np.mean(apart)),
    }


def f1(recall: float | Floats, alarms: float) -> Any:
    """Give F1 for as many attacks as normal rows."""
    return 2 * recall / (1 + recall + alarms)


def main() -> None:
    records, labels = table(data_folder(), TRAIN)
    random = np.random.default_rng(0)
    attacks = np.concatenate(
        [random.permutation(np.flatnonzero(labels == kind))[:OF_A_TYPE] for kind in sorted(set(labels) - {NORMAL})]
    )
    rows: list[dict[str, Any]] = []
    for preparation, settings in PREPARATIONS.items():
        draws = [said(settings, records, labels, attacks, draw) for draw in range(DRAWS)]
        for recipe, q in product(RECIPES, QUANTILES):
            told = judged(draws, recipe, labels[attacks], q)
            rows.append({"preparation": preparation, "detector": " + ".join(recipe), "q": q, **told})
    rows.sort(key=lambda row: -f1(row["recall"], row["alarms"]))
    best = rows[0]
    error = float(np.std(f1(best["by_type"], best["alarms"])) / np.sqrt(len(best["by_type"])))
    lowest = f1(best["recall"], best["alarms"]) - error
    for row in rows:
        row["f1"] = round(float(f1(row["recall"], row["alarms"])), 4)
        row["within_an_error"] = row["f1"] >= lowest
        row |= {name: round(row[name], 4) for name in ("recall", "alarms", "alarms_left_out")}
        del row["by_type"]
    near = [row for row in rows if row["within_an_error"] and row["preparation"] == DEFAULT]
    chosen = max(near, key=lambda row: (row["detector"].count("+"), row["f1"]))
    alone = next(row for row in rows if row["detector"] == "kmeans_ensemble")
    for row in [*rows[:25], alone, chosen]:
        print(
            f"{row['preparation']:18} {row['detector']:48} q {row['q']} F1 {row['f1']:.4f} recall {row['recall']:.3f} "
            f"alarms left out {row['alarms_left_out']:.3f}{' *' if row is chosen else ''}"
        )
    write_result(
        "nsl_kdd_choice",
        rows[:60],
        chosen=chosen,
        kmeans_ensemble=alone,
        standard_error=round(error, 4),
        candidates=len(rows),
    )


if __name__ == "__main__":
    main()
