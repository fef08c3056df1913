"""The cut of scores that are logarithms of chances: where departures stop becoming fewer."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.thresholds.falloff import Falloff

ONE = float(np.log(20.0))
"""What one departure is worth that one window in twenty makes."""


def flagged(scores: np.ndarray, threshold: Falloff | None = None) -> np.ndarray:
    fitted = (threshold or Falloff()).fit(scores)
    surprise = fitted.surprise(scores)
    return np.asarray(surprise >= fitted.cut(surprise).cut)


def levels(*kinds: tuple[float, int]) -> np.ndarray:
    """Scores of windows: so high, so many."""
    return np.concatenate([np.full(count, score) for score, count in kinds])


@pytest.mark.parametrize("odd", [3, 30, 300, 900])
def test_odd_windows_are_found_however_many_there_are(odd: int) -> None:
    usual = levels((0.3, 800), (ONE, 180), (2 * ONE, 20))
    found = flagged(np.append(usual, np.linspace(20.0, 60.0, odd)))
    assert not found[: len(usual)].any()
    assert found[len(usual) :].all()


def test_more_than_half_are_not_odd() -> None:
    assert flagged(np.append(levels((0.3, 800), (ONE, 180)), np.linspace(20.0, 60.0, 1_100))).mean() <= 0.004


def test_what_becomes_fewer_with_each_departure_is_usual() -> None:
    usual = levels((0.3, 8_000), (ONE, 1_500), (2 * ONE, 300), (3 * ONE, 60), (4 * ONE, 12))
    assert flagged(usual).sum() <= 12
    # Twice as many two departures from their kind as the law grants, and a third of these three.
    assert flagged(levels((0.3, 8_000), (ONE, 300), (2 * ONE, 200), (3 * ONE, 200))).sum() == 400


def test_where_many_make_one_departure_more_make_two() -> None:
    usual, odd = levels((0.3, 500), (ONE, 400), (2 * ONE, 160), (3 * ONE, 40)), np.full(50, 40.0)
    assert flagged(usual).sum() == 0
    assert flagged(np.append(usual, odd)).sum() == 50
    assert flagged(levels((0.3, 500), (ONE, 520), (2 * ONE, 160)), Falloff(most=0.9)).sum() == 0


def test_two_departures_that_are_worth_more_are_held_against_one_that_is() -> None:
    # Between one departure and two lies more than the least that one is worth, and nothing in it.
    assert flagged(levels((0.3, 1_000), (1.4 * ONE, 300), (2.8 * ONE, 60))).sum() == 0


def test_windows_without_a_departure_foretell_none() -> None:
    found = flagged(np.append(levels((0.9, 1_000), (5.5, 20)), np.linspace(6.2, 30.0, 60)))
    assert found.sum() == found[-60:].sum() == 60


def test_rare_departures_one_each_are_odd_only_if_few_make_them() -> None:
    alone = 2.0 * ONE + 0.2
    assert flagged(levels((0.3, 2_000), (alone, 90), (2 * alone, 2))).sum() == 92
    assert flagged(levels((0.3, 2_000), (alone, 300), (2 * alone, 20))).mean() <= 0.01
    # As many, and too far out for one departure: no window makes one that is rarer than one of all.
    assert flagged(levels((0.3, 2_000), (9.0, 300))).sum() == 300


def test_nothing_below_the_lowest_cut_is_flagged_by_the_law() -> None:
    scores = levels((0.3, 1_000), (5.7, 30))
    assert Falloff().fit(scores).above_ is None
    assert Falloff(lowest=2.4).fit(scores).above_ == 5.7


def test_there_is_a_cut_whatever_the_scores_are() -> None:
    for scores in (np.zeros(50), np.array([1.0]), np.array([np.inf, np.nan, 1.0, 2.0]), np.full(9, 50.0), np.zeros(0)):
        threshold = Falloff().fit(scores)
        assert np.isfinite(threshold.cut(threshold.surprise(scores)).cut)
    assert Falloff().fit(np.zeros(50)).cut(np.zeros(1)).method == "falloff"


@pytest.mark.parametrize(
    "wrong",
    [{"most": 1.5}, {"false_share": 2.0}, {"ratio": 1.0}, {"departure": 0.0}, {"lowest": 0.0}, {"rare": -0.1}],
)
def test_senseless_parameters_are_refused_in_words(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} is .*; expected a number between"):
        Falloff(**wrong).fit(np.append(np.zeros(100), 30.0))
