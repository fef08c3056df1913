"""Choose the hybrid for NSL-KDD on KDDTrain+ alone, by attack types and kinds of normal rows that it was not taught.

The attack types are dealt into four hands, twice; each hand in turn is left out of training altogether, and so is a
fifth of a hundred clusters of normal rows. A fifth of the rows of everything else is held back. A candidate (which
detectors know labels, which know normal rows, how they are joined, and the quantile of held-back normal rows that is
the cut) is judged by F1 for as many attacks as normal rows. Recall is the mean over types, those taught and those not
having half each; the false-alarm rate is the mean of that on ordinary held-back normal rows and that on the clusters
left out. Half of the judgement is thus on what is new.

The differences among the best are smaller than their standard error over the hands, so the rule is that of
``nsl_kdd_choice.py``: of all candidates within one standard error of the best those that join most detectors, for none
is left out on account of a difference that may be chance; of these the best.

    python -m benchmarks.nsl_kdd_hybrid_choice
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import polars as pl
from sklearn.cluster import MiniBatchKMeans

from benchmarks._data import data_folder, write_result
from benchmarks.nsl_kdd_choice import f1, matrices
from oddline.bench._network import NORMAL, TRAIN, Labels, joined, table
from oddline.core.nouns import Floats
from oddline.detectors.extra_trees import ExtraTrees
from oddline.detectors.hybrid import Hybrid

DEALS, HANDS, CLUSTERS, OF_A_TYPE, OF_A_HAND, LEARNT = 2, 4, 100, 100, 3_000, 12_000
BOOSTED = "gradient_boosting"
TREES = {f"extra_trees {count}": ExtraTrees(count) for count in (100, 300)}
KNOWERS = {**TREES, BOOSTED: BOOSTED}
KNOWN = (*((name,) for name in KNOWERS), *((name, BOOSTED) for name in TREES))
NOVEL = {"mahalanobis": "mahalanobis", "joined": joined()}
QUANTILES = (0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)
RULES = ("mean", "largest")
Said = tuple[Floats, Floats, Floats]
"""Surprises, one column a member: of normal rows held back, of normal kinds left out, and of attacks."""


def said(records: pl.DataFrame, labels: Labels, deal: int) -> list[tuple[Said, Labels, Any]]:
    """Let every detector say what it has to say on each hand; with the types of the attacks and which were left out."""
    random = np.random.default_rng(deal)
    normal, kinds = np.flatnonzero(labels == NORMAL), sorted(set(labels) - {NORMAL})
    (whole,) = matrices({}, records, normal)
    cluster = MiniBatchKMeans(CLUSTERS, n_init=3, random_state=deal).fit_predict(whole)
    part = np.full(len(labels), -1)
    part[normal] = (random.permutation(CLUSTERS) % (HANDS + 1))[cluster]
    hand = dict(zip(random.permutation(kinds), np.arange(len(kinds)) % HANDS, strict=True))
    held, hands = random.random(len(labels)) < 0.2, []
    for left_out in range(HANDS):
        apart = np.array([hand.get(label, -1) == left_out for label in labels])
        other = part == left_out
        taught = np.sort(random.permutation(np.flatnonzero(~held & ~apart & ~other))[:LEARNT])
        kept = random.permutation(np.flatnonzero(held & (labels == NORMAL) & ~other))[:OF_A_HAND]
        new = random.permutation(np.flatnonzero(other))[:OF_A_HAND]
        attacks = np.concatenate(
            [random.permutation(np.flatnonzero((labels == kind) & (apart | held)))[:OF_A_TYPE] for kind in kinds]
        )
        X, *asked = matrices({}, records, taught, kept, new, attacks)
        members = Hybrid(tuple(KNOWERS.values()), tuple(NOVEL.values()), folds=2).fit(X, labels[taught] != NORMAL)
        usual, strange, wrong = (members.surprises(some) for some in asked)
        print(f"deal {deal}, hand {left_out}", flush=True)
        hands.append(((usual, strange, wrong), labels[attacks], apart[attacks]))
    return hands


def judged(told: Said, types: Labels, apart: Any, members: list[int], rule: str, q: float) -> dict[str, float]:
    """Judge one candidate on one hand."""
    usual, strange, wrong = (
        some[:, members].mean(axis=1) if rule == "mean" else some[:, members].max(axis=1) for some in told
    )
    cut = float(np.quantile(usual, q))
    recall = {
        name: float(np.mean([(wrong[types == kind] > cut).mean() for kind in np.unique(types[group].astype(str))]))
        for name, group in (("taught", ~apart), ("left_out", apart))
    }
    alarms, alarms_left_out = float((usual > cut).mean()), float((strange > cut).mean())
    value = float(f1((recall["taught"] + recall["left_out"]) / 2, (alarms + alarms_left_out) / 2))
    return {**recall, "alarms": alarms, "alarms_left_out": alarms_left_out, "f1": value}


def main() -> None:
    records, labels = table(data_folder(), TRAIN)
    hands = [hand for deal in range(DEALS) for hand in said(records, labels, deal)]
    rows: list[dict[str, Any]] = []
    columns = (*KNOWERS, *NOVEL)
    for known, novel, rule, q in product(KNOWN, NOVEL, RULES, QUANTILES):
        members = [columns.index(name) for name in (*known, novel)]
        points = [judged(told, types, apart, members, rule, q) for told, types, apart in hands]
        error = float(np.std([one["f1"] for one in points]) / len(points) ** 0.5)
        named = {"known": " + ".join(known), "novel": novel, "rule": rule, "q": q}
        means = {key: round(float(np.mean([one[key] for one in points])), 4) for key in points[0]}
        size = len(known) + (3 if novel == "joined" else 1)
        rows.append({**named, **means, "error": round(error, 4), "detectors": size})
    rows.sort(key=lambda row: -row["f1"])
    near = [row for row in rows if row["f1"] >= rows[0]["f1"] - rows[0]["error"]]
    chosen = max(near, key=lambda row: (row["detectors"], row["f1"]))
    for row in [*rows[:20], chosen]:
        print(row)
    write_result("nsl_kdd_hybrid_choice", rows[:60], chosen=chosen, candidates=len(rows))


if __name__ == "__main__":
    main()
