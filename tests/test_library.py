"""The first minute of the library: read, pipeline, fit, detect, save, load."""

from __future__ import annotations

import importlib

import polars as pl
import pytest

import oddline
from oddline.core.errors import BundleRefused, NoInput, UnknownPlugin, UsageError
from oddline.core.schema import RECORDS
from oddline.drivers.batch import Tables
from tests.pipeline.made import ODD, log, table


def test_the_example_of_the_design(tmp_path):
    logs = oddline.read(log(tmp_path / "good.log", odd=None))
    model = oddline.pipeline("lines").fit(logs)
    result = model.detect(oddline.read(log(tmp_path / "today.log")))
    assert any(ODD in anomaly.text for anomaly in result)
    assert len(result) == len(result.anomalies)
    assert result.incidents[0].reasons
    card = model.save(tmp_path / "m.odd")
    assert card["data"]["events"] == 300
    loaded = oddline.load(str(tmp_path / "m.odd"))
    assert type(loaded) is type(model)
    assert loaded.detect(oddline.read(tmp_path / "today.log")).scored.equals(result.scored)
    assert loaded.save(tmp_path / "again.odd")["members"].keys() == card["members"].keys()


def test_paths_of_several_kinds_and_more_than_one(tmp_path):
    first, second = log(tmp_path / "a.log", 40), log(tmp_path / "b.log", 30, odd=None)
    assert oddline.read(first).height == 40
    both = oddline.read(str(first), second)
    assert both.height == 70
    assert both["source"].cast(pl.String).unique().sort().to_list() == [str(first), str(second)]
    assert oddline.read(tmp_path / "*.log").height == oddline.read(tmp_path).height == 70
    assert set(RECORDS) <= set(both.columns)


def test_nothing_to_read(tmp_path):
    with pytest.raises(UsageError):
        oddline.read()
    with pytest.raises(NoInput):
        oddline.read(tmp_path / "none.log")


def test_a_forced_format_and_options_of_tables(tmp_path):
    path = table(tmp_path / "t.csv")
    assert "x_bytes" in oddline.read(path).columns
    assert "x_bytes" not in oddline.read(path, format="plain").columns
    assert "x_host" not in oddline.read(path, tables=Tables(drop=("host",))).columns
    with pytest.raises(UnknownPlugin):
        oddline.read(path, format="cvs")
    with pytest.raises(TypeError):
        oddline.read(path, nonsense=1)


def test_pipeline_stays_a_call_whatever_is_imported():
    importlib.import_module("oddline.pipeline.pipeline")
    importlib.import_module("oddline.pipeline.presets")
    for made in (oddline.pipeline(), oddline.pipeline("rows", detector="mahalanobis", budget=3)):
        assert hasattr(made, "save")
    assert oddline.pipeline("rows", budget=3).budget == 3
    from oddline import pipeline

    assert pipeline("lines").window == "line"
    importlib.reload(importlib.import_module("oddline.library"))
    assert callable(oddline.pipeline)
    with pytest.raises(UnknownPlugin, match="lines"):
        oddline.pipeline("line")
    with pytest.raises(TypeError):
        oddline.pipeline("lines", nonsense=1)


def test_names_that_are_not_there():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = oddline.nonsense
    assert set(oddline.__all__) <= {name for name in oddline.__all__ if callable(getattr(oddline, name))}


def test_a_file_that_is_no_bundle(tmp_path):
    with pytest.raises(BundleRefused, match=r"a\.log is no bundle"):
        oddline.load(log(tmp_path / "a.log"))
