"""The bundled example: what was done to it comes first in what is found, and the library script runs."""

from __future__ import annotations

import csv
import runpy
from datetime import datetime
from pathlib import Path

import pytest

from oddline.drivers import batch

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def shop():
    return batch.scan(batch.Request((str(EXAMPLES / "shop"),)))


def _when(what):
    with (EXAMPLES / "record" / "timeline-shop.csv").open() as file:
        found = next(row[0] for row in csv.reader(file) if row[1].startswith(what))
    return datetime.fromisoformat(found)


def test_the_injected_fault_comes_first(shop):
    first = shop.incidents[0]
    assert _when("fault starts") <= first.opened <= _when("fault ends"), first.title
    assert first.source.endswith("app.log")


def test_the_subtle_one_is_found_too(shop):
    assert any("900000" in anomaly.text for anomaly in shop.anomalies)


def test_the_table_is_read_as_one():
    result = batch.scan(batch.Request((str(EXAMPLES / "cloud" / "events.csv"),)))
    assert result.inputs[0].format == "csv"
    assert result.incidents


def test_the_library_script_runs(capsys):
    runpy.run_path(str(EXAMPLES / "library.py"), run_name="__main__")
    assert capsys.readouterr().out.strip()
