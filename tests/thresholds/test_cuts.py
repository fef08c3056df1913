"""Three ways to decide, over one surprise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.core.errors import UsageError
from oddline.thresholds._calibrated import Calibrated
from oddline.thresholds.automatic import Automatic
from oddline.thresholds.budget import Budget
from oddline.thresholds.quantile import Quantile


@pytest.mark.parametrize("threshold", [Automatic(), Budget(3), Quantile()])
def test_surprises_pass_through_unchanged(threshold: Calibrated) -> None:
    given_scores = np.array([0.0, 0.5, 7.25])
    fitted = threshold.fit(np.array([1.0, 2.0]), calibrated=True)
    np.testing.assert_array_equal(fitted.surprise(given_scores), given_scores)
    np.testing.assert_array_equal(fitted.surprise(np.array([np.inf, np.nan, -1.0])), [300.0, 0.0, 0.0])


def test_automatic_tolerates_about_as_many_false_alarms_as_it_says() -> None:
    random = np.random.default_rng(0)
    threshold = Automatic(expected=20).fit(random.normal(size=20_000))
    surprise = threshold.surprise(random.normal(size=100_000))
    assert 5 <= (surprise >= threshold.cut(surprise).cut).sum() <= 60


def test_automatic_is_bounded_and_looks_at_the_number_only() -> None:
    threshold = Automatic()
    assert threshold.cut(np.zeros(0)).cut == 2.5
    assert threshold.cut(np.zeros(10)).cut == 2.5
    assert threshold.cut(np.zeros(50_000)).cut == threshold.cut(np.full(50_000, 99.0)).cut == 4.0
    assert Automatic(expected=1e-9).cut(np.zeros(10)).cut == 6.0


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 2.5, 300.0]), max_size=40), st.integers(0, 45))
def test_budget_lets_at_most_so_many_through_and_wastes_none(values: list[float], n: int) -> None:
    surprise = np.array(values)
    cut = Budget(n).cut(surprise)
    passed = surprise[surprise >= cut.cut]
    assert len(passed) <= n
    assert cut.budget == n
    left = np.unique(surprise[(surprise < cut.cut) & (surprise > 0)])
    # Whatever was refused would have broken the budget, with its equals.
    if left.size:
        assert len(passed) + (surprise == left.max()).sum() > n


def test_quantile_does_not_depend_on_the_scan() -> None:
    threshold = Quantile(0.9).fit(np.arange(999.0))
    assert threshold.cut(np.zeros(3)).cut == threshold.cut(np.full(1000, 9.0)).cut
    flagged = threshold.surprise(np.arange(999.0)) >= threshold.cut(np.zeros(1)).cut
    assert 98 <= flagged.sum() <= 100


@pytest.mark.parametrize("threshold", [Automatic(expected=0), Quantile(0), Quantile(1), Quantile(99), Budget(-1)])
def test_senseless_parameters_are_refused_in_words(threshold: Calibrated) -> None:
    with pytest.raises(UsageError, match=r"(expected|q|n) is .*; expected a number between"):
        threshold.cut(np.zeros(1))
