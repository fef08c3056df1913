"""Detectors by a model of the training data: pca_residual, gaussian_mixture, hbos, ecod."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors.ecod import Ecod
from oddline.detectors.gaussian_mixture import GaussianMixture
from oddline.detectors.hbos import Hbos
from oddline.detectors.pca_residual import PcaResidual


def normal(rows: int = 1000, columns: int = 4, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(size=(rows, columns))


def plane(rows: int = 500, seed: int = 0) -> Floats:
    """Give rows in a plane of four columns, and a little beside it."""
    random = np.random.default_rng(seed)
    return random.normal(size=(rows, 2)) @ np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]]) + 0.05 * normal(rows, seed=1)


def test_leaving_the_plane_is_odder_than_going_along_it() -> None:
    fitted = PcaResidual(share=0.9).fit(plane())
    along, off = fitted.anomaly_score([[2.0, 2, 0, 0], [1.0, -1, 0, 0]])
    assert off > 5 * along


def test_without_the_inside_what_lies_along_the_components_is_never_odd() -> None:
    far = np.array([[50.0, 50, 0, 0]])
    blind, seeing = (PcaResidual(0.9, within=within).fit(plane()).anomaly_score(far)[0] for within in (False, True))
    assert seeing > 45
    assert blind < seeing / 5


def test_parts_of_the_residual_add_up_to_its_square() -> None:
    fitted, rows = PcaResidual(share=0.9, within=False).fit(plane()), normal(20, seed=2)
    np.testing.assert_allclose(fitted.contributions(rows).sum(axis=1), fitted.anomaly_score(rows) ** 2)
    assert PcaResidual().fit(plane()).contributions(np.array([[0.0, 5, 0, 0]]))[0].argmax() in {0, 1}


def test_one_component_is_the_normal_distribution() -> None:
    X, asked = normal(5000), normal(50, seed=3) * 3
    scores = GaussianMixture(n_components=1, ridge=1e-9, scale="none").fit(X).anomaly_score(asked)
    expected = 0.5 * (asked**2).sum(axis=1) + 2 * np.log(2 * np.pi)
    np.testing.assert_allclose(scores, expected, rtol=0.06)


def test_a_mixture_does_not_turn_over_far_away() -> None:
    X = np.vstack([normal(500), normal(500, seed=1) * 0.1 + 8, normal(500, seed=2) * 3 - 9])
    fitted = GaussianMixture(n_components=3).fit(X)
    for direction in normal(20, seed=4):
        way = X.mean(axis=0) + np.outer(np.geomspace(40, 1e9, 30), direction / np.linalg.norm(direction))
        assert (np.diff(fitted.anomaly_score(way)) > 0).all()


def test_few_rows_have_fewer_components() -> None:
    assert len(GaussianMixture(n_components=8).fit(normal(60)).mean_) == 3
    assert len(GaussianMixture(n_components=8).fit(normal(10)).mean_) == 1


def test_the_column_that_is_unlikely_speaks() -> None:
    for detector in (GaussianMixture(n_components=2), PcaResidual(), Hbos(), Ecod()):
        parts: Any = detector.fit(normal()).contributions(np.array([[0.0, 0.0, 6.0, 0.0]]))
        assert parts[0].argmax() == 2


@pytest.mark.parametrize("detector", [Hbos(), Ecod()])
def test_contributions_are_the_score(detector: Any) -> None:
    fitted, asked = detector.fit(normal()), normal(30, seed=5) * 4
    np.testing.assert_allclose(fitted.contributions(asked).sum(axis=1), fitted.anomaly_score(asked))


@pytest.mark.parametrize("detector", [Hbos(), Ecod()])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_beyond_training_it_goes_on_rising(detector: Any, sign: float) -> None:
    X = normal()
    inside = detector.fit(X).anomaly_score(X[:, [0, 0, 0, 0]] * [1, 0, 0, 0]).max()
    way = np.zeros((6, 4))
    way[:, 0] = sign * np.array([4.5, 5, 10, 100, 1e4, 1e12])
    scores = detector.anomaly_score(way)
    assert (np.diff(scores) > 0).all()
    assert scores[0] >= inside


def test_a_histogram_sees_the_gap_that_tails_do_not() -> None:
    X = np.concatenate([normal(500, 1), normal(500, 1, seed=1) + 30])
    gap, left = Hbos().fit(X).anomaly_score([[15.0], [0.0]])
    assert gap > left + 3
    gap, left = Ecod().fit(X).anomaly_score([[15.0], [-2.0]])
    assert gap < left


def test_few_values_have_a_bar_each() -> None:
    X = np.array([[0.0]] * 90 + [[1.0]] * 9 + [[7.0]])
    common, rare, rarest, unseen = Hbos().fit(X).anomaly_score([[0.0], [1.0], [7.0], [8.0]])
    assert common == 0
    assert rare == pytest.approx(np.log(91 / 10))
    assert rarest == pytest.approx(np.log(91 / 2))
    assert unseen > rarest


def test_tails_are_shares_of_training() -> None:
    fitted = Ecod().fit(np.arange(99.0)[:, None])
    assert fitted.anomaly_score([[0.0], [98.0], [9.0]]) == pytest.approx(-np.log([0.02, 0.02, 0.11]))
    assert fitted.anomaly_score([[-1.0]])[0] == pytest.approx(-np.log(0.01) + 1 / np.arange(99.0).std())


def test_long_columns_are_remembered_by_rank() -> None:
    X = np.sort(normal(50_000, 1), axis=0)
    fitted = Ecod().fit(X)
    assert len(fitted.values_[0]) <= 2_000
    asked = X[[0, 3, 50, 500, 25_000, 49_990]]
    rank = np.searchsorted(X.ravel(), asked.ravel())
    expected = -np.log((np.minimum(rank + 1, 50_000 - rank) + 1) / 50_001)
    np.testing.assert_allclose(fitted.anomaly_score(asked), expected, atol=0.1)


@pytest.mark.parametrize("detector", [PcaResidual(share=0), Hbos(n_bins=1), GaussianMixture(ridge=0)])
def test_parameters_without_sense_are_refused(detector: Any) -> None:
    with pytest.raises(UsageError, match="expected"):
        detector.fit(normal(30))


@pytest.mark.parametrize("detector", [PcaResidual(), GaussianMixture(), Hbos(), Ecod()])
def test_no_column_outweighs_another_by_its_unit(detector: Any) -> None:
    X, asked, unit = normal(), normal(20, seed=6) * 3, 2.0 ** np.array([0, 20, -20, 10])
    plain = detector.fit(X).anomaly_score(asked)
    np.testing.assert_allclose(detector.fit(X * unit).anomaly_score(asked * unit), plain, rtol=1e-6, atol=1e-6)
