"""Sessions are called by their keys, in anomalies, incidents and rows; a line is not, whatever columns it has."""

from __future__ import annotations

import polars as pl

from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset
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
