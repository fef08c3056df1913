"""``oddline fit``: what a model learns from, and what it says."""

from __future__ import annotations

import pytest

from oddline.cli.main import main
from oddline.ops import bundle
from tests.pipeline.made import log, table


@pytest.fixture
def fit(capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def fit(*arguments, code=0):
        assert main(["fit", *map(str, arguments), "-o", "m.odd"]) == code
        told = capfdbinary.readouterr()
        assert told.out == b"", "stdout is for data"
        return told.err.decode()

    return fit


def test_it_says_what_it_made(fit, tmp_path):
    told = fit(log(tmp_path / "a.log", odd=None))
    card = bundle.card(tmp_path / "m.odd")
    assert told == f"m.odd: model {card['id']}, 300 events, {card['templates']} templates\n"


def test_only_the_normal_rows_teach(fit, tmp_path):
    path = tmp_path / "flows.csv"
    rows = [f"{n % 9},tcp,{100 + n % 10},{'normal' if n % 5 else 'attack'}\n" for n in range(200)]
    path.write_text("".join(rows))
    told = fit(path, "--no-header", "--label-column", "c4", "--normal", "normal")
    assert "160 events" in told
    names = bundle.load(tmp_path / "m.odd").feature_.names_
    assert any(name.startswith("c3") for name in names)
    assert not any(name.startswith("c4") for name in names)
    assert "no row has c4 = good" in fit(path, "--no-header", "--label-column", "c4", "--normal", "good", code=65)
    assert "no column 'c5'" in fit(path, "--no-header", "--label-column", "c5", code=65)


def test_the_flags_reach_the_model(fit, tmp_path):
    fit(
        table(tmp_path / "t.csv"), "--detector", "isolation_forest", "--set", "n_estimators=7", "--seed", 3,
        "--quantile", 0.95, "--by", "row", "--drop", "host",
    )  # fmt: skip
    model = bundle.load(tmp_path / "m.odd")
    assert (model.detector.n_estimators, model.detector_.random_state, model.seed) == (7, 3, 3)
    assert (model.threshold.q, model.window) == (0.95, "row")
    assert not any("host" in name for name in model.feature_.names_)


def test_a_refused_parameter_leaves_the_old_model(fit, tmp_path):
    (tmp_path / "m.odd").write_bytes(b"the old one")
    assert "n_estimators" in fit(
        table(tmp_path / "t.csv"), "--detector", "isolation_forest", "--set", "n_estimators=0", code=2
    )
    assert (tmp_path / "m.odd").read_bytes() == b"the old one"


def test_where_no_file_can_be(fit, tmp_path):
    (tmp_path / "m.odd").mkdir()
    assert "m.odd is a folder" in fit(log(tmp_path / "a.log"), code=73)


def test_nothing_to_learn_from(fit, tmp_path):
    (tmp_path / "empty.log").touch()
    assert "no events" in fit(tmp_path / "empty.log", code=65)
    assert not (tmp_path / "m.odd").exists()
