"""Detectors by distance from training rows: knn, local_outlier_factor, one_class_svm."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import LocalOutlierFactor as Reference
from sklearn.svm import OneClassSVM

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._neighbours import kept_rows, nearest
from oddline.detectors.knn import NearestRows
from oddline.detectors.local_outlier_factor import LocalOutlierFactor
from oddline.detectors.one_class_svm import OneClassSvm


def normal(rows: int = 400, columns: int = 4, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(size=(rows, columns))


def by_hand(known: Floats, asked: Floats) -> Floats:
    return np.sort(np.sqrt(((asked[:, None, :] - known) ** 2).sum(axis=2)), axis=1)


@pytest.mark.parametrize("columns", [3, 30])
def test_distances_are_exact_though_rows_lie_far_from_zero(columns: int) -> None:
    known, asked = normal(300, columns) * 1e-3 + 1e4, normal(50, columns, seed=1) * 1e-3 + 1e4
    distance, which = nearest(known, asked, 5)
    np.testing.assert_allclose(distance, np.linalg.norm(known[which] - asked[:, None, :], axis=2), rtol=1e-9)
    near = nearest(known - 1e4, asked - 1e4, 5)[0]
    np.testing.assert_allclose(near, by_hand(known, asked)[:, :5], rtol=1e-9)


@pytest.mark.parametrize("columns", [7, 20])
def test_ties_fall_to_the_first_rows_whatever_the_company(columns: int) -> None:
    random = np.random.default_rng(0)
    known = random.permutation(np.array(list(product([-1.0, 1.0], repeat=7))))
    known = np.pad(known, ((0, 0), (0, columns - 7)))
    asked = np.vstack([np.zeros((1, columns)), normal(40, columns)])
    for rows in (asked[:1], asked, asked[::-1]):
        which = nearest(known, rows, 3, settled=True)[1]
        assert which[(rows == 0).all(axis=1)].tolist() == [[0, 1, 2]]


def test_of_too_many_rows_a_seeded_sample_is_kept() -> None:
    X = np.repeat(normal(50), 3, axis=0)
    assert len(kept_rows(X, 100, 0)) == 50
    first, same, other = (kept_rows(X, 10, seed) for seed in (1, 1, 2))
    assert first.shape == (10, 4)
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()


@pytest.mark.parametrize(("distance", "expected"), [("mean", [1.5, 1.5]), ("largest", [2.0, 2.0])])
def test_nearest_rows_are_measured_as_asked(distance: str, expected: list[float]) -> None:
    fitted = NearestRows(n_neighbors=2, distance=distance, scale="none").fit([[0.0], [1.0], [1.0], [10.0]])
    assert fitted.anomaly_score([[2.0], [-1.0]]).tolist() == expected


@pytest.mark.parametrize("detector", [NearestRows(), NearestRows(distance="largest"), LocalOutlierFactor()])
def test_contributions_add_up_and_name_the_odd_column(detector: Any) -> None:
    fitted = detector.fit(normal())
    odd = np.array([[0.0, 9.0, 0.0, 0.0], [0.0, 0.0, 0.0, 7.0]])
    parts = fitted.contributions(odd)
    np.testing.assert_allclose(parts.sum(axis=1), fitted.anomaly_score(odd))
    assert parts.argmax(axis=1).tolist() == [1, 3]


def test_local_outlier_factor_is_scikit_learns_where_rows_lie_evenly() -> None:
    X = normal(500)
    fitted = LocalOutlierFactor(n_neighbors=20, scale="none").fit(X)
    fitted.reach_ = np.zeros(500)
    asked = normal(50, seed=3) * 3
    reference = Reference(n_neighbors=20, novelty=True).fit(X)
    ours = np.argsort(fitted.anomaly_score(asked))
    theirs = np.argsort(-reference.score_samples(asked))
    assert np.corrcoef(np.argsort(ours), np.argsort(theirs))[0, 1] > 0.9


def test_many_rows_alike_do_not_make_their_neighbours_odd() -> None:
    X = np.vstack([normal(300), np.zeros((300, 4)), normal(30, seed=4) * 1e-9])
    fitted = LocalOutlierFactor().fit(X)
    assert fitted.anomaly_score([[0.05, 0.0, 0.0, 0.0]])[0] < 2


def test_support_vectors_are_scikit_learns_on_one_scale() -> None:
    X = normal(300)
    fitted = OneClassSvm(nu=0.1, gamma=0.3, scale="none").fit(X)
    reference = OneClassSVM(nu=0.1, gamma=0.3).fit(X)
    near = normal(200, seed=2) * 1.5
    ours, theirs = fitted.anomaly_score(near), -reference.decision_function(near)
    np.testing.assert_allclose(np.exp(-ours - fitted.level_), reference.offset_[0] - theirs, rtol=3e-3)
    assert ((ours > 0) == (theirs > 0)).mean() > 0.98


@pytest.mark.parametrize("method", ["exact", "nystroem"])
def test_cover_goes_on_fading_where_the_kernel_is_nothing(method: str) -> None:
    fitted = OneClassSvm(method=method, n_components=100).fit(normal())
    scores = fitted.anomaly_score(np.outer([3.0, 50.0, 1e3, 1e6], np.ones(4)))
    assert (np.diff(scores) > 10).all()
    assert fitted.log_weight_.min() > -np.inf
    assert 0.85 < (fitted.anomaly_score(normal(1000, seed=5)) < 0).mean() <= 1


def test_landmarks_agree_with_the_exact_solution() -> None:
    X, asked = normal(1500), normal(300, seed=2) * 2
    exact, few = (
        OneClassSvm(method=method, n_components=150).fit(X).anomaly_score(asked) for method in ("exact", "nystroem")
    )
    assert np.corrcoef(exact, few)[0, 1] > 0.95


def test_the_column_that_is_far_speaks() -> None:
    parts = OneClassSvm().fit(normal()).contributions(np.array([[0.0, 0.0, 8.0, 0.0]]))
    assert parts[0].argmax() == 2
    assert parts[0, 2] > 0.8 * parts[0].sum()


@pytest.mark.parametrize(
    "detector",
    [
        NearestRows(n_neighbors=0),
        NearestRows(distance="median"),
        NearestRows(scale="log"),
        LocalOutlierFactor(max_samples=1),
        OneClassSvm(nu=0.0),
        OneClassSvm(method="linear"),
    ],
)
def test_parameters_without_sense_are_refused(detector: Any) -> None:
    with pytest.raises(UsageError, match="expected"):
        detector.fit(normal(30))


@pytest.mark.parametrize("detector", [NearestRows, LocalOutlierFactor, OneClassSvm])
def test_no_column_outweighs_another_by_its_unit(detector: Any) -> None:
    X, asked, unit = normal(), normal(20, seed=6) * 3, np.array([1.0, 1e6, 1e-6, 1e3])
    plain, other = detector().fit(X).anomaly_score(asked), detector().fit(X * unit).anomaly_score(asked * unit)
    np.testing.assert_allclose(other, plain, rtol=1e-6, atol=1e-6)
