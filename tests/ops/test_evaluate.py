"""The figures: those of scikit-learn where it has them, right by hand where it has not, None where there is nothing."""

from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from oddline.core.errors import BadData, UsageError
from oddline.ops.evaluate import evaluate

rows = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.5, 1.0, 2.0, np.inf]), st.booleans()), min_size=1, max_size=40
)


@settings(deadline=None, max_examples=40)
@given(rows)
def test_the_figures_are_those_of_scikit_learn(told):
    truth, scores, flagged = (np.array(column) for column in zip(*told, strict=True))
    found = evaluate(truth, scores, flagged)
    finite = np.minimum(scores, 9.0)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(truth, flagged), abs=1e-6)
    if flagged.any():
        assert found.precision == pytest.approx(metrics.precision_score(truth, flagged), abs=1e-6)
    if truth.any():
        assert (
            found.recall
            == found.row()["detection_rate"]
            == pytest.approx(metrics.recall_score(truth, flagged), abs=1e-6)
        )
        best = max(metrics.f1_score(truth, finite >= cut) for cut in np.unique(finite))
        assert found.oracle_f1 == pytest.approx(best, abs=1e-6)
    if flagged.any() or truth.any():
        assert found.f1 == pytest.approx(metrics.f1_score(truth, flagged), abs=1e-6)
    if found.mcc is not None:
        assert found.mcc == pytest.approx(metrics.matthews_corrcoef(truth, flagged), abs=1e-6)
    if truth.any() and not truth.all():
        assert found.roc_auc == pytest.approx(metrics.roc_auc_score(truth, finite), abs=1e-6)
        assert found.pr_auc == pytest.approx(metrics.average_precision_score(truth, finite), abs=1e-6)
        assert found.specificity == pytest.approx(1 - found.false_alarm_rate, abs=2e-6)
    else:
        assert found.roc_auc is found.pr_auc is None
    json.dumps(found.row("x", supervised=False), allow_nan=False)


@pytest.mark.parametrize(
    ("truth", "flagged"),
    [([], []), ([0, 0], [0, 0]), ([0, 0], [1, 1]), ([1, 1], [0, 0]), ([1, 1], [1, 1]), ([1], [0])],
)
@pytest.mark.parametrize("block", [0, 2])
def test_what_cannot_be_known_is_none_and_never_nan(truth, flagged, block):
    size = len(truth)
    found = evaluate(
        truth,
        np.zeros(size),
        flagged,
        classes=["c"] * size,
        times=np.full(size, np.datetime64("NaT"), dtype="datetime64[us]"),
        keys=["k"] * size,
        bootstrap=20,
        block=block,
    )
    row = json.loads(json.dumps(found.row("x"), allow_nan=False))
    assert row["windows"] == size
    assert (row["recall"] is None) == (not any(truth))
    assert (row["precision"] is None) == (not any(flagged))
    assert (row["false_alarm_rate"] is None) == all(truth)
    assert row["roc_auc"] is row["delay_seconds_median"] is None
    for low, high in row.get("intervals", {}).values():
        assert (low is None) == (high is None)


def test_without_verdicts_the_order_is_measured_alone():
    found = evaluate([0, 1, 1], [0.1, 0.3, 0.2], budget=1, bootstrap=50, classes=["a", "b", "b"])
    assert found.f1 is found.flagged is found.incident_recall is found.delay_events_median is None
    assert found.roc_auc == found.precision_at_budget == found.incident_recall_at_budget == 1.0
    assert set(found.intervals) == {"roc_auc", "pr_auc"}
    assert found.by_class[0]["flagged"] is None


small = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 1.0, 2.0])), min_size=1, max_size=6)


@settings(deadline=None, max_examples=60)
@given(small, st.integers(1, 7))
def test_ties_at_the_budget_count_as_the_mean_over_all_orders(told, budget):
    truth, scores = (np.array(column) for column in zip(*told, strict=True))
    names = np.array(["ab"[i % 2] for i in range(len(truth))])
    found = evaluate(truth, scores, budget=budget, incidents=names)
    odd_names = set(names[truth])
    precision, recall = [], []
    for order in permutations(range(len(truth))):
        top = sorted(order, key=lambda row: -scores[row])[:budget]
        precision.append(truth[top].mean())
        if odd_names:
            recall.append(len(set(names[top][truth[top]])) / len(odd_names))
    assert found.precision_at_budget == pytest.approx(np.mean(precision), abs=1e-6)
    if odd_names:
        assert found.incident_recall_at_budget == pytest.approx(np.mean(recall), abs=1e-6)
    else:
        assert found.incident_recall_at_budget is None


def test_incidents_are_stretches_and_delays_begin_where_they_do():
    truth = [0, 1, 1, 1, 0, 1, 1, 0, 1]
    flagged = [0, 0, 0, 1, 0, 1, 0, 1, 0]
    times = np.datetime64("2026-01-01", "us") + np.array([0, 10, 20, 25, 30, 40, 50, 60, 70]) * np.timedelta64(1, "s")
    found = evaluate(truth, np.arange(9), flagged, times=times)
    assert (found.incidents, found.incidents_found) == (3, 2)
    assert (found.delay_events_median, found.delay_events_mean) == (1.0, 1.0)  # 2 and 0; the third was missed
    assert (found.delay_seconds_median, found.delay_seconds_mean) == (7.5, 7.5)
    assert found.incident_recall == pytest.approx(2 / 3, abs=1e-6)


def test_a_stretch_ends_with_its_source_and_delays_count_its_own_rows():
    found = evaluate([1, 1, 1, 1], np.arange(4), [0, 1, 0, 1], groups=["a", "a", "b", "b"])
    assert (found.incidents, found.delay_events_mean) == (2, 1.0)
    woven = evaluate(
        [1, 1, 1, 1], np.arange(4), [0, 0, 1, 0], groups=["a", "b", "a", "b"], incidents=["x", "y", "x", "y"]
    )
    assert (woven.incidents, woven.incidents_found, woven.delay_events_mean) == (2, 1, 1.0)


def test_named_incidents_are_one_wherever_they_stand():
    found = evaluate([1, 0, 1, 1, 1], np.arange(5), [0, 0, 1, 0, 0], incidents=["a", "a", "a", "", "b"])
    assert (found.incidents, found.incidents_found, found.delay_events_mean) == (2, 1, 2.0)


def test_what_is_alike_counts_once_for_each_label():
    truth = [1, 1, 1, 0, 0, 0]
    flagged = [1, 1, 1, 0, 0, 1]
    found = evaluate(truth, np.arange(6), flagged, keys=["a", "a", "a", "b", "b", "a"])
    # a odd and flagged, a normal and flagged, b normal and passed.
    assert (found.distinct, found.distinct_precision, found.distinct_recall) == (3, 0.5, 1.0)
    assert found.f1 > found.distinct_f1 == pytest.approx(2 / 3, abs=1e-6)


def test_classes_are_counted_each_by_itself():
    found = evaluate([1, 1, 1, 0, 0], np.arange(5), [1, 0, 0, 1, 0], classes=["dos", "dos", "probe", "ok", "ok"])
    told = {row["class"]: row for row in found.by_class}
    assert [row["class"] for row in found.by_class] == ["dos", "probe", "ok"]
    assert (told["dos"]["recall"], told["probe"]["recall"], told["ok"]["recall"]) == (0.5, 0.0, None)
    assert (told["ok"]["false_alarm_rate"], told["dos"]["false_alarm_rate"]) == (0.5, None)


def sample(random, size=1_500, block=1):
    """Windows of which a tenth is odd; with ``block`` neighbours are all alike."""
    truth = np.repeat(random.random(size // block) < 0.1, block)
    scores = np.repeat(random.normal(size=size // block), block) + 1.5 * truth
    return truth, scores, scores > 1.5


def test_intervals_hold_what_they_should_about_as_often_as_they_say():
    """Of 100 samples 95 are expected to hold the true value, and fewer than 88 come once in 500 times."""
    random = np.random.default_rng(0)
    truth, scores, flagged = sample(random, 400_000)
    true = evaluate(truth, scores, flagged).row()
    held = dict.fromkeys(("precision", "recall", "f1", "false_alarm_rate", "roc_auc", "pr_auc"), 0)
    for seed in range(100):
        told = evaluate(*sample(random), bootstrap=100, seed=seed).intervals
        for name in held:
            held[name] += told[name][0] <= true[name] <= told[name][1]
    assert all(88 <= count <= 100 for count in held.values()), held


def test_blocks_widen_intervals_where_neighbours_are_alike():
    truth, scores, flagged = sample(np.random.default_rng(0), 10_000, block=50)
    width = {}
    for block in (0, 50):
        low, high = evaluate(truth, scores, flagged, bootstrap=400, block=block).intervals["false_alarm_rate"]
        width[block] = high - low
    assert width[50] > 4 * width[0]  # 7 is the square root of 50


def test_intervals_of_many_scores_are_those_of_all_of_them():
    random = np.random.default_rng(0)
    truth, scores, _ = sample(random, 2_500)
    told = evaluate(truth, scores, bootstrap=1_000)
    drawn = []
    odd, normal = np.flatnonzero(truth), np.flatnonzero(~truth)
    for _ in range(200):
        rows = np.concatenate([random.choice(odd, len(odd)), random.choice(normal, len(normal))])
        drawn.append(
            (
                metrics.roc_auc_score(truth[rows], scores[rows]),
                metrics.average_precision_score(truth[rows], scores[rows]),
            )
        )
    for name, values in zip(("roc_auc", "pr_auc"), np.array(drawn).T, strict=True):
        slow = np.quantile(values, [0.025, 0.975])
        assert told.intervals[name] == pytest.approx(slow.tolist(), abs=0.25 * (slow[1] - slow[0]))


def test_intervals_of_tied_scores_lie_around_the_figure():
    random = np.random.default_rng(0)
    truth = random.random(2_000) < 0.2
    found = evaluate(truth, random.integers(0, 3, 2_000) + truth, bootstrap=300)
    for name in ("roc_auc", "pr_auc"):
        low, high = found.intervals[name]
        assert low < vars(found)[name] < high
        assert high - low < 0.1


def test_the_same_seed_gives_the_same_intervals_and_another_seed_others():
    told = sample(np.random.default_rng(0))
    first, again, other = (evaluate(*told, bootstrap=150, seed=seed).intervals for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_what_makes_no_sense_is_refused_in_words():
    with pytest.raises(UsageError, match=r"truth holds -1; expected true for odd"):
        evaluate([1, -1], [0.0, 1.0])
    with pytest.raises(UsageError, match=r"3 values of scores beside 2 of truth"):
        evaluate([1, 0], [0.0, 1.0, 2.0])
    with pytest.raises(BadData, match=r"1 of 2 scores are no numbers"):
        evaluate([1, 0], [0.0, np.nan])
    with pytest.raises(UsageError, match=r"shape"):
        evaluate([[1, 0]], [0.0, 1.0])
