"""The contract of a threshold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from oddline.core.errors import OddlineError
from oddline.core.nouns import Cut, Floats
from oddline.testing._round_trip import round_trip
from oddline.thresholds.base import Threshold

Subject = type[Threshold]

_SCORES = np.random.default_rng(0).gamma(2.0, size=2_000)
_LADDER = np.concatenate([np.linspace(-1, 30, 200), [1e3, 1e9]])

_OFF = 0.07
"""How far p-values may be from uniform. Of 1,000 held-back and 10,000 fresh scores of one distribution the share below
any p differs by more than 1.95 * sqrt(1/1,000 + 1/10,000) = 0.065 once in a thousand times (Kolmogorov, Smirnov)."""


def fitted(threshold: Subject, scores: Floats, **told: Any) -> Threshold:
    """Fit on normal scores; one that learns from labels is shown odd ones as well, and told which they are."""
    if not threshold().supervised:
        return threshold().fit(scores, **told)
    odd = scores.max() + np.arange(1.0, 4.0)
    return threshold().fit(np.append(scores, odd), np.repeat([False, True], [len(scores), 3]), **told)


_NORMAL: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "gaussian": lambda random, n: random.normal(size=n),
    "exponential": lambda random, n: random.exponential(size=n),
    "heavy": lambda random, n: random.standard_t(2, size=n),
    "tied": lambda random, n: random.poisson(1.0, size=n).astype(np.float64),
}


def check_surprise_never_falls_as_the_score_grows(threshold: Subject) -> None:
    """Higher scores are never less surprising, inside the training range and far beyond it."""
    surprise = fitted(threshold, _SCORES).surprise(_LADDER)
    assert (np.diff(surprise) >= -1e-9).all(), "surprise falls"
    assert surprise[-1] > surprise[0], "surprise never rises"


def check_surprise_is_a_finite_number_from_0(threshold: Subject) -> None:
    """Surprise is finite and not negative, whatever the training scores were."""
    for scores in (_SCORES, np.zeros(50), np.array([1.0]), np.array([1.0, 2.0, 2.0])):
        surprise = fitted(threshold, scores).surprise(_LADDER)
        assert np.isfinite(surprise).all(), f"not finite after {scores.size} scores"
        assert (surprise >= 0).all(), f"negative after {scores.size} scores"


def check_surprise_means_what_it_says(threshold: Subject) -> None:
    """Of fresh normal scores, about one in a hundred has a surprise of 2 or more."""
    fresh = np.random.default_rng(1).gamma(2.0, size=20_000)
    share = float((fitted(threshold, _SCORES).surprise(fresh) >= 2).mean())
    assert 0.003 < share < 0.03, f"{share:.4f} of normal scores have surprise 2, not 0.01"


def check_calibrated_scores_pass_unchanged(threshold: Subject) -> None:
    """Scores that are surprises already stay what they are."""
    given = np.array([0.0, 0.5, 2.0, 7.0])
    np.testing.assert_array_equal(fitted(threshold, _SCORES, calibrated=True).surprise(given), given)


def check_cut_is_a_surprise(threshold: Subject) -> None:
    """The decision is a finite surprise with the name of the method that made it."""
    one = fitted(threshold, _SCORES)
    cut = one.cut(one.surprise(_SCORES))
    assert isinstance(cut, Cut), f"{cut!r} is no Cut"
    assert np.isfinite(cut.cut), f"{cut.cut} is not finite"
    assert cut.cut >= 0, f"{cut.cut} is negative"
    assert cut.method, "no method"
    assert np.isfinite(one.cut(np.zeros(0)).cut), "no windows, no finite cut"


def check_survives_a_bundle(threshold: Subject) -> None:
    """Loaded elsewhere it gives the same surprise."""
    one = fitted(threshold, _SCORES)
    np.testing.assert_array_equal(round_trip(one).surprise(_LADDER), one.surprise(_LADDER))


def check_p_values_of_normal_scores_are_uniform(threshold: Subject) -> None:
    """Of fresh normal scores a share p has a p-value of p or less, for each p, whatever their distribution.

    Scores that tie share the p-value of the luckiest: fewer than p may have it, never more.
    """
    from scipy.stats import kstest

    for name, draw in _NORMAL.items():
        random = np.random.default_rng(2)
        p = 10.0 ** -fitted(threshold, draw(random, 1_000)).surprise(draw(random, 10_000))
        off = kstest(p, "uniform", alternative="greater" if name == "tied" else "two-sided").statistic
        assert off < _OFF, f"{name} scores: p-values are {off:.3f} from uniform"


def check_odd_windows_do_not_calibrate(threshold: Subject) -> None:
    """Windows that a label calls odd do not make others like them less surprising."""
    odd = np.linspace(1.0, 25.0, 200)
    told = threshold().fit(np.append(odd, _SCORES), np.repeat([True, False], [len(odd), len(_SCORES)]))
    np.testing.assert_array_equal(told.surprise(_LADDER), fitted(threshold, _SCORES).surprise(_LADDER))


def check_labels_are_asked_for_where_they_are_needed(threshold: Subject) -> None:
    """One that learns from labels refuses to guess without them, in words; any other does without."""
    if not threshold().supervised:
        threshold().fit(_SCORES)
        return
    for y in (None, np.zeros(len(_SCORES), dtype=bool)):
        try:
            threshold().fit(_SCORES, y)
        except OddlineError as error:
            assert error.hint, "it does not say what to do"
        else:
            raise AssertionError(f"it made a cut up, {'without labels' if y is None else 'nothing being odd'}")
