"""Isolation forest, Mahalanobis distance and odd rows: what each promises beyond the contract of all detectors."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf
from sklearn.ensemble import IsolationForest as Forest

from oddline.core.nouns import Floats
from oddline.detectors._distinct import distinct_rows
from oddline.detectors._shrunk import RIDGE, shrunk_covariance
from oddline.detectors.isolation_forest import IsolationForest
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.detectors.odd_rows import OddRows


def related(rows: int = 500, seed: int = 0) -> Floats:
    random = np.random.default_rng(seed)
    first = random.normal(size=rows)
    return np.column_stack([first, 2 * first + 0.1 * random.normal(size=rows), random.normal(size=rows)])


@pytest.mark.parametrize("detector", [Mahalanobis, OddRows])
def test_a_broken_relation_is_odd_though_each_cell_is_usual(detector: type[Mahalanobis]) -> None:
    fitted = detector().fit(related())
    usual, broken = fitted.anomaly_score([[1.0, 2.0, 0.0], [1.0, -2.0, 0.0]])
    assert broken > 3 * usual


def test_contributions_of_mahalanobis_add_up_to_the_squared_distance() -> None:
    random = np.random.default_rng(1)
    fitted = Mahalanobis().fit(random.normal(size=(5000, 3)))
    rows = np.array([[0.0, 7.0, 0.0], [5.0, 0.0, 5.0]])
    parts = fitted.contributions(rows)
    np.testing.assert_allclose(parts.sum(axis=1), fitted.anomaly_score(rows) ** 2, rtol=0.01)
    assert parts[0].argmax() == 1
    assert parts[1].argmin() == 1


def test_a_column_that_makes_others_credible_has_no_part() -> None:
    fitted = Mahalanobis().fit(related())
    assert fitted.contributions(np.array([[3.0, 6.5, 0.0]])).min() >= 0


def test_contributions_of_odd_rows_are_its_score() -> None:
    fitted, rows = OddRows().fit(related()), related(20, seed=3) * 4
    np.testing.assert_allclose(fitted.contributions(rows).sum(axis=1), fitted.anomaly_score(rows))


def test_one_extreme_cell_counts_less_than_many_odd_ones() -> None:
    fitted = OddRows().fit(np.random.default_rng(0).normal(size=(2000, 8)))
    extreme = np.zeros(8)
    extreme[0] = 100.0
    several, one, further = fitted.anomaly_score(np.stack([np.full(8, 12.0), extreme, 10 * extreme]))
    assert one < several
    assert one < further


def test_odd_rows_stands_what_hides_in_the_data_itself() -> None:
    """Thirty wild rows with one extreme cell each do not hide a row that is odd in several cells."""
    random = np.random.default_rng(0)
    X = random.normal(size=(2000, 8))
    X[:30, 0] = 1e4
    X[30, 1:] = 8.0
    fitted = OddRows().fit(X)
    scores = fitted.anomaly_score(X)
    assert scores[30] > np.quantile(scores[31:], 0.999)


@pytest.mark.parametrize("shape", [(2, 3), (40, 60), (3000, 5)])
def test_shrinkage_is_scikit_learns(shape: tuple[int, int]) -> None:
    X = np.random.default_rng(0).normal(size=shape)
    X -= X.mean(axis=0)
    expected = ledoit_wolf(X, assume_centered=True)[0] + RIDGE * np.eye(shape[1])
    np.testing.assert_allclose(shrunk_covariance(X), expected, atol=1e-12)


def test_distinct_rows_come_back_in_their_places() -> None:
    X = np.repeat(np.random.default_rng(0).integers(0, 3, size=(50, 2)).astype(float), 4, axis=0)
    X[0], X[1] = [0.0, 1.0], [-0.0, 1.0]
    rows, place = distinct_rows(X)
    np.testing.assert_array_equal(rows[place], X)
    assert len(rows) == len(np.unique(X, axis=0))


@pytest.mark.parametrize("rows", [1, 2, 3, 100, 2000])
def test_scores_are_scikit_learns_behind_our_sign(rows: int) -> None:
    X, asked = related(rows), related(200, seed=5) * 2
    forest = Forest(n_estimators=50, max_samples=min(256, rows), random_state=3).fit(X.astype(np.float32))
    fitted = IsolationForest(n_estimators=50, random_state=3).fit(X)
    np.testing.assert_allclose(fitted.anomaly_score(asked), -forest.score_samples(asked.astype(np.float32)))


def test_a_forest_is_asked_for_distinct_rows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = IsolationForest().fit(related())
    asked: list[int] = []
    score = fitted._score_rows
    monkeypatch.setattr(fitted, "_score_rows", lambda rows: asked.append(len(rows)) or score(rows))
    scores = fitted.anomaly_score(np.tile(related(5), (100, 1)))
    assert asked == [5]
    np.testing.assert_array_equal(scores[:5], scores[-5:])


def test_the_seed_decides_the_forest() -> None:
    rows = related(50, seed=9)
    first, same, other = (IsolationForest(random_state=seed).fit(related()).anomaly_score(rows) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()
