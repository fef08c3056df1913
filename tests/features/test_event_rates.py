"""Rates of errors and of templates: looking back only, within a source, against training."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.features.error_rates import ErrorRates
from oddline.features.rates import Rates
from oddline.testing._records import templated
from tests.features.made import column, events, grouped, lines


def test_errors_are_counted_backwards_over_events_and_seconds():
    level = ["info", "error", "info", "critical", "warning", "info"]
    records = events(["x"] * 6, at=[0, 1, 2, 3, 4, 100], level=level)
    matrix = ErrorRates(last=3, span=2.0).fit_transform(records, lines(records))
    assert column(matrix, "errors").tolist() == [0, 1, 0, 1, 0, 0]
    assert column(matrix, "errors of the last 3 events").tolist() == [0, 1, 1, 2, 1, 1]
    np.testing.assert_allclose(
        column(matrix, "share of errors of the last 3 events"), [0, 1 / 2, 1 / 3, 2 / 3, 1 / 3, 1 / 3]
    )
    assert column(matrix, "errors of the last 2 s").tolist() == [0, 1, 1, 2, 1, 0]
    np.testing.assert_allclose(column(matrix, "share of errors of the last 2 s"), [0, 1 / 2, 1 / 3, 2 / 3, 1 / 3, 0])
    assert column(matrix, "warnings of the last 2 s").tolist() == [0, 0, 0, 0, 1, 0]


def test_what_comes_later_changes_nothing():
    records = templated(300)
    fitted = ErrorRates(last=20).fit(records, lines(records))
    whole = fitted.transform(records, lines(records)).X
    for height in (1, 150, 299):
        head = records.head(height)
        np.testing.assert_array_equal(fitted.transform(head, lines(head)).X, whole[:height])
    rates = Rates().fit(records, lines(records))
    whole = rates.transform(records, lines(records)).X
    head = records.head(120)
    np.testing.assert_array_equal(rates.transform(head, lines(head)).X, whole[:120])


def test_each_source_has_its_own_past():
    level = ["error", "error", "info", "error"]
    records = events(["x"] * 4, at=[0, 1, 2, 3], source=["a", "a", "b", "a"], level=level)
    matrix = ErrorRates(last=10, span=10.0).fit_transform(records, lines(records))
    assert column(matrix, "errors of the last 10 events").tolist() == [1, 2, 0, 3]
    assert column(matrix, "errors of the last 10 s").tolist() == [1, 2, 0, 3]


def test_without_a_level_the_words_of_the_message_tell():
    messages = ["all is well", "ERROR 1 of 2", "Warning: low", "FATAL 7", "no errors seen"]
    records = events(messages, level=[None] * 5)
    matrix = ErrorRates().fit_transform(records, lines(records))
    assert column(matrix, "errors").tolist() == [0, 1, 0, 1, 0]
    assert column(matrix, "warnings").tolist() == [0, 0, 1, 0, 0]
    # A level that was told goes before words.
    told = events(messages, level=["info"] * 4 + [None])
    assert not ErrorRates().fit_transform(told, lines(told)).X.any()


def test_a_window_has_its_own_errors_and_the_worst_of_its_past():
    records = events(["x"] * 6, level=["error", "error", "info", "info", "error", "info"])
    matrix = ErrorRates(last=2, span=0.5).fit_transform(records, grouped(records, [0, 0, 1, 1, 1, 2]))
    assert column(matrix, "errors").tolist() == [2, 1, 0]
    np.testing.assert_allclose(column(matrix, "share of errors"), [1, 1 / 3, 0])
    assert column(matrix, "errors of the last 2 events").tolist() == [2, 1, 1]
    told = ErrorRates(last=2).fit(records, lines(records))
    told.transform(records, grouped(records, [0] * 6))
    assert str(told.describe(records, 0, 0)) == "errors: 3, expected 0 to 1"
    assert str(told.describe(records, 0, 1)) == "share of errors: 50 %, expected 0 % to 100 %"


def test_without_times_the_last_seconds_hold_only_the_event_itself():
    records = events(["x"] * 3, at=[None] * 3, level=["error"] * 3)
    matrix = ErrorRates().fit_transform(records, lines(records))
    assert column(matrix, "errors of the last 1 min").tolist() == [1, 1, 1]
    assert column(matrix, "errors of the last 100 events").tolist() == [1, 2, 3]


def steady(**changes):
    """A beat every 10 s and a job every 60 s, for an hour."""
    rows = [(10 * number, "beat") for number in range(360)] + [(60 * number + 1, "job 1") for number in range(60)]
    rows.sort()
    return events([text for _, text in rows], at=[second for second, _ in rows], **changes)


def test_a_burst_is_above_and_a_silence_below_what_training_had():
    learnt = steady()
    feature = Rates(span=60.0).fit(learnt, lines(learnt))
    assert feature.names_ == ["all events", "beat", "job <*>", "other templates"]
    burst = events(["job 7"] * 40 + ["beat"], at=[0.5 * number for number in range(40)] + [2000])
    matrix = feature.transform(burst, lines(burst))
    jobs = column(matrix, "job <*>")
    assert (np.diff(jobs[:40]) > 0).all()
    assert jobs[39] > 8
    assert jobs[40] < 0
    assert column(matrix, "beat")[39] < -2
    assert feature.describe(burst, 39, 2).seen == "40 in 1 min"
    assert feature.describe(burst, 39, 2).expected == "about 1"


def test_usual_traffic_lies_near_nothing():
    learnt = steady()
    feature = Rates(span=60.0).fit(learnt, lines(learnt))
    X = feature.transform(learnt, lines(learnt)).X[20:]
    assert np.abs(X).max() < 1


def test_templates_that_training_had_not_are_other_ones():
    learnt = steady()
    feature = Rates(most=1).fit(learnt, lines(learnt))
    assert feature.names_ == ["all events", "beat", "other templates"]
    asked = events(["never heard of"] * 30, at=[number / 10 for number in range(30)])
    assert column(feature.transform(asked, lines(asked)), "other templates")[29] > 5


def test_longer_windows_have_longer_times():
    learnt = steady()
    feature = Rates(span=60.0).fit(learnt, lines(learnt))
    asked = steady()
    members = (np.arange(asked.height) >= asked.height // 2).astype(int)
    matrix = feature.transform(asked, grouped(asked, members))
    assert np.abs(matrix.X).max() < 2
    assert feature.describe(asked, 0, 1).seen.startswith("180 in 31 min")


def test_a_varied_template_has_a_wider_measure_than_a_steady_one():
    random = np.random.default_rng(0)
    at = np.sort(
        np.concatenate([np.arange(0, 3600, 10), *(second + random.random(40) for second in (500, 1500, 2500))])
    )
    steadily = np.isin(at, np.arange(0, 3600, 10))
    learnt = events(["beat" if one else "batch" for one in steadily], at=at.tolist())
    feature = Rates().fit(learnt, lines(learnt))
    deviation = dict(zip(feature.names_, feature.deviation_, strict=True))
    assert deviation["beat"] == 1
    assert deviation["batch"] > 2
    asked = events(["beat"] * 60 + ["batch"] * 60, at=[0] * 60 + [1000] * 60)
    X = feature.transform(asked, grouped(asked, [0] * 60 + [1] * 60)).X
    assert X[0, feature.names_.index("beat")] > 8 > 5 > X[1, feature.names_.index("batch")] > 1


@pytest.mark.parametrize("at", [[None] * 5, [0] * 5])
def test_logs_without_times_or_without_length_are_harmless(at):
    records = events(["x"] * 5, at=at)
    for feature in (Rates(), ErrorRates()):
        assert np.isfinite(feature.fit_transform(records, lines(records)).X).all()
    if at[0] is None:
        assert not Rates().fit_transform(records, lines(records)).X.any()


def test_a_window_of_two_sources_looks_at_that_of_its_last_event():
    learnt = steady()
    feature = Rates().fit(learnt, lines(learnt))
    asked = events(["beat"] * 4, at=[0, 3000, 50, 60], source=["a", "a", "b", "b"])
    feature.transform(asked, grouped(asked, [0, 0, 0, 0]))
    assert feature.describe(asked, 0, 0).seen == "2 in 1.2 min"
