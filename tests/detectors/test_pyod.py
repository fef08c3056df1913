"""PyOD's estimators behind our contract: who is refused and why, and what a bundle gives back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyod")

from oddline.core.errors import BundleRefused, UnknownPlugin, UsageError
from oddline.core.nouns import Floats
from oddline.detectors._pyod_model import known
from oddline.detectors._pyod_probe import fault
from oddline.detectors.pyod import Pyod
from oddline.testing._round_trip import round_trip


def normal(rows: int = 200, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(size=(rows, 3))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ECOD", "a row alone has another score than in company"),
        ("COPOD", "a row alone has another score than in company"),
        ("LODA", "rows that are far away in every column are not odd"),
        ("HDBSCAN", "rows that are far away in every column are not odd"),
        ("COF", "scoring breaks off"),
    ],
)
def test_who_breaks_the_contract_is_refused_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=f"PyOD's {name} breaks the contract of detectors: {reason}"):
        Pyod(name).fit(normal())


@pytest.mark.parametrize("name", ["KNN", "PCA", "OCSVM", "LOF", "GMM"])
def test_who_keeps_the_contract_is_taken(name: str) -> None:
    assert fault(name, {}, 4) == ""


@pytest.mark.parametrize(
    ("name", "settings"), [("KNN", {"n_neighbors": 3}), ("IForest", {"n_estimators": 10}), ("Sampling", {})]
)
def test_a_bundle_learns_again_and_gives_the_same_bits(name: str, settings: dict[str, Any]) -> None:
    fitted, asked = Pyod(name, settings).fit(normal()), normal(40, seed=1) * 2
    there = round_trip(fitted)
    assert there._model is None
    np.testing.assert_array_equal(there.anomaly_score(asked), fitted.anomaly_score(asked))


def test_a_bundle_that_cannot_be_made_again_is_refused() -> None:
    there = round_trip(Pyod("KNN").fit(normal()))
    there.witnesses_ = there.witnesses_ + 1e-12
    with pytest.raises(BundleRefused, match="other scores here"):
        there.anomaly_score(normal(3))


def test_nobody_elses_random_numbers_are_touched() -> None:
    np.random.seed(5)
    expected = np.random.random(3)
    np.random.seed(5)
    Pyod("KNN").fit(normal()).anomaly_score(normal(3))
    np.testing.assert_array_equal(np.random.random(3), expected)


def test_names_are_read_and_a_wrong_one_is_told() -> None:
    assert {"IForest", "KNN", "AutoEncoder"} <= set(known())
    with pytest.raises(UnknownPlugin, match="Try: IForest"):
        Pyod("IForrest").fit(normal())


def test_decisions_and_wrong_settings_are_refused() -> None:
    with pytest.raises(UsageError, match="contamination"):
        Pyod("KNN", {"contamination": 0.2}).fit(normal())
    with pytest.raises(UsageError, match="cannot learn"):
        Pyod("KNN", {"neighbours": 3}).fit(normal())


def test_only_a_sample_of_many_rows_is_kept() -> None:
    fitted = Pyod("KNN", max_samples=50).fit(normal())
    assert fitted.rows_.shape == (50, 3)
    with pytest.raises(UsageError, match="no training rows"):
        Pyod("KNN", max_samples=0).fit(normal())
