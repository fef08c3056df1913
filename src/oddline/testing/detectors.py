"""The contract of a detector: what must hold for every one, whatever it does inside."""

from __future__ import annotations

import inspect
from copy import deepcopy
from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors.base import Detector
from oddline.testing._round_trip import round_trip

Subject = type[Detector]


def _usual(rows: int = 300, columns: int = 5, seed: int = 0) -> Floats:
    """Make normal rows: not negative, as counts and surprises are, and easy."""
    return np.abs(np.random.default_rng(seed).normal(size=(rows, columns)))


def _odd(rows: int = 12, columns: int = 5) -> Floats:
    """Make rows that no method should take for normal: far away in every column."""
    return _usual(rows, columns, seed=1) + 8.0


def check_higher_means_more_anomalous(detector: Subject) -> None:
    """Planted rows score above 99 % of the normal ones."""
    fitted = detector().fit(_usual())
    usual, odd = fitted.anomaly_score(_usual(seed=2)), fitted.anomaly_score(_odd())
    assert odd.min() > np.quantile(usual, 0.99), f"planted {odd.min():.3g}, normal {np.quantile(usual, 0.99):.3g}"


def check_further_is_never_less_anomalous(detector: Subject) -> None:
    """Going straight away from the middle, the score never falls by more than a hair."""
    fitted = detector().fit(_usual())
    middle = _usual().mean(axis=0)
    away = middle + np.outer([2.0, 4.0, 8.0, 16.0, 64.0, 1024.0], np.ones(middle.size))
    scores = fitted.anomaly_score(away)
    falls = np.diff(scores) < -0.02 * max(float(np.ptp(scores)), 1e-12)
    assert not falls.any(), f"scores on the way out: {scores}"


def check_scores_one_row_as_it_scores_many(detector: Subject) -> None:
    """A row alone has the score that it has in company."""
    fitted, rows = detector().fit(_usual()), np.vstack([_usual(20, seed=3), _odd(3)])
    alone = np.concatenate([fitted.anomaly_score(row[None, :]) for row in rows])
    np.testing.assert_allclose(alone, fitted.anomaly_score(rows), rtol=1e-9, atol=1e-12)


def check_row_order_does_not_matter(detector: Subject) -> None:
    """Rows scored backwards have the same scores, backwards."""
    fitted, rows = detector().fit(_usual()), _usual(50, seed=4)
    np.testing.assert_allclose(fitted.anomaly_score(rows[::-1])[::-1], fitted.anomaly_score(rows), rtol=1e-9)


def check_scoring_changes_nothing(detector: Subject) -> None:
    """Neither the detector nor the rows are changed by scoring."""
    fitted, rows = detector().fit(_usual()), _usual(50, seed=5)
    before, given = deepcopy(fitted.state()), rows.copy()
    fitted.anomaly_score(_odd())
    first = fitted.anomaly_score(rows)
    np.testing.assert_array_equal(rows, given)
    np.testing.assert_array_equal(fitted.anomaly_score(rows), first)
    assert before.keys() == fitted.state().keys(), "scoring added or dropped fitted attributes"
    for name, value in before.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, fitted.state()[name], err_msg=name)


def check_same_seed_gives_the_same_scores(detector: Subject) -> None:
    """Two fits on the same rows agree bit for bit."""
    rows = _usual(50, seed=6)
    first, second = (detector().fit(_usual()).anomaly_score(rows) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def check_survives_a_bundle(detector: Subject) -> None:
    """Saved and loaded elsewhere, it gives the same scores bit for bit."""
    fitted, rows = detector().fit(_usual()), np.vstack([_usual(50, seed=7), _odd()])
    np.testing.assert_array_equal(round_trip(fitted).anomaly_score(rows), fitted.anomaly_score(rows))


def check_scores_are_finite_numbers(detector: Subject) -> None:
    """One finite float64 a row, for usual, odd and enormous rows alike."""
    fitted = detector().fit(_usual())
    for rows in (_usual(7), _odd(3), np.full((1, 5), 1e12), np.zeros((1, 5))):
        scores = fitted.anomaly_score(rows)
        assert scores.shape == (len(rows),), f"shape {scores.shape} for {len(rows)} rows"
        assert scores.dtype == np.float64, f"dtype {scores.dtype}"
        assert np.isfinite(scores).all(), f"not finite: {scores}"


def check_stands_poor_data(detector: Subject) -> None:
    """Constant columns, two rows, or the same row many times neither raise nor give rubbish."""
    for rows in (np.ones((40, 3)), _usual(2, 3), np.hstack([_usual(40, 2), np.zeros((40, 1))])):
        scores = detector().fit(rows).anomaly_score(rows)
        assert np.isfinite(scores).all(), f"not finite on {rows.shape}: {scores[:5]}"


def check_refuses_other_columns(detector: Subject) -> None:
    """Rows with another number of columns than in training are refused, not guessed at."""
    fitted = detector().fit(_usual())
    try:
        fitted.anomaly_score(_usual(3, 4))
    except ValueError:
        return
    raise AssertionError("4 columns were scored by a detector that learnt from 5")


def check_leaves_decisions_to_thresholds(detector: Subject) -> None:
    """No parameter of its own decides how many rows are anomalies."""
    owned = {"contamination", "threshold", "cut", "budget"} & set(inspect.signature(detector).parameters)
    assert not owned, f"decides by {owned}; that is the work of thresholds/"


def check_keeps_public_methods_final(detector: Subject) -> None:
    """Only ``_fit``, ``_score`` and ``contributions`` are the detector's own; the sign has one home."""
    derived = ("fit", "anomaly_score", "score_samples", "decision_function", "predict")
    own = [name for name in derived if getattr(detector, name) is not getattr(Detector, name)]
    assert not own, f"overrides {own}"


def check_contributions_agree_with_scores(detector: Subject) -> None:
    """Contributions, where they exist, have the shape of the rows and are finite and not negative."""
    fitted, rows = detector().fit(_usual()), np.vstack([_usual(5, seed=8), _odd(3)])
    parts: Any = fitted.contributions(rows)
    if parts is None:
        return
    assert parts.shape == rows.shape, f"shape {parts.shape} for rows of shape {rows.shape}"
    assert np.isfinite(parts).all(), "contributions that are not finite"
    assert (parts >= 0).all(), "contributions below zero"


def check_says_what_it_is(detector: Subject) -> None:
    """The file and the class each open with a sentence."""
    for what, text in (("file", inspect.getmodule(detector).__doc__), ("class", detector.__doc__)):
        first = (text or "").strip().split("\n")[0]
        assert first.endswith((".", ":")) and len(first) > 10, f"the {what} opens with {first!r}"
