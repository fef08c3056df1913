"""``oddline templates`` from flags to files, in this process."""

from __future__ import annotations

import json
import tomllib
from contextlib import contextmanager

import polars as pl
import pytest

from oddline.cli import _progress, _rules, templates
from oddline.cli.main import main
from oddline.core.telemetry import Telemetry

LOG = [
    *(f"session opened for user {name} by port {i}" for i, name in enumerate(["anna", "bert", "carl", "dora", "emil"])),
    *["disk sda1 full", "disk full"],
    *(f"mount {name} on disk done today ok" for name in ("alpha", "beta", "gamma", "delta", "omega")),
]


@pytest.fixture
def run(capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.log").write_text("".join(f"{line}\n" for line in LOG))

    def run(*arguments, code=0):
        assert main(["templates", *map(str, arguments)]) == code, capfdbinary.readouterr().err.decode()
        told = capfdbinary.readouterr()
        run.err = told.err.decode()
        return told.out.decode()

    return run


@pytest.fixture
def listed(run):
    def listed(*arguments):
        told = json.loads(run(*arguments, "--json"))
        return {row["text"]: row for row in told["templates"]}

    return listed


def test_the_list_has_counts_that_add_up(run):
    told = run("a.log").splitlines()
    assert told[0].startswith("a.log · plain (1.00) · 12 lines · 4 templates")
    assert told[1].split() == ["COUNT", "SHARE", "WHEN", "ID", "TEMPLATE"]
    assert sum(int(line.split()[0]) for line in told[2:6]) == 12
    assert told[-1] == "12 of 12 events have a template of their own, 100.0 %"
    assert "… and 3 further templates" in run("a.log", "--top", 1)


def test_json_is_documented_and_whole(run, tmp_path):
    told = json.loads(run("a.log", "--json", "--slots"))
    assert told["version"] == 1
    assert told["lines"] == told["events"] == told["covered"] == 12
    assert sum(row["n"] for row in told["templates"]) == 12
    slots = next(row for row in told["templates"] if row["text"].startswith("session"))["slots"]
    assert [slot["type"] for slot in slots] == ["user", "whole"]


def test_one_row_a_line(run, tmp_path):
    run("a.log", "-o", "rows.csv")
    rows = pl.read_csv(tmp_path / "rows.csv")
    assert rows.columns == ["line", "template_id", "template"]
    assert rows["line"].to_list() == list(range(1, 13))
    assert rows["template"][5] == "disk <ID> full"
    run("a.log", "-o", "rows.parquet")
    assert (
        pl.read_parquet(tmp_path / "rows.parquet").with_columns(pl.col("template").cast(pl.String)).rows()
        == rows.rows()
    )
    run("a.log", "-o", "rows.ndjson")
    assert pl.read_ndjson(tmp_path / "rows.ndjson").rows() == rows.rows()
    assert "no output has the ending '.txt'" in run("a.log", "-o", "rows.txt", code=2) + run.err


def test_rows_of_several_inputs_name_them(run, tmp_path):
    (tmp_path / "b.log").write_text("disk full\n")
    run("a.log", "b.log", "-o", "rows.csv")
    rows = pl.read_csv(tmp_path / "rows.csv")
    assert rows.columns == ["source", "line", "template_id", "template"]
    assert rows.filter(source="b.log").select("line", "template").rows() == [(1, "disk full")]


def test_a_template_stands_first_where_the_first_input_has_it(run, tmp_path):
    (tmp_path / "a.log").write_text("disk full\n" * 3 + "job 1 done\n")
    (tmp_path / "b.log").write_text("job 2 done\n" * 2)
    told = json.loads(run("a.log", "b.log", "--json"))
    first = {entry["text"]: (entry["source"], entry["line"], entry["n"]) for entry in told["templates"]}
    assert first == {"disk full": ("a.log", 1, 3), "job <NUM> done": ("a.log", 4, 3)}


def test_a_formula_in_a_log_is_no_formula_in_the_table(run, tmp_path):
    (tmp_path / "b.log").write_text("=cmd|calc\n\x1b[31mred\n")
    told = run("b.log", "-o", "rows.csv")
    assert "\x1b" not in told + (tmp_path / "rows.csv").read_text()
    assert pl.read_csv(tmp_path / "rows.csv")["template"][0] == "'=cmd|calc"


def test_what_changed_between_two_logs(run, tmp_path):
    (tmp_path / "b.log").write_text("fresh news\n" + "".join(f"{line}\n" for line in LOG if "mount" not in line))
    told = run("a.log", "b.log", "--diff")
    assert [line.split()[1] for line in told.splitlines()[2:4]] == ["new", "gone"]
    assert "1 new; 1 gone" in told
    compared = json.loads(run("a.log", "b.log", "--diff", "--json"))["compared"]
    assert {row["change"] for row in compared} == {"new", "gone", "same"}
    assert "expected two" in run("a.log", "--diff", code=2) + run.err


def test_a_pin_keeps_the_id_whatever_comes(run, listed, tmp_path):
    before = listed("a.log")["disk <ID> full"]["template_id"]
    run("a.log", "--pin", before)
    rules = tomllib.loads((tmp_path / _rules.FILE).read_text())["rule"]
    assert rules == [{"pin": "disk <ID> full", "id": before}]
    (tmp_path / "a.log").write_text("disk sda1 full\n" * 3 + "disk beta full\n")
    assert listed("a.log")["disk <ID> full"]["template_id"] == before


def test_a_merge_and_a_split_are_kept_and_used(run, listed, tmp_path):
    ids = {text: row["template_id"] for text, row in listed("a.log").items()}
    run(
        "a.log",
        "--merge",
        f"{ids['disk full']}+{ids['disk <ID> full']}",
        "--split",
        f"{ids['mount <*> on disk done today ok']}:1",
    )
    assert "2 rules added, 2 in all" in run.err
    found = listed("a.log")
    assert found["disk full"]["n"] == 2
    assert found["mount alpha on disk done today ok"]["n"] == 1
    assert sum(row["n"] for row in found.values()) == 12
    assert listed("a.log", "--rules", tmp_path / "none.toml").keys() == ids.keys()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--pin", "1"], "no template has the id '1'"),
        (["--pin", "x"], "no template has the id 'x'"),
        (["--merge", "1+2"], "no template has the id '1'"),
        (["--split", "1"], "expected an id and the number of a slot"),
    ],
)
def test_corrections_that_cannot_be(run, tmp_path, arguments, said):
    run("a.log", *arguments, code=2)
    assert said in run.err
    assert not (tmp_path / _rules.FILE).exists()


def test_numbers_cannot_be_split(run, listed, tmp_path):
    session = next(row for text, row in listed("a.log").items() if text.startswith("session"))
    run("a.log", "--split", f"{session['template_id']}:2", code=2)
    assert "holds no words" in run.err
    assert not (tmp_path / _rules.FILE).exists()


@pytest.mark.parametrize(
    "text", ["rule = 3", "[[rule]]\ncolour = 'red'", "[[rule]]\npin = ''", "[scan]\nx = 1", "=", "\x00"]
)
def test_a_broken_file_of_rules_is_told(run, tmp_path, text):
    (tmp_path / _rules.FILE).write_text(text)
    run("a.log", code=78)
    assert "oddline:" in run.err


def test_any_text_survives_the_file_of_rules(tmp_path):
    rules = [{"pin": 'a "b" \\ \x7f \x01 日本 \t', "id": 7}, {"merge": ["x", "y"], "text": "z"}]
    _rules.insert(tmp_path / "r.toml", rules)
    assert _rules.read(tmp_path / "r.toml") == rules
    assert _rules.read(tmp_path / "none.toml") == []


def test_what_people_wrote_into_the_file_of_rules_stays(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text("# ours\n\n# why: see the wiki\n[[rule]]\npin = 'a'  # not b\n")
    _rules.insert(path, [{"pin": "c"}])
    assert path.read_text() == (
        "# ours\n\n[[rule]]\npin = \"c\"\n\n# why: see the wiki\n[[rule]]\npin = 'a'  # not b\n"
    )
    assert _rules.read(path) == [{"pin": "c"}, {"pin": "a"}]
    path.write_text("")
    _rules.insert(path, [{"pin": "c"}])
    assert _rules.read(path) == [{"pin": "c"}]


def test_the_same_rule_is_kept_once(run, listed, tmp_path):
    number = listed("a.log")["disk full"]["template_id"]
    run("a.log", "--pin", number)
    assert "1 rule added, 1 in all" in run.err
    run("a.log", "--pin", number)
    assert "0 rules added, 1 in all" in run.err


@pytest.mark.parametrize(("suffix", "read"), [("csv", pl.read_csv), ("parquet", pl.read_parquet)])
def test_rows_of_an_empty_log(run, tmp_path, suffix, read):
    (tmp_path / "b.log").write_text("")
    run("b.log", "-o", f"rows.{suffix}")
    rows = read(tmp_path / f"rows.{suffix}")
    assert rows.columns == ["line", "template_id", "template"]
    assert rows.height == 0


def test_another_miner_and_its_parameters(run):
    assert "· 13 templates ·" not in run("a.log")
    told = run("a.log", "--miner", "exact")
    assert "session opened for user anna by port <NUM>" in told
    assert "session opened for user <USER> by port <NUM>" in run("a.log", "--set", "similarity=0.9")
    run("a.log", "--set", "colour=red", code=2)
    assert "Drain has no parameter 'colour'" in run.err
    run("a.log", "--miner", "drian", code=2)
    assert "no 'drian' in templates; expected one of drain, exact" in run.err


def test_one_id_is_no_merge(run, listed):
    number = next(iter(listed("a.log").values()))["template_id"]
    run("a.log", "--merge", number, code=2)
    assert "expected two ids or more" in run.err


def test_the_progress_bar_is_gone_before_anything_is_printed(run, monkeypatch):
    bars = []

    @contextmanager
    def shown(*, quiet):
        bars.append("shown")
        yield Telemetry()
        bars.append("gone")

    monkeypatch.setattr(_progress, "shown", shown)
    monkeypatch.setattr(templates, "_show", lambda *_: bars.append("printed"))
    run("a.log")
    assert bars == ["shown", "gone", "printed"]
