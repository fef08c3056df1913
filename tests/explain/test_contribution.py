"""Shares of a score: exact where the detector knows them, by removal where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.nouns import Floats
from oddline.detectors.isolation_forest import IsolationForest
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.explain.contribution import Contribution


class Product:
    """A detector with no closed form that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def contributions(self, X: Floats) -> Floats | None:
        return None

    def anomaly_score(self, X: Floats) -> Floats:
        self.asked += len(X)
        return np.abs(X[:, 0]) * 10 + np.abs(X[:, 1])


def usual() -> Floats:
    return np.random.default_rng(0).normal(size=(400, 4))


@pytest.mark.parametrize("detector", [IsolationForest, Mahalanobis])
def test_shares_add_up_and_name_the_guilty_column(detector: type[Mahalanobis]) -> None:
    fitted = detector().fit(usual())
    rows = np.zeros((3, 4))
    rows[0, 2], rows[1, 0] = 9.0, -9.0
    shares = Contribution().shares(fitted, rows, np.zeros(4))
    assert shares.shape == rows.shape
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()
    assert shares[0].argmax() == 2
    assert shares[1].argmax() == 0


def test_a_row_without_parts_blames_all_alike() -> None:
    shares = Contribution().shares(Product(), np.zeros((1, 4)), np.zeros(4))
    assert shares.tolist() == [[0.25] * 4]


def test_equal_rows_are_asked_once_and_batches_change_nothing() -> None:
    rows = np.tile(np.random.default_rng(1).normal(size=(7, 4)), (30, 1))
    detector = Product()
    whole = Contribution().shares(detector, rows, np.zeros(4))
    assert detector.asked == 7 * 5
    np.testing.assert_array_equal(Contribution(batch=2).shares(Product(), rows, np.zeros(4)), whole)
    np.testing.assert_array_equal(Contribution().shares(Product(), rows[:1], np.zeros(4))[0], whole[0])


def test_huge_and_senseless_parts_still_make_shares() -> None:
    class Wild(Product):
        def contributions(self, X: Floats) -> Floats:
            return np.array([[1e308, 1e308, 0.0, 0.0], [np.inf, 1.0, np.nan, -5.0]])

    shares = Contribution().shares(Wild(), np.array([[1.0] * 4, [2.0] * 4]), np.zeros(4))
    np.testing.assert_allclose(shares, [[0.5, 0.5, 0, 0], [1, 0, 0, 0]], atol=1e-12)


def test_a_part_below_zero_is_no_share() -> None:
    class Known(Product):
        def contributions(self, X: Floats) -> Floats:
            return np.array([[3.0, -1.0, 0.0, 1.0]])

    assert Contribution().shares(Known(), np.ones((1, 4)), np.zeros(4)).tolist() == [[0.75, 0.0, 0.0, 0.25]]


def test_no_rows_give_no_shares() -> None:
    assert Contribution().shares(Product(), np.zeros((0, 4)), np.zeros(4)).shape == (0, 4)
