"""``oddline bench`` and ``oddline data``: what is listed, what is printed, what is said when the data are not here."""

from __future__ import annotations

import json

import pytest

from oddline.bench import base
from oddline.cli.bench import _that_fit, _width
from oddline.cli.main import main
from oddline.core import folder

ROWS = [
    {
        "detector": "one",
        "supervised": False,
        "precision": 0.5,
        "recall": 1.0,
        "f1": 2 / 3,
        "seconds": 1.25,
        "curve": [1],
    },
    {"detector": "two", "supervised": True, "precision": None, "recall": 0.25, "f1": 0.0, "rows": 12345},
]


@pytest.fixture
def measured(monkeypatch):
    monkeypatch.setattr(base, "run", lambda name, data: {"name": name, "rows": ROWS, "learnt from": 4855})


def test_all_benchmarks_and_data_sets_are_listed(capsys):
    assert main(["bench"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(folder.plugins("bench"))
    assert main(["data"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(folder.plugins("datasets"))


def test_a_table_has_one_row_a_detector_and_no_figure_that_is_no_figure(measured, capsys):
    assert main(["bench", "made"]) == 0
    head, one, two, more = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert head.split() == ["detector", "supervised", "precision", "recall", "f1", "seconds", "rows"]
    assert one.split() == ["one", "no", "0.500", "1.000", "0.667", "1.250", "-"]
    assert two.split() == ["two", "yes", "-", "0.250", "0.000", "-", "12,345"]
    assert more == "learnt from: 4,855"


def test_json_is_the_object_and_o_writes_it(measured, capsys, tmp_path):
    assert main(["bench", "made", "--json", "-o", str(tmp_path / "made.json")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((tmp_path / "made.json").read_text())
    assert told["rows"] == ROWS


def test_what_is_unknown_or_not_here_is_told(capsys, tmp_path):
    assert main(["bench", "no_such"]) == 2
    assert main(["data", "bgl", "--data", str(tmp_path)]) == 66
    assert "bgl2_100k" in capsys.readouterr().err


@pytest.mark.parametrize("width", [24, 40, 80, 200])
def test_a_figure_is_shown_whole_or_not_at_all(width):
    shown = _that_fit(ROWS, width)
    assert shown[0] == "detector"
    assert "curve" not in shown
    assert sum(_width(ROWS, key) + 2 for key in shown) <= width
    assert (shown == _that_fit(ROWS, None)) is (width >= 80)


def test_logs_that_are_not_there_are_left_out_of_the_table_of_logs_alone(tmp_path):
    from oddline.bench import sessions_zero

    assert len(sessions_zero.logs()) == 10
    assert sessions_zero.run(tmp_path)["rows"] == []
