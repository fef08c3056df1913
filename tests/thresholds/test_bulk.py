"""The cut of a log that is held against itself: what its bulk does not explain."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.thresholds.bulk import Bulk
from oddline.thresholds.gap import Gap


def flagged(scores: np.ndarray, threshold: Gap | None = None) -> np.ndarray:
    fitted = (threshold or Bulk()).fit(scores)
    surprise = fitted.surprise(scores)
    return np.asarray(surprise >= fitted.cut(surprise).cut)


def levels(*kinds: tuple[float, int]) -> np.ndarray:
    """Scores of sessions of a few kinds: so high, so many."""
    return np.concatenate([np.full(count, score) for score, count in kinds])


def test_odd_kinds_are_found_that_no_wide_gap_parts_from_each_other() -> None:
    usual = levels((0.6, 600), (1.0, 300), (2.7, 20), (3.1, 10))
    odd = np.append(np.linspace(12.0, 45.0, 150), 300.0)
    found = flagged(np.concatenate([usual, odd]))
    assert not found[: len(usual)].any()
    assert found[len(usual) :].all()
    # One session far out makes every other gap too narrow for the threshold of that name.
    assert flagged(np.concatenate([usual, odd]), Gap())[len(usual) :].sum() == 1


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_the_unit_of_the_scores_does_not_matter(scale: float) -> None:
    random = np.random.default_rng(0)
    scores = np.concatenate([random.exponential(size=1_000), np.linspace(15, 25, 100)])
    np.testing.assert_array_equal(flagged(scale * scores + 7.0), flagged(scores))


@pytest.mark.parametrize("name", ["exponential", "normal", "uniform", "gamma"])
def test_of_clean_scores_hardly_any_is_flagged(name: str) -> None:
    random = np.random.default_rng(0)
    draw = getattr(random, name)
    scores = draw(2.0, size=5_000) if name == "gamma" else draw(size=5_000)
    assert flagged(scores).mean() <= 0.004


def test_a_rare_kind_of_ordinary_sessions_is_not_flagged_for_being_the_last() -> None:
    assert not flagged(levels((0.9, 1_200), (2.2, 600), (4.2, 200))).any()


def test_what_most_sessions_differ_from_is_flagged_only_if_it_is_rare() -> None:
    assert flagged(levels((0.1, 960), (4.0, 40))).sum() == 40
    # As many as lie between them and the median, or more: which of them would be the usual ones?
    assert flagged(levels((0.1, 850), (3.9, 75), (4.0, 75))).sum() == 0


def test_there_is_a_cut_whatever_the_scores_are() -> None:
    for scores in (np.zeros(50), np.array([1.0]), np.array([np.inf, np.nan, 1.0, 2.0])):
        threshold = Bulk().fit(scores)
        assert np.isfinite(threshold.cut(threshold.surprise(scores)).cut)
    assert Bulk().fit(np.zeros(50)).above_ is None
    assert Bulk().fit(np.zeros(50)).cut(np.zeros(1)).method == "bulk"


@pytest.mark.parametrize("wrong", [{"most": 1.5}, {"rare": -0.1}, {"false_share": 2.0}])
def test_senseless_parameters_are_refused_in_words(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} is .*; expected a number between"):
        Bulk(**wrong).fit(np.zeros(100))
