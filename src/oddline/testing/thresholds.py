"""The contract of a threshold."""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Cut
from oddline.testing._round_trip import round_trip
from oddline.thresholds.base import Threshold

Subject = type[Threshold]

_SCORES = np.random.default_rng(0).gamma(2.0, size=2_000)
_LADDER = np.concatenate([np.linspace(-1, 30, 200), [1e3, 1e9]])


def check_surprise_never_falls_as_the_score_grows(threshold: Subject) -> None:
    """Higher scores are never less surprising, inside the training range and far beyond it."""
    surprise = threshold().fit(_SCORES).surprise(_LADDER)
    assert (np.diff(surprise) >= -1e-9).all(), "surprise falls"
    assert surprise[-1] > surprise[0], "surprise never rises"


def check_surprise_is_a_finite_number_from_0(threshold: Subject) -> None:
    """Surprise is finite and not negative, whatever the training scores were."""
    for scores in (_SCORES, np.zeros(50), np.array([1.0]), np.array([1.0, 2.0, 2.0])):
        surprise = threshold().fit(scores).surprise(_LADDER)
        assert np.isfinite(surprise).all(), f"not finite after {scores.size} scores"
        assert (surprise >= 0).all(), f"negative after {scores.size} scores"


def check_surprise_means_what_it_says(threshold: Subject) -> None:
    """Of fresh normal scores, about one in a hundred has a surprise of 2 or more."""
    fresh = np.random.default_rng(1).gamma(2.0, size=20_000)
    share = float((threshold().fit(_SCORES).surprise(fresh) >= 2).mean())
    assert 0.003 < share < 0.03, f"{share:.4f} of normal scores have surprise 2, not 0.01"


def check_calibrated_scores_pass_unchanged(threshold: Subject) -> None:
    """Scores that are surprises already stay what they are."""
    given = np.array([0.0, 0.5, 2.0, 7.0])
    np.testing.assert_array_equal(threshold().fit(_SCORES, calibrated=True).surprise(given), given)


def check_cut_is_a_surprise(threshold: Subject) -> None:
    """The decision is a finite surprise with the name of the method that made it."""
    fitted = threshold().fit(_SCORES)
    cut = fitted.cut(fitted.surprise(_SCORES))
    assert isinstance(cut, Cut), f"{cut!r} is no Cut"
    assert np.isfinite(cut.cut), f"{cut.cut} is not finite"
    assert cut.cut >= 0, f"{cut.cut} is negative"
    assert cut.method, "no method"
    assert np.isfinite(fitted.cut(np.zeros(0)).cut), "no windows, no finite cut"


def check_survives_a_bundle(threshold: Subject) -> None:
    """Loaded elsewhere it gives the same surprise."""
    fitted = threshold().fit(_SCORES)
    np.testing.assert_array_equal(round_trip(fitted).surprise(_LADDER), fitted.surprise(_LADDER))
