"""The tail: right where it can be known, rising, finite and valid where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.core import tail as module
from oddline.core.nouns import Floats
from oddline.core.tail import HIGHEST, fit_tail, tail_surprise

DISTRIBUTIONS = {
    "exponential": lambda random, n: random.exponential(size=n),
    "normal": lambda random, n: random.normal(size=n),
    "heavy": lambda random, n: random.pareto(2.0, size=n),
    "bounded": lambda random, n: random.random(size=n),
    "mixture": lambda random, n: np.where(random.random(n) < 0.97, random.normal(size=n), random.normal(20, 5, n)),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("level", [1.0, 2.0, 3.0])
def test_so_many_normal_windows_pass_as_the_surprise_says(name: str, level: float) -> None:
    """On rows of the same distribution, the share beyond a surprise s is 10 ** -s, within a factor of three.

    At surprise 3 five of the 5,000 scores decide, so less cannot be promised of one sample.
    """
    random = np.random.default_rng(0)
    tail = fit_tail(DISTRIBUTIONS[name](random, 5000))
    share = (tail_surprise(tail, DISTRIBUTIONS[name](random, 400_000)) >= level).mean()
    assert 10**-level / 3 <= share <= 3 * 10**-level


def test_the_tail_reaches_beyond_what_was_seen() -> None:
    random = np.random.default_rng(0)
    tail = fit_tail(random.exponential(size=5000))
    # The chance that an exponential variable exceeds x is e ** -x.
    assert tail_surprise(tail, np.array([15.0]))[0] == pytest.approx(15 / np.log(10), rel=0.25)
    # That a Pareto one of index 2 exceeds x is (1 + x) ** -2.
    tail = fit_tail(random.pareto(2.0, size=5000))
    assert tail_surprise(tail, np.array([300.0]))[0] == pytest.approx(2 * np.log10(301), rel=0.25)


scores = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300).map(np.array)
anything = st.lists(st.floats(), min_size=1, max_size=50).map(np.array)


@settings(deadline=None)
@given(scores, anything)
def test_surprise_is_finite_not_negative_and_never_falls(learnt: Floats, asked: Floats) -> None:
    asked = np.sort(np.concatenate([asked[~np.isnan(asked)], learnt, learnt + 1e-9, [np.inf, -np.inf]]))
    surprise = tail_surprise(fit_tail(learnt), asked)
    assert np.isfinite(surprise).all()
    assert (surprise >= 0).all()
    assert (np.diff(surprise) >= 0).all()
    assert surprise[-1] == HIGHEST


@settings(deadline=None)
@given(scores)
def test_a_score_that_normal_windows_had_is_no_surprise_beyond_their_number(learnt: Floats) -> None:
    n = len(learnt)
    middle = np.sort(learnt)[(n - 1) // 2]
    assert tail_surprise(fit_tail(learnt), np.array([middle]))[0] <= np.log10(2.5)


@pytest.mark.parametrize("n", [*range(1, 21), 49, 50, 51])
def test_few_scores_claim_little(n: int) -> None:
    learnt = np.arange(n, dtype=float)
    highest = tail_surprise(fit_tail(learnt), np.array([n - 1.0]))[0]
    assert highest == pytest.approx(np.log10((n + 1) / 2), abs=0.5)


def test_equal_scores_are_no_surprise_and_others_are() -> None:
    for value in (0.0, 7.0, -3.0):
        tail = fit_tail(np.full(1000, value))
        same, hair, far = tail_surprise(tail, np.array([value, value + 1e-9, value + 100.0]))
        assert same == 0
        assert hair <= np.log10(1001) + 0.1
        assert far > 5


def test_scores_that_are_no_numbers_are_left_out_and_no_surprise() -> None:
    tail = fit_tail(np.array([1.0, np.nan, 2.0, np.inf, 3.0]))
    assert tail["levels"].tolist() == [1.0, 2.0, 3.0]
    assert tail_surprise(tail, np.array([np.nan]))[0] == 0
    assert np.isfinite(tail_surprise(fit_tail(np.array([np.nan])), np.array([5.0]))).all()


def test_what_is_kept_stays_small_and_loses_nothing_that_matters() -> None:
    learnt = np.random.default_rng(0).random(200_000)
    tail = fit_tail(learnt)
    surprise = tail_surprise(tail, learnt)
    for rank in (1, 5, 50, 500, 50_000):
        passed = (surprise >= np.log10(200_001 / (rank + 1)) - 1e-9).sum()
        assert rank <= passed <= 1.02 * rank + 1
    assert sum(values.nbytes for values in tail.values()) < 100_000


@pytest.mark.parametrize(
    "held_back",
    [
        lambda random: random.gamma(2, 3, 3_000),
        lambda random: np.r_[random.gamma(2, 3, 3_000), 1e-300, 1e300],  # too many steps
        lambda random: 5 + random.random(3_000) * 1e-4,  # too many levels within one
        lambda random: random.normal(size=3_000),  # negative ones
        lambda random: -random.gamma(2, 3, 3_000),
        lambda random: np.full(50, 7.0),
        lambda random: random.integers(0, 9, 3_000).astype(float),
    ],
)
def test_many_at_once_are_judged_as_each_is(
    held_back: Callable[[np.random.Generator], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(0)
    levels = held_back(random)
    learnt = fit_tail(levels)
    known = learnt["levels"]
    near = np.r_[known, np.nextafter(known, np.inf), np.nextafter(known, -np.inf)]
    strange = [0.0, -0.0, -1.0, -1e300, 1e300, np.inf, -np.inf, np.nan, 5e-324]
    scores = np.r_[near, strange, random.normal(5, 10, 20_000), -known]
    assert len(scores) > module.MANY
    told = tail_surprise(learnt, scores)
    monkeypatch.setattr(module, "MANY", 1 << 40)
    np.testing.assert_array_equal(told, tail_surprise(learnt, scores))
