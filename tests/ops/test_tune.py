"""The search: what is tried, what it is judged by, how it goes on after it was broken off."""

from __future__ import annotations

import json
import shlex

import numpy as np
import polars as pl
import pytest

from oddline.cli.main import main
from oddline.core.errors import BadData, UsageError
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.ops._space import Range, space_of, told_space
from oddline.ops._validation import Labelled, splits, validated
from oddline.ops.tune import Search, tune
from oddline.testing._windows import odd_rows, usual_rows, usual_sequences

pytest.importorskip("optuna")

KINDS = np.array(["normal"] * 60 + ["flood"] * 6 + ["normal"] * 60 + ["probe"] * 6, dtype=object)
ROWS = Labelled(np.vstack([usual_rows(60), odd_rows(6), usual_rows(60, seed=2), odd_rows(6, seed=3)]), KINDS)
FOREST = Search(("isolation_forest",), {"n_estimators": Range(5, 20, whole=True)}, "types", trials=4)


def given(detector):
    return ROWS


def test_a_space_is_read_off_the_defaults():
    assert space_of("isolation_forest") == {"n_estimators": Range(25, 400, True), "max_samples": Range(64, 1024, True)}
    assert space_of("voting")["rule"] == ("mean", "largest", "hands")
    assert space_of("mahalanobis") == {}


def test_a_space_is_told():
    told = told_space(["a=1..9", "b=0.5..2", "c=1e-3..1", "d=x,y"], str)
    assert told == {"a": Range(1, 9, True), "b": Range(0.5, 2, False), "c": Range(0.001, 1, False), "d": ("x", "y")}
    assert Range(-1, 1, whole=False).steps(3) == (-1, 0, 1)
    for wrong in ("a", "a=", "=3", "a=9..1"):
        with pytest.raises(UsageError, match="--search"):
            told_space([wrong], str)


def test_by_time_the_first_teach_and_the_last_are_judged():
    (split,) = splits(ROWS, "time", 0)
    assert split.learn.max() < split.judge.min()
    with pytest.raises(BadData, match="all of one kind"):
        splits(Labelled(ROWS.X[:60], KINDS[:60]), "time", 0)


def test_a_type_that_is_judged_is_shown_to_nobody():
    found = splits(ROWS, "types", 0)
    assert [split.name for split in found] == ["flood", "probe"]
    for split in found:
        assert split.name not in KINDS[split.learn]
        assert set(KINDS[split.judge]) == {"normal", split.name}
        assert not set(split.learn) & set(split.judge)
    with pytest.raises(BadData, match="no window is odd"):
        splits(Labelled(ROWS.X), "types", 0)


def test_only_normal_windows_teach_what_learns_no_labels():
    seen = []

    class Watching(Mahalanobis):
        def _fit(self, X):
            seen.append(float(X.max()))
            super()._fit(X)

    told = validated(Watching, ROWS, "types", 0)
    assert max(seen) < 8
    assert told["value"] == pytest.approx((told["flood"] + told["probe"]) / 2)


def test_without_labels_what_knows_the_normal_is_better():
    random = np.random.default_rng(0)
    tight = Labelled(random.normal(size=(300, 1)) + random.normal(size=(300, 4)) * 0.01)
    tried = tune(Search(("mahalanobis", "isolation_forest"), trials=6), lambda detector: tight)
    assert tried[0].detector == "mahalanobis"
    assert tried[0].more["told apart"] > 0.9
    sequences = Labelled(usual_sequences())
    from tests.contracts.wrong.detectors import Unseen

    assert validated(Unseen, sequences, "unlabelled", 0)["told apart"] > 0.9


def test_a_grid_tries_every_point_once():
    search = Search(
        ("isolation_forest", "mahalanobis"), {"n_estimators": (5, 10), "max_samples": (8, 16)}, "types", True
    )
    tried = tune(search, given)
    assert len(tried) == 5
    assert {tuple(one.parameters.values()) for one in tried} == {(5, 8), (5, 16), (10, 8), (10, 16), ()}


def test_a_search_that_was_broken_off_goes_on(tmp_path, monkeypatch):
    journal = tmp_path / "journal"
    search = Search(**{**vars(FOREST), "journal": journal})
    calls = []

    def counted(*args):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return validated(*args)

    monkeypatch.setattr("oddline.ops.tune.validated", counted)
    with pytest.raises(KeyboardInterrupt):
        tune(search, given)
    assert len(tune(search, given)) >= 2
    done = len(calls)
    assert done <= 5
    assert tune(search, given)
    assert len(calls) == done, "what is done is done again"
    other = Search(**{**vars(search), "validation": "time"})
    with pytest.raises(UsageError, match="another search"):
        tune(other, given)


def test_the_same_parameters_are_judged_once(monkeypatch):
    calls = []
    monkeypatch.setattr("oddline.ops.tune.validated", lambda *args: calls.append(1) or validated(*args))
    tried = tune(Search(("mahalanobis",), validation="types", trials=4), given)
    assert (len(calls), len(tried)) == (1, 1)


def test_what_cannot_be_judged_says_why():
    with pytest.raises(BadData, match="no window is odd"):
        tune(FOREST, lambda detector: Labelled(ROWS.X))
    with pytest.raises(UsageError, match="nothing to search"):
        tune(Search(()), given)
    with pytest.raises(BadData, match="ten at least"):
        validated(Mahalanobis, Labelled(ROWS.X[:5]), "unlabelled", 0)


def test_the_command_prints_how_to_fit_the_best(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = [f"c{number}" for number in range(5)]
    pl.DataFrame(ROWS.X, schema=names).with_columns(kind=pl.Series(KINDS.tolist())).write_csv("a.csv")
    told = ["tune", "a.csv", "--detector", "mahalanobis", "--label-column", "kind", "--trials", "1"]
    assert main([*told, "--validation", "types"]) == 0
    out = capsys.readouterr().out
    assert "mahalanobis" in out
    assert "flood" in out or "probe" in out
    assert main(shlex.split(out.splitlines()[-1])[1:]) == 0
    assert (tmp_path / "best.odd").exists()
    assert main([*told, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"][0]["value"] > 0.9
    assert set(told) == {"name", "rows", "best"}
