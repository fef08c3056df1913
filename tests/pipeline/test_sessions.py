"""Sessions are called by their keys, in anomalies, incidents and rows; a line is not, whatever columns it has."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from oddline.core.schema import LEVEL
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset, preset_for
from oddline.testing._records import records
from tests.pipeline.made import of_kind


def test_a_session_is_called_by_its_key_and_says_what_is_new(tmp_path):
    good, new, at = of_kind("sessions", tmp_path)
    result = Pipeline(**preset("sessions", budget=1)).fit(good).detect(new)
    (anomaly,), (incident,) = result.anomalies, result.incidents
    assert anomaly.key == incident.title == f"s{at}"
    assert result.scored["key"][at] == f"s{at}"
    assert str(anomaly.reasons[0]) == 'new "disk failure on volume <*>, giving up": once, expected never'


def test_a_list_of_events_is_called_by_its_name_and_says_which_are_new(tmp_path):
    good, new, at = of_kind("sequences", tmp_path)
    named = new.with_columns(x_session=pl.format("trace {}", pl.int_range(pl.len())))
    result = Pipeline(**preset("sequences", budget=1)).fit(good).detect(named)
    assert result.anomalies[0].key == result.incidents[0].title == f"trace {at}"
    assert str(result.anomalies[0].reasons[0]) == 'new "event 99": 3 times, expected never'


def test_a_line_is_no_session_for_having_a_column_of_that_name():
    lines = records(seed=1).with_columns(x_session=pl.lit("abc"))
    result = Pipeline(**preset("lines", budget=1)).fit_detect(lines)
    assert result.anomalies[0].key == ""
    assert result.incidents[0].title != "abc"


def lists(*kinds: tuple[str, int]) -> pl.DataFrame:
    """Records of one session each: these events, so often."""
    told = [events for events, count in kinds for _ in range(count)]
    return records(len(told)).with_columns(x_events=pl.Series(told))


def flagged(events: pl.DataFrame) -> list[bool]:
    return Pipeline(**preset("sequences_alone")).fit_detect(events).scored["anomaly"].to_list()


@pytest.mark.parametrize("odd", [4, 40, 400])
def test_alone_all_odd_sessions_are_told_whether_few_or_many(odd):
    usual = (("1 2 3", 300), ("1 2 4 5", 150), ("1 2", 20), ("1 2 3 9", 20))
    strange = [(f"1 2 3 {50 + number % 7} {60 + number % 5} {70 + number % 3}", 1) for number in range(odd)]
    found = flagged(lists(*usual, *strange))
    assert not any(found[:490])
    assert all(found[490:])


def test_alone_a_log_of_many_optional_steps_is_as_quiet_as_another():
    random = np.random.default_rng(0)
    for steps, chance in ((15, 0.05), (60, 0.01), (60, 0.003)):
        told = [" ".join(["1 2 3", *(str(9 + step) for step in np.flatnonzero(row))])
                for row in random.random((1_000, steps)) < chance]  # fmt: skip
        assert sum(flagged(lists(*((one, 1) for one in told)))) <= 10


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("session", "sessions_alone"),
        ("session:user", "sessions_alone"),
        ("time:5m", "sessions_cut_alone"),
        ("count:20", "sessions_cut_alone"),
    ],
)
def test_alone_windows_that_are_cut_are_of_no_kind(window, expected):
    assert preset_for(tabular=False, sequences=False, window=window, alone=True) == expected
    assert preset_for(tabular=False, sequences=False, window=window) == "sessions"


def test_alone_the_cut_suits_the_unit_of_the_scores():
    assert preset("sessions_alone")["threshold"] == preset("sessions_alone", detector="departures")["threshold"]
    for detector in ("presence", "pca_counts", "ngram"):
        assert preset("sessions_alone", detector=detector)["threshold"] == "bulk"
    assert preset("sessions_alone", detector="pca_counts", threshold="gap")["threshold"] == "gap"
    assert preset("sessions", detector="pca_counts")["threshold"] == "supported"


def with_an_error(*, at: int) -> pl.DataFrame:
    """Give sixty events, three sessions of twenty; one is of level critical, and the one before it a warning."""
    levels = ["info"] * 60
    levels[at - 1 : at + 1] = ["warning", "critical"]
    named = pl.format("s{}", pl.int_range(60) // 20)
    return records(60).with_columns(level=pl.Series(levels, dtype=LEVEL), x_session=named)


def test_a_window_is_as_bad_as_its_worst_line_and_is_called_by_it():
    events = with_an_error(at=55)
    result = Pipeline(**preset("sessions_cut_alone", window="count:20")).fit_detect(events)
    (anomaly,), (incident,) = result.anomalies, result.incidents
    assert (anomaly.line, anomaly.text, anomaly.key) == (56, events["raw"][55], "events 41-60")
    assert (anomaly.severity, incident.severity, incident.title) == ("critical", "critical", anomaly.template)
    assert (incident.line, incident.last_line) == (41, 56)
    assert str(anomaly.reasons[0]) == "lines of level critical: 1 of 20, expected in 33.3% of windows"
    # Rows stand where their windows begin: that is how labels by line find them.
    assert result.scored["line"].to_list() == [1, 21, 41]


def test_a_session_is_as_bad_as_its_worst_line_and_is_called_by_its_key():
    result = Pipeline(**preset("sessions_alone", detector="declared", threshold="declared")).fit_detect(
        with_an_error(at=55)
    )
    (anomaly,), (incident,) = result.anomalies, result.incidents
    assert (anomaly.line, anomaly.severity, incident.title) == (41, "critical", "s2")


def test_without_an_error_a_window_is_shown_by_its_first_line():
    events = with_an_error(at=55).with_columns(level=pl.col("level").replace("critical", "warning"))
    result = Pipeline(**preset("sessions_cut_alone", window="count:20", budget=3)).fit_detect(events)
    assert {anomaly.line for anomaly in result.anomalies} <= {1, 21, 41}
    assert {incident.title for incident in result.incidents} <= {"events 1-20", "events 21-40", "events 41-60"}
    assert result.incidents


def test_the_worst_line_tells_and_not_the_first_bad_one():
    levels = [*["info"] * 7, "error", *["info"] * 32, "error", "info", "critical", "critical", *["info"] * 36]
    events = records(80).with_columns(level=pl.Series(levels, dtype=LEVEL))
    result = Pipeline(**preset("sessions_cut_alone", window="count:20")).fit_detect(events)
    assert [anomaly.line for anomaly in result.anomalies] == [8, 43]
