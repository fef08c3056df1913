"""The cut of windows of which some say themselves that something is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.detectors.declared import DECLARED, DeclaredFirst
from oddline.thresholds.bulk import Bulk
from oddline.thresholds.declared import Declared

USUAL = np.random.default_rng(0).exponential(size=900)
FAR = np.linspace(12.0, 20.0, 10)


def flagged(scores: np.ndarray) -> np.ndarray:
    threshold = Declared().fit(scores)
    surprise = threshold.surprise(scores)
    return np.asarray(surprise >= threshold.cut(surprise).cut)


@pytest.mark.parametrize("saying", [1, 30, 800])
def test_all_that_say_so_are_told_and_what_the_bulk_does_not_explain(saying: int) -> None:
    scores = np.concatenate([USUAL, FAR, DECLARED + np.linspace(0.0, 3.0, saying)])
    found = flagged(scores)
    alone = Bulk().fit(np.append(USUAL, FAR))
    expected = alone.surprise(np.append(USUAL, FAR)) >= alone.cut(USUAL).cut
    assert found[910:].all()
    np.testing.assert_array_equal(found[:910], expected)
    assert found[900:910].all()


def test_surprise_rises_with_the_score_and_those_that_say_so_differ() -> None:
    threshold = Declared().fit(np.concatenate([USUAL, FAR, DECLARED + USUAL]))
    asked = np.concatenate([np.linspace(0.0, 30.0, 50), [DECLARED - 1], DECLARED + np.linspace(0.0, 30.0, 50)])
    surprise = threshold.surprise(asked)
    assert (np.diff(surprise) >= 0).all()
    assert surprise[50] + 0.5 <= surprise[51] < surprise[-1]
    assert np.ptp(surprise[1:51]) < 6.0


def test_what_nobody_said_in_training_is_told_all_the_same() -> None:
    threshold = Declared().fit(USUAL)
    surprise = threshold.surprise(np.array([0.5, DECLARED]))
    assert (surprise >= threshold.cut(surprise).cut).tolist() == [False, True]


def test_the_detector_scores_in_the_unit_that_the_threshold_knows() -> None:
    assert Declared().declared == DECLARED
    scores = (
        DeclaredFirst().fit(np.zeros((1, 3))).anomaly_score([[1e300, 1e300, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 2.0]])
    )
    assert scores[0] < DECLARED == scores[1]
    assert scores[2] == 2 * DECLARED


@pytest.mark.parametrize(("odd", "parameters"), [(100, {"most": 0.005}), (300, {"rare": 0.9})])
def test_the_others_are_cut_as_the_bulk_would_cut_them(odd: int, parameters: dict[str, float]) -> None:
    scores = np.concatenate([USUAL, np.linspace(12.0, 20.0, odd)])
    asked = np.linspace(0.0, 20.0, 200)
    made, bulk = Declared(**parameters).fit(np.append(scores, DECLARED)), Bulk(**parameters).fit(scores)
    assert made.cut(asked).cut == bulk.cut(asked).cut
    assert made.cut(asked).cut != Declared().fit(scores).cut(asked).cut
