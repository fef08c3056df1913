"""The cut at the gap: where odd windows stand apart from the others, and where nothing does."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.thresholds.gap import Gap


def flagged(threshold, scores):
    surprise = threshold.surprise(np.asarray(scores, dtype=float))
    return (surprise >= threshold.cut(surprise).cut).tolist()


@pytest.mark.parametrize("odd", [3, 30, 150])
def test_odd_windows_in_training_do_not_move_the_cut_beyond_themselves(odd):
    random = np.random.default_rng(0)
    scores = np.concatenate([random.gamma(2.0, size=1000), 60 + random.gamma(2.0, size=odd)])
    assert flagged(Gap().fit(scores), [1, 5, 59, 62, 99]) == [False, False, False, True, True]


def test_without_a_gap_it_is_a_quantile():
    scores = np.random.default_rng(0).normal(size=2000)
    threshold = Gap(otherwise=0.99).fit(scores)
    assert threshold.above_ is None
    assert flagged(threshold, [0, 2, 6]) == [False, False, True]


def test_more_odd_windows_than_may_be_are_no_oddity():
    scores = np.concatenate([np.linspace(0, 1, 600), np.linspace(50, 60, 400)])
    assert Gap().fit(scores).above_ is None


def test_equal_scores_have_no_gap():
    assert Gap().fit(np.zeros(100)).above_ is None
    with pytest.raises(UsageError, match="most"):
        Gap(most=1.5).fit(np.zeros(100))
