"""The contract of a detector: what must hold for every one, whatever it does inside."""

from __future__ import annotations

import inspect
from copy import deepcopy
from typing import Any

import numpy as np

from oddline.detectors.base import Detector
from oddline.testing._round_trip import round_trip
from oddline.testing._windows import odd_rows, odd_sequences, usual_rows, usual_sequences

Subject = type[Detector]
Matrix = Any


def _usual(detector: Subject, rows: int = 300, seed: int = 0) -> Matrix:
    """Make normal windows of the kind that this detector consumes."""
    return usual_sequences(rows, seed) if detector().consumes == "sequence" else usual_rows(rows, seed=seed)


def _odd(detector: Subject, rows: int = 12) -> Matrix:
    """Make windows that no method should take for normal."""
    return odd_sequences(rows) if detector().consumes == "sequence" else odd_rows(rows)


def _learn(detector: Subject, X: Matrix) -> Detector:
    """Fit on normal windows; a supervised detector is shown some odd ones as well, and told which they are."""
    if not detector().supervised:
        return detector().fit(X)
    shown = np.vstack([X, odd_rows(30, X.shape[1], seed=9)])
    return detector().fit(shown, np.arange(len(shown)) >= len(X))


def _both(usual: Matrix, odd: Matrix) -> Matrix:
    """Put windows under one another; shorter sequences end earlier."""
    width = max(usual.shape[1], odd.shape[1])
    return np.vstack([np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in (usual, odd)])


def check_higher_means_more_anomalous(detector: Subject) -> None:
    """Planted windows score above 99 % of the normal ones."""
    fitted = _learn(detector, _usual(detector))
    usual, odd = fitted.anomaly_score(_usual(detector, seed=2)), fitted.anomaly_score(_odd(detector))
    assert odd.min() > np.quantile(usual, 0.99), f"planted {odd.min():.3g}, normal {np.quantile(usual, 0.99):.3g}"


def check_further_is_never_less_anomalous(detector: Subject) -> None:
    """Going straight away from the middle, the score of a row never falls by more than a hair."""
    if detector().consumes != "table":
        return
    fitted = _learn(detector, usual_rows())
    middle = usual_rows().mean(axis=0)
    away = middle + np.outer([2.0, 4.0, 8.0, 16.0, 64.0, 1024.0], np.ones(middle.size))
    scores = fitted.anomaly_score(away)
    falls = np.diff(scores) < -0.02 * max(float(np.ptp(scores)), 1e-12)
    assert not falls.any(), f"scores on the way out: {scores}"


def check_padding_changes_nothing(detector: Subject) -> None:
    """A sequence has the same score however many zeros stand after its end, in training and afterwards."""
    if detector().consumes != "sequence":
        return
    usual, rows = usual_sequences(), _both(usual_sequences(20, 3), odd_sequences(3))
    padded = [np.pad(part, ((0, 0), (0, 9))) for part in (usual, rows)]
    expected = _learn(detector, usual).anomaly_score(rows)
    np.testing.assert_array_equal(_learn(detector, padded[0]).anomaly_score(padded[1]), expected)


def check_short_is_not_odd(detector: Subject) -> None:
    """A short sequence that half of training was is no odder than most of the other half."""
    if detector().consumes != "sequence":
        return
    usual = usual_sequences()
    short = np.array([[2, 3, 0, 0]])
    fitted = _learn(detector, _both(usual, np.repeat(short, len(usual), axis=0)))
    score, others = fitted.anomaly_score(short)[0], fitted.anomaly_score(usual)
    assert score <= np.quantile(others, 0.9), (
        f"short {score:.3g}, nine tenths of training {np.quantile(others, 0.9):.3g}"
    )


def check_scores_one_row_as_it_scores_many(detector: Subject) -> None:
    """A window alone has the score that it has in company."""
    fitted = _learn(detector, _usual(detector))
    rows = _both(_usual(detector, 20, seed=3), _odd(detector, 3))
    alone = np.concatenate([fitted.anomaly_score(row[None, :]) for row in rows])
    # Neural networks sum float32 in another order for another size of batch.
    tolerance = 1e-4 if detector().needs == "deep" else 1e-9
    np.testing.assert_allclose(alone, fitted.anomaly_score(rows), rtol=tolerance, atol=tolerance * 1e-3)


def check_row_order_does_not_matter(detector: Subject) -> None:
    """Windows scored backwards have the same scores, backwards."""
    fitted, rows = _learn(detector, _usual(detector)), _usual(detector, 50, seed=4)
    tolerance = 1e-4 if detector().needs == "deep" else 1e-9
    np.testing.assert_allclose(fitted.anomaly_score(rows[::-1])[::-1], fitted.anomaly_score(rows), rtol=tolerance)


def check_scoring_changes_nothing(detector: Subject) -> None:
    """Neither the detector nor the windows are changed by scoring."""
    fitted, rows = _learn(detector, _usual(detector)), _usual(detector, 50, seed=5)
    before, given = deepcopy(fitted.state()), rows.copy()
    fitted.anomaly_score(_odd(detector))
    first = fitted.anomaly_score(rows)
    np.testing.assert_array_equal(rows, given)
    np.testing.assert_array_equal(fitted.anomaly_score(rows), first)
    assert before.keys() == fitted.state().keys(), "scoring added or dropped fitted attributes"
    for name, value in before.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, fitted.state()[name], err_msg=name)


def check_same_seed_gives_the_same_scores(detector: Subject) -> None:
    """Two fits on the same windows agree bit for bit."""
    rows = _usual(detector, 50, seed=6)
    first, second = (_learn(detector, _usual(detector)).anomaly_score(rows) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def check_survives_a_bundle(detector: Subject) -> None:
    """Saved and loaded elsewhere, it gives the same scores bit for bit."""
    fitted = _learn(detector, _usual(detector))
    rows = _both(_usual(detector, 50, seed=7), _odd(detector))
    np.testing.assert_array_equal(round_trip(fitted).anomaly_score(rows), fitted.anomaly_score(rows))


def check_scores_are_finite_numbers(detector: Subject) -> None:
    """One finite float64 a window, for usual, odd and enormous ones alike."""
    fitted = _learn(detector, _usual(detector))
    enormous = [np.full((1, 5), 1e12), np.zeros((1, 5))]
    longest = [np.full((1, 500), 2), np.full((1, 1), 99), np.zeros((1, 1))]
    extremes = longest if detector().consumes == "sequence" else enormous
    for rows in (_usual(detector, 7), _odd(detector, 3), *extremes):
        scores = fitted.anomaly_score(rows)
        assert scores.shape == (len(rows),), f"shape {scores.shape} for {len(rows)} windows"
        assert scores.dtype == np.float64, f"dtype {scores.dtype}"
        assert np.isfinite(scores).all(), f"not finite: {scores}"


def check_stands_poor_data(detector: Subject) -> None:
    """Constant columns, two windows, or the same window many times neither raise nor give rubbish."""
    tables = (np.ones((40, 3)), usual_rows(2, 3), np.hstack([usual_rows(40, 2), np.zeros((40, 1))]))
    sequences = (np.full((40, 3), 2), np.array([[2, 3], [3, 0]]), np.array([[2]]))
    for rows in sequences if detector().consumes == "sequence" else tables:
        scores = _learn(detector, rows).anomaly_score(rows)
        assert np.isfinite(scores).all(), f"not finite on {rows.shape}: {scores[:5]}"


def check_refuses_other_columns(detector: Subject) -> None:
    """Rows with another number of columns than in training are refused, and so are sequences of no events."""
    fitted = _learn(detector, _usual(detector))
    wrong = np.array([[2, 0, 3]]) if detector().consumes == "sequence" else usual_rows(3, 4)
    try:
        fitted.anomaly_score(wrong)
    except ValueError:
        return
    raise AssertionError(f"{wrong.shape[1]} columns were scored by a detector that must refuse them")


def check_leaves_decisions_to_thresholds(detector: Subject) -> None:
    """No parameter of its own decides how many rows are anomalies."""
    owned = {"contamination", "threshold", "cut", "budget"} & set(inspect.signature(detector).parameters)
    assert not owned, f"decides by {owned}; that is the work of thresholds/"


def check_keeps_public_methods_final(detector: Subject) -> None:
    """Only ``_fit``, ``_score`` and ``contributions`` are the detector's own; the sign has one home."""
    derived = ("fit", "anomaly_score", "score_samples", "decision_function", "predict")
    # The base classes for supervised and for online detectors are homes as well.
    bases = {"oddline.detectors.base", "oddline.detectors._supervised", "oddline.detectors._online", "sklearn.base"}
    own = [name for name in derived if getattr(detector, name).__module__ not in bases]
    assert not own, f"overrides {own}"


def check_contributions_agree_with_scores(detector: Subject) -> None:
    """Contributions, where they exist, have the shape of the windows and are finite and not negative.

    Sequences must have them: taking away one event at a time would cost as many scores as there are events.
    """
    fitted = _learn(detector, _usual(detector))
    rows = _both(_usual(detector, 5, seed=8), _odd(detector, 3))
    parts: Any = fitted.contributions(rows)
    if parts is None:
        assert detector().consumes != "sequence", "no contributions"
        return
    assert parts.shape == rows.shape, f"shape {parts.shape} for windows of shape {rows.shape}"
    assert np.isfinite(parts).all(), "contributions that are not finite"
    assert (parts >= 0).all(), "contributions below zero"


def check_says_what_it_is(detector: Subject) -> None:
    """The file and the class each open with a sentence."""
    for what, text in (("file", inspect.getmodule(detector).__doc__), ("class", detector.__doc__)):
        first = (text or "").strip().split("\n")[0]
        assert first.endswith((".", ":")) and len(first) > 10, f"the {what} opens with {first!r}"
