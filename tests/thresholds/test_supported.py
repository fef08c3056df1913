"""The default cut of sessions: no further than held-back windows support, and lower where a scan has plenty to tell."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.thresholds.automatic import Automatic
from oddline.thresholds.supported import Supported


def fitted(held: int, **settings: float) -> Supported:
    return Supported(**settings).fit(np.random.default_rng(0).exponential(size=held))


def scan(normal: int, odd: int, surprise: float) -> np.ndarray:
    """Normal windows whose p-values are what they should be, and odd ones that all have one surprise."""
    even = -np.log10((np.arange(normal) + 0.5) / normal)
    return np.append(even, np.full(odd, surprise))


def test_it_is_no_higher_than_three_held_back_windows_support() -> None:
    assert fitted(3_000).cut(np.zeros(100_000)).cut == 3.0
    assert fitted(50).cut(np.zeros(100_000)).cut == 2.5
    assert fitted(3_000).cut(np.zeros(0)).cut == 2.5


def test_it_is_lower_where_far_more_lie_than_normal_windows_would() -> None:
    surprise = scan(900, 100, 1.7)
    assert fitted(1_000).cut(surprise).cut == pytest.approx(1.7)
    assert fitted(1_000).cut(np.random.default_rng(1).permutation(surprise)).cut == pytest.approx(1.7)


def test_it_is_not_lower_for_a_few_more_than_normal_windows_would_be() -> None:
    # One window in fifty reaches 1.7 anyway: 18 of 900. With 12 odd ones most of what is flagged would be normal.
    assert fitted(1_000).cut(scan(900, 12, 1.7)).cut == 2.5
    assert fitted(1_000).cut(scan(900, 0, 0.0)).cut == 2.5


def test_of_cuts_that_are_mostly_right_it_takes_the_one_with_the_best_f1_to_be_expected() -> None:
    # 5 more at 1.4 would cost some 16 normal windows; another 100 are worth them.
    first = scan(900, 60, 2.2)
    assert fitted(5_000).cut(np.append(first, np.full(5, 1.4))).cut == pytest.approx(2.2)
    assert fitted(5_000).cut(np.append(first, np.full(100, 1.4))).cut == pytest.approx(1.4)


def test_it_never_falls_below_the_floor_and_not_at_all_where_that_is_not_wanted() -> None:
    surprise = scan(500, 500, 1.25)
    assert fitted(1_000).cut(surprise).cut >= 1.3
    assert fitted(1_000, floor=1.2).cut(surprise).cut == pytest.approx(1.25)
    assert fitted(1_000, false_share=0.0).cut(scan(900, 100, 1.7)).cut == 2.5


def test_few_held_back_windows_are_trusted_less() -> None:
    # 46 of 970 windows are to be expected from 1.32 on, and 113 are there: more than twice as many, unless one in
    # twenty is what fifty held-back windows said by chance.
    surprise = scan(900, 70, 1.32)
    assert fitted(5_000).cut(surprise).cut == pytest.approx(1.32, abs=0.01)
    assert fitted(50).cut(surprise).cut == 2.5


@pytest.mark.parametrize("held", [50, 200, 1_000])
def test_a_scan_without_anything_odd_has_hardly_more_alarms_than_before(held: int) -> None:
    random = np.random.default_rng(held)
    more, before = 0, 0
    for _ in range(60):
        scores, judged = random.exponential(size=held), random.exponential(size=1_000)
        for share in (0.0, 0.5):
            threshold = Supported(false_share=share).fit(scores)
            surprise = threshold.surprise(judged)
            flagged = int((surprise >= threshold.cut(surprise).cut).sum())
            before, more = (before, more + flagged) if share else (before + flagged, more)
    assert more <= 1.3 * before


def test_surprises_of_a_detector_are_cut_as_they_are() -> None:
    threshold = Supported().fit(np.zeros(5_000), calibrated=True)
    assert threshold.cut(scan(900, 100, 1.7)).cut == 2.5


def test_it_says_how_many_held_back_windows_it_needs() -> None:
    assert Supported().enough == 949
    assert Supported(beyond=1.0).enough == 317
    assert Automatic().enough == 0


@pytest.mark.parametrize("wrong", [{"floor": -1.0}, {"false_share": 1.5}, {"beyond": 0.0}])
def test_senseless_parameters_are_refused_in_words(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} is .*; expected a number between"):
        fitted(100, **wrong).cut(np.zeros(1))
