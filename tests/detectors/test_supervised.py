"""Detectors that learn from labels, and those that join them with others: what each promises beyond the contract."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors import extra_trees
from oddline.detectors._supervised import Truth, _between
from oddline.detectors.extra_trees import ExtraTrees
from oddline.detectors.gradient_boosting import GradientBoosting
from oddline.detectors.hybrid import Hybrid, _folds
from oddline.detectors.kmeans_ensemble import KmeansEnsemble
from oddline.detectors.linear import Linear
from oddline.detectors.mahalanobis import Mahalanobis


def labelled(rows: int = 600, seed: int = 0) -> tuple[Floats, Truth]:
    X = np.random.default_rng(seed).normal(size=(rows, 4))
    return X, X[:, 0] + X[:, 1] > 1.5


def test_boosted_trees_are_scikit_learns() -> None:
    X, odd = labelled()
    peer = HistGradientBoostingClassifier(max_iter=20, class_weight="balanced", early_stopping=False, random_state=0)
    asked = labelled(300, seed=1)[0] * 2
    expected = peer.fit(X, odd).decision_function(asked)
    np.testing.assert_allclose(GradientBoosting(20).fit(X, odd).anomaly_score(asked), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("leaf", [1, 7])
def test_extra_trees_are_scikit_learns(leaf: int) -> None:
    X, odd = labelled()
    peer = ExtraTreesClassifier(30, min_samples_leaf=leaf, class_weight="balanced", random_state=0)
    asked = labelled(300, seed=1)[0].astype(np.float32).astype(np.float64)
    expected = peer.fit(X.astype(np.float32), odd).predict_proba(asked)[:, 1]
    fitted = ExtraTrees(30, min_samples_leaf=leaf).fit(X, odd)
    np.testing.assert_allclose(fitted.anomaly_score(asked), expected, rtol=1e-9, atol=1e-12)


def test_trees_that_grow_side_by_side_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    X, odd = labelled()
    one_by_one = ExtraTrees(30).fit(X, odd).anomaly_score(X)
    monkeypatch.setattr(extra_trees, "MANY", 1)
    np.testing.assert_array_equal(ExtraTrees(30).fit(X, odd).anomaly_score(X), one_by_one)


@pytest.mark.parametrize("labels", [(False, True), (0, 1), (-1, 1), ("attack", "normal")])
def test_the_greater_label_is_the_odd_one(labels: tuple[object, object]) -> None:
    X, odd = labelled()
    fitted = Linear().fit(X, np.array(labels)[odd.astype(int)])
    told = fitted.predict(X)
    assert set(told) == set(labels)
    assert fitted.anomaly_score(X)[odd].mean() > fitted.anomaly_score(X)[~odd].mean()
    assert ((told == labels[1]) == odd).mean() > 0.95


def test_labels_are_asked_for() -> None:
    X, _ = labelled()
    with pytest.raises(ValueError, match="requires y"):
        Linear().fit(X)
    with pytest.raises(UsageError, match="1 class"):
        Linear().fit(X, np.zeros(len(X)))


def test_the_cut_between_two_kinds_lies_midway() -> None:
    assert _between(np.array([0.0, 1.0, 3.0, 4.0]), np.array([False, False, True, True])) == 2.0
    assert _between(np.array([0.0, 5.0, 3.0, 4.0]), np.array([False, False, True, True])) == 1.5


def test_parts_of_the_linear_score_add_up_beyond_the_mean_normal_row() -> None:
    X, odd = labelled()
    fitted = Linear().fit(X, odd)
    rows = fitted.location_ + np.sign(fitted.weight_) * np.array([[1.0], [2.0]])
    gained = fitted.anomaly_score(rows) - fitted.anomaly_score(fitted.location_[None, :])
    np.testing.assert_allclose(fitted.contributions(rows).sum(axis=1), gained)


def test_a_hybrid_knows_what_was_shown_and_what_is_new() -> None:
    X = np.random.default_rng(0).normal(size=(900, 3))
    odd = np.arange(900) >= 800
    X[odd, 0] += 6.0
    # The new kind lies where the labels call rows most normal of all.
    usual, shown, new = [0.0, 0.0, 0.0], [6.0, 0.0, 0.0], [-9.0, 0.0, 9.0]
    known = Linear().fit(X, odd).anomaly_score([usual, new])
    assert known[1] < known[0]
    for rule in ("mean", "largest"):
        scores = Hybrid(("linear",), ("mahalanobis",), rule=rule).fit(X, odd).anomaly_score([usual, shown, new])
        assert scores[1] > scores[0] + 1
        assert scores[2] > scores[0] + 1


def test_members_of_a_hybrid_are_calibrated_on_rows_that_they_did_not_learn() -> None:
    """Trees that know every row by heart find held-back normal rows no more surprising than they are."""
    random = np.random.default_rng(0)
    X, odd = random.normal(size=(1200, 3)), random.random(1200) < 0.3  # nothing to be learnt
    fitted = Hybrid(("extra_trees",), ("mahalanobis",)).fit(X, odd)
    surprise = fitted.surprises(random.normal(size=(4000, 3)))
    share = (surprise >= 1.0).mean(axis=0)
    assert np.all(share < 0.14), f"one in ten was expected: {share}"


def test_folds_hold_both_kinds() -> None:
    odd = np.arange(300) < 7
    fold = _folds(odd, 3, 0)
    assert {tuple(np.unique(fold[kind])) for kind in (odd, ~odd)} == {(0, 1, 2)}


@pytest.mark.parametrize(
    "parameters",
    [{"known": ("mahalanobis",)}, {"novel": ("linear",)}, {"rule": "median"}, {"folds": 1}, {"known": (), "novel": ()}],
)
def test_a_hybrid_refuses_what_makes_no_sense(parameters: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Hybrid(**parameters).fit(*labelled(100))


def clusters(rows: int = 600) -> Floats:
    random = np.random.default_rng(0)
    return np.concatenate([random.normal(place, 0.3, size=(rows // 3, 2)) for place in ((0, 0), (9, 0), (0, 9))])


def test_between_clusters_is_far_though_near_the_mean() -> None:
    X = clusters()
    fitted = KmeansEnsemble((3,), seeds=2).fit(X)
    assert fitted.anomaly_score([[3.0, 3.0]])[0] > fitted.anomaly_score(X).max()
    assert Mahalanobis().fit(X).anomaly_score([[3.0, 3.0]])[0] < 1.0


def test_parts_add_up_to_the_square_of_the_mean_distance() -> None:
    fitted = KmeansEnsemble((2, 5)).fit(clusters())
    rows = np.array([[3.0, 3.0], [9.0, 20.0]])
    parts = fitted.contributions(rows)
    np.testing.assert_allclose(parts.sum(axis=1), fitted.anomaly_score(rows) ** 2)
    assert parts[1].argmax() == 1


def test_a_clusters_own_spread_counts_as_much_as_is_asked_for() -> None:
    random = np.random.default_rng(0)
    X = np.concatenate([random.normal(0, 0.1, size=(300, 2)), random.normal(20, 3.0, size=(300, 2))])
    beside = np.array([[1.0, 1.0], [21.0, 21.0]])
    pooled, own = (KmeansEnsemble((2,), relative=share).fit(X).anomaly_score(beside) for share in (0.0, 1.0))
    assert pooled[0] == pytest.approx(pooled[1], rel=0.3)
    assert own[0] > 3 * own[1]


def test_members_vote_and_say_how_sure_they_are() -> None:
    fitted = KmeansEnsemble((2, 3, 6), seeds=1, rule="vote").fit(clusters())
    rows = np.array([[0.0, 0.0], [30.0, 30.0]])
    assert fitted.anomaly_score(rows).astype(int).tolist() == [0, 3]
    assert fitted.confidence(rows).tolist() == [1.0, 1.0]
    grid = np.stack(np.meshgrid(np.linspace(-3, 12, 60), np.linspace(-3, 12, 60)), axis=-1).reshape(-1, 2)
    votes = fitted.anomaly_score(grid).astype(int)
    np.testing.assert_allclose(fitted.confidence(grid), np.abs(2 * votes / 3 - 1))
    assert set(votes) > {1} or set(votes) > {2}


@pytest.mark.parametrize("detector", [Mahalanobis(), KmeansEnsemble((3, 5)), KmeansEnsemble((3, 5), relative=0.7)])
def test_scores_by_parts_are_the_scores(detector: Mahalanobis | KmeansEnsemble) -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(5000, 6))
    X[:, 4:] = random.integers(0, 2, size=(5000, 2))
    kinds = np.array([[0, 0, 0, 0, a, b] for a in (0, 1) for b in (0, 1)], dtype=np.float64)
    place = (2 * X[:, 4] + X[:, 5]).astype(np.intp)
    fitted = detector.fit(X[:1000])
    parts = fitted.score_parts(np.ascontiguousarray(X[:, :4].T), np.arange(4), kinds, place)
    np.testing.assert_allclose(parts, fitted.anomaly_score(X), rtol=1e-9)
