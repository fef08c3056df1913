"""Cuts that labels teach, that a tail gives, and that control the share of false alarms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from oddline.core.errors import BadData, UsageError
from oddline.thresholds.best_f1 import BestF1
from oddline.thresholds.false_discovery import MOST_HELD, FalseDiscovery
from oddline.thresholds.peaks_over_threshold import PeaksOverThreshold
from oddline.thresholds.quantile import Quantile


@pytest.mark.parametrize("draw", ["exponential", "normal"])
def test_peaks_over_threshold_takes_a_risk_that_no_sample_of_this_size_shows(draw):
    random = np.random.default_rng(0)
    rates = []
    for _ in range(10):
        fitted = PeaksOverThreshold(1e-4).fit(getattr(random, draw)(size=2_000))
        fresh = fitted.surprise(getattr(random, draw)(size=100_000))
        rates.append((fresh >= fitted.cut(fresh).cut).mean())
    assert 0.2e-4 < np.mean(rates) < 3e-4


def test_the_tail_is_fitted_to_as_many_scores_as_is_asked_for():
    scores = np.random.default_rng(0).exponential(size=2_000)
    begins = [float(PeaksOverThreshold(level=level).fit(scores).tail_["tail"][0]) for level in (0.5, 0.9, 0.98)]
    assert begins == pytest.approx(np.quantile(scores, [0.5, 0.9, 0.98]).tolist(), abs=0.02)
    usual, same = Quantile().fit(scores), PeaksOverThreshold().fit(scores)
    np.testing.assert_allclose(same.tail_["tail"], usual.tail_["tail"])


def discoveries(threshold, seed, *, draw, held=1_000, total=2_000, odd=20):
    """Give the share of false ones among what is flagged, and the share of odd ones that is."""
    random = np.random.default_rng(seed)
    fitted = threshold.fit(draw(random, held))
    scores = draw(random, total)
    scores[:odd] = np.quantile(draw(random, 200_000), 0.9999) * (1 + random.random(odd))
    surprise = fitted.surprise(scores)
    flagged = surprise >= fitted.cut(surprise).cut
    return flagged[odd:].sum() / max(flagged.sum(), 1), flagged[:odd].sum() / max(odd, 1)


@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize("draw", [lambda r, n: r.normal(size=n), lambda r, n: r.pareto(2.0, size=n)])
def test_of_what_is_flagged_no_more_than_alpha_is_normal(draw, alpha):
    told = np.array([discoveries(FalseDiscovery(alpha), seed, draw=draw, held=2_000, odd=60) for seed in range(40)])
    # The mean of 40 samples is off by about 0.02.
    assert told[:, 0].mean() <= alpha + 0.03
    assert told[:, 1].mean() > 0.9
    assert told[:, 0].mean() > alpha / 4, "so careful that it cannot be the procedure"


def test_nothing_is_flagged_that_so_few_held_back_windows_cannot_prove_unless_the_tail_goes_on():
    def draw(random, n):
        return random.exponential(size=n)

    asked = {"draw": draw, "held": 200, "total": 20_000, "odd": 50}
    assert discoveries(FalseDiscovery(0.1), 0, **asked) == (0.0, 0.0)
    false, found = discoveries(FalseDiscovery(0.1, extrapolate=True), 0, **asked)
    assert found > 0.8
    assert false < 0.3


def test_normal_windows_alone_raise_an_alarm_seldom():
    random = np.random.default_rng(0)
    alarms = 0
    for _ in range(40):
        fitted = FalseDiscovery(0.1).fit(random.normal(size=1_000))
        surprise = fitted.surprise(random.normal(size=500))
        alarms += bool((surprise >= fitted.cut(surprise).cut).any())
    assert alarms <= 9  # 4 are expected; more than 9 come once in 200 times


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 300.0]), min_size=1, max_size=40),
    st.lists(st.floats(0, 300), max_size=40),
)
def test_p_values_are_the_conformal_ones(held, asked):
    fitted = FalseDiscovery().fit(np.array(held), calibrated=True)
    asked = np.array([*asked, *held])
    expected = [(1 + sum(one >= value for one in held)) / (1 + len(held)) for value in asked]
    np.testing.assert_allclose(fitted.p_values(asked), expected)


def test_many_held_back_windows_are_kept_in_little_and_no_p_value_is_too_small():
    random = np.random.default_rng(0)
    held = np.sort(random.exponential(size=60_000))
    fitted = FalseDiscovery().fit(held, calibrated=True)
    assert len(fitted.held_) <= MOST_HELD
    asked = np.append(random.exponential(size=5_000), held[-50:])
    expected = (1 + len(held) - np.searchsorted(held, asked)) / (1 + len(held))
    p = fitted.p_values(asked)
    assert (p >= expected - 1e-12).all()
    assert (p <= 1.01 * expected + 1e-12).all()
    np.testing.assert_allclose(p[-50:], expected[-50:])


labelled = st.lists(st.tuples(st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.5]), st.booleans()), min_size=2, max_size=40)


@settings(deadline=None)
@given(labelled)
def test_no_other_cut_has_a_better_f1_on_the_labels(pairs):
    scores, odd = (np.array(column) for column in zip(*pairs, strict=True))
    if odd.all() or not odd.any():
        with pytest.raises(BadData, match=r"odd"):
            BestF1().fit(scores, odd)
        return
    fitted = BestF1().fit(scores, odd, calibrated=True)
    flagged = scores >= fitted.cut(scores).cut
    best = max(f1_score(odd, scores >= level, zero_division=0) for level in np.unique(scores))
    assert f1_score(odd, flagged) == pytest.approx(best)
    assert fitted.f1_ == pytest.approx(best)


def test_the_cut_lies_between_the_kinds():
    scores, odd = np.array([1.0, 2.0, 8.0, 9.0]), np.array([0, 0, 1, 1])
    assert BestF1().fit(scores, odd, calibrated=True).cut(scores).cut == 5.0


def test_without_labels_there_is_no_best_f1():
    with pytest.raises(
        UsageError, match=r"labels, and there are none; expected which .* Try: a threshold that needs no"
    ):
        BestF1().fit(np.arange(5.0))


@pytest.mark.parametrize(
    "threshold",
    [FalseDiscovery(0), FalseDiscovery(1), PeaksOverThreshold(0), PeaksOverThreshold(1), PeaksOverThreshold(level=1)],
)
def test_senseless_parameters_are_refused_in_words(threshold):
    with pytest.raises(UsageError, match=r"(alpha|q|level) is .*; expected a number between"):
        threshold.fit(np.arange(200.0)).cut(np.zeros(1))
