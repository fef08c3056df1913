"""``oddline scan`` from flags to files, in this process."""

from __future__ import annotations

import json
import random

import polars as pl
import pytest

from oddline.cli.main import main
from tests.pipeline.made import ODD, log, table


@pytest.fixture
def run(capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, code=0):
        assert main([str(one) for one in arguments]) == code, capfdbinary.readouterr().err.decode()
        told = capfdbinary.readouterr()
        run.err = told.err.decode()
        return told.out

    return run


@pytest.fixture
def told(run):
    def told(*arguments, code=0):
        return json.loads(run("scan", *arguments, "--json", code=code))

    return told


def test_the_object_on_stdout_and_nothing_else(told, run, tmp_path):
    result = told(log(tmp_path / "a.log"))
    assert run.err == ""
    assert (result["version"], result["events"], result["windows"]) == (1, 300, 300)
    assert list(result["stages"]) == ["read", "templates", "features", "detect", "explain"]
    assert ODD in result["anomalies"][0]["text"]
    ids = {one["id"] for one in result["anomalies"]}
    assert {ident for one in result["incidents"] for ident in one["anomaly_ids"]} == ids


def test_every_output_holds_the_rows_in_input_order(run, tmp_path):
    first, second = log(tmp_path / "z.log", shift=1), log(tmp_path / "a.log", 150, odd=None)
    outputs = [tmp_path / f"out.{ending}" for ending in ("csv", "ndjson", "parquet", "json")]
    run("scan", first, second, *(part for path in outputs for part in ("-o", path)), "--report", "odd.html")
    wanted = [(str(path), n + 1) for path, height in ((first, 300), (second, 150)) for n in range(height)]
    frames = [
        pl.read_csv(outputs[0]),
        pl.read_ndjson(outputs[1], infer_schema_length=None),
        pl.read_parquet(outputs[2]),
    ]
    for frame in frames:
        assert list(frame.select(pl.col("source").cast(pl.String), "line").iter_rows()) == wanted
    assert json.loads(outputs[3].read_bytes())["events"] == 450
    assert b"<html" in (tmp_path / "odd.html").read_bytes()


def test_the_baseline_says_what_is_usual(told, tmp_path):
    good, new = log(tmp_path / "good.log", odd=None), log(tmp_path / "new.log")
    assert any(ODD in one["text"] for one in told(new, "--baseline", good)["anomalies"])
    assert not any(ODD in one["text"] for one in told(new, "--baseline", new)["anomalies"])


def test_a_budget(told, tmp_path):
    path = log(tmp_path / "a.log")
    results = [told(path, "--budget", budget) for budget in (0, 1, 3)]
    assert [len(one["incidents"]) for one in results][:2] == [0, 1]
    assert len(results[2]["incidents"]) <= 3
    assert [one["threshold"]["budget"] for one in results] == [0, 1, 3]
    assert results[0]["anomalies"] == []


def test_a_quantile(told, run, tmp_path):
    path = table(tmp_path / "t.csv")
    few, many = (told(path, "--quantile", q) for q in (0.999, 0.9))
    assert few["threshold"]["method"] == many["threshold"]["method"] == "quantile"
    assert few["threshold"]["cut"] > many["threshold"]["cut"]
    assert len(few["anomalies"]) < len(many["anomalies"])
    run("scan", path, "--quantile", 1.5, code=2)
    assert "quantile" in run.err


def test_the_detector_and_its_parameters(told, run, tmp_path):
    path = table(tmp_path / "t.csv")
    result = told(path, "--detector", "isolation_forest", "--set", "n_estimators=7", "--budget", 1)
    assert result["detector"] == "isolation_forest"
    assert len(result["incidents"]) == 1
    for settings, word in (
        ("trees=7", "n_estimators"),
        ("n_estimators=many", "whole number"),
        ("n_estimators=-1", "n_estimators"),
    ):
        run("scan", path, "--detector", "isolation_forest", "--set", settings, code=2)
        assert word in run.err
        assert "bug" not in run.err
    run("scan", path, "--set", "=7", code=2)


def test_the_seed(told, tmp_path):
    path = table(tmp_path / "t.csv")

    def scores(*more):
        run = told(path, "--detector", "isolation_forest", "--budget", 3, *more)
        return [(one["id"], one["score"]) for one in run["anomalies"]]

    assert scores("--seed", 1) == scores("--seed", 1)
    assert scores("--seed", 1) != scores("--seed", 2)
    assert scores("--seed", 1, "--set", "n_estimators=9") != scores("--seed", 2, "--set", "n_estimators=9")


def test_the_label_is_never_a_feature(run, tmp_path):
    labels = ["attack" if n % 7 == 0 else "normal" for n in range(300)]
    path = table(tmp_path / "t.csv", labels=labels)
    random.Random(1).shuffle(labels)
    shuffled = table(tmp_path / "u.csv", labels=labels)
    frames = []
    for name, given in (("one", path), ("two", shuffled)):
        run("scan", given, "--label-column", "label", "-o", f"{name}.parquet")
        frames.append(pl.read_parquet(tmp_path / f"{name}.parquet"))
    assert frames[0]["score"].equals(frames[1]["score"])
    assert frames[0]["reasons"].equals(frames[1]["reasons"])
    run("scan", path, "--label-column", "lable", code=2)
    assert "label" in run.err


def test_columns_are_named_dropped_and_headed(told, run, tmp_path):
    path = table(tmp_path / "t.csv")
    bare = tmp_path / "bare.csv"
    bare.write_text(path.read_text().split("\n", 1)[1])
    names = tmp_path / "names.txt"
    names.write_text("volume,number\ntook,number\nmachine,word\n")
    result = told(bare, "--no-header", "--columns", names, "--budget", 1)
    assert result["anomalies"][0]["line"] == 201
    assert {one["what"] for one in result["anomalies"][0]["reasons"]} <= {"volume", "took"}
    result = told(bare, "--no-header", "--drop", "c1", "--budget", 1)
    assert {one["what"] for one in result["anomalies"][0]["reasons"]} == {"c2"}
    run("scan", bare, "--columns", tmp_path / "none.txt", code=2)
    run("scan", bare, "--drop", "c9", "--no-header", code=2)


def test_a_model_brings_its_own(told, run, tmp_path):
    good, new = log(tmp_path / "good.log", odd=None), log(tmp_path / "new.log")
    run("fit", good, "-o", "m.odd")
    assert ODD in told(new, "--model", "m.odd", "--budget", 1)["anomalies"][0]["text"]
    for flags in (
        ("--baseline", good),
        ("--detector", "mahalanobis"),
        ("--set", "sharpness=2"),
        ("--quantile", 0.9),
        ("--by", "line"),
    ):
        run("scan", new, "--model", "m.odd", *flags, code=2)
        assert flags[0] in run.err


def test_fail_on_a_severity(run, tmp_path):
    path = log(tmp_path / "a.log")
    run("scan", path, "--fail-on", "low", code=1)
    run("scan", path, "--fail-on", "low", "--budget", 0)
    run("scan", path, "--fail-on", "awful", code=2)


def test_a_settings_file(told, run, tmp_path):
    path = log(tmp_path / "a.log")
    settings = tmp_path / "oddline.toml"
    settings.write_text('[scan]\nbudget = 1\nset = ["sharpness=2"]\nfail-on = "low"\n')
    assert told(path, code=1)["threshold"]["budget"] == 1
    settings.write_text("[scan]\nset = ['nonsense=2']\n")
    run("scan", path, code=2)
    for text, word in (
        ("[scan]\nbudgte = 3\n", "budgte"),
        ("[scan]\n-o = 'x'\n", "-o"),
        ("[scam]\nbudget = 3\n", "scam"),
        ("budget = 3\n", "budget"),
        ("[main]\n", "main"),
        ("[scan\n", "TOML"),
        (b"[scan]\nformat = '\xff'\n", "TOML"),
    ):
        settings.write_bytes(text if isinstance(text, bytes) else text.encode())
        run("scan", path, code=78)
        assert word in run.err
        assert run.err.count("\n") == 1


def test_stdin_needs_no_name(run, tmp_path):
    run("scan", "-", "-", code=2)
    run("scan", code=2)
    assert b"Usage" in run("--help")


def test_parts_and_their_parameters_are_named(tmp_path, capsys):
    path = log(tmp_path / "a.log")
    told = [
        "scan",
        str(path),
        "--by",
        "count:20",
        "--detector",
        "ngram",
        "--feature",
        "sequences",
        "--threshold",
        "gap",
    ]
    assert (
        main([*told, "--set", "order=2", "--set", "threshold.most=0.1", "--set", "feature.longest=15", "--json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["threshold"]["method"] == "gap"
    assert main(["scan", str(path), "--quantile", "0.9", "--threshold", "gap"]) == 2
    assert main(["scan", str(path), "--set", "feature.nonsense=1"]) == 2
    assert "no parameter 'nonsense'" in capsys.readouterr().err
