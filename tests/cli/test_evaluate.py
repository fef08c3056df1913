"""``oddline evaluate``: labels in each of the ways that people keep them, what is left over, and errors that help."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from oddline.cli.main import main

ROOT = Path(__file__).parent.parent.parent
HEAD = "source,line,key,ts,surprise,anomaly"


@pytest.fixture
def run(capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, code=0):
        assert main(["evaluate", *map(str, arguments)]) == code, capfdbinary.readouterr().err.decode()
        told = capfdbinary.readouterr()
        run.err = told.err.decode()
        return told.out.decode()

    return run


@pytest.fixture
def measured(run):
    def measured(*arguments):
        return json.loads(run(*arguments, "--json"))

    return measured


def write(name, *lines):
    Path(name).write_text("".join(f"{line}\n" for line in lines))
    return name


def scored(name="scored.csv", *, lines=6, odd=(3, 4), keys=None, source="app.log", step=1):
    """Scored rows of which those of lines ``odd`` are flagged."""
    rows = [
        f"{source},{line},{keys[at] if keys else ''},,{5.0 if line in odd else 0.1 * at},{str(line in odd).lower()}"
        for at, line in enumerate(range(1, lines + 1, step))
    ]
    return write(name, HEAD, *rows)


def figures(told):
    (row,) = told["rows"]
    return {name: row[name] for name in ("windows", "odd", "hits", "false_alarms", "unlabelled", "unmatched")}


def test_labels_of_lines(run, measured):
    scored()
    write("labels.csv", "line,label", *(f"{line},{int(line in (3, 5))}" for line in range(1, 7)))
    told = measured("scored.csv", "--labels", "labels.csv")
    assert figures(told) == {
        "windows": 6, "odd": 2, "hits": 1, "false_alarms": 1, "unlabelled": 0, "unmatched": 0
    }  # fmt: skip
    assert (told["normal"], told["notes"]) == ("0", [])


@pytest.mark.parametrize("name", ["block_id,label", "label,key", "key\tlabel"])
def test_labels_of_keys_by_whatever_name(name, run, measured):
    # scan writes an apostrophe before what a spreadsheet would run.
    scored(keys=["'=a", "b", "c", "d", "e", "f"], odd=(1,))
    cell = "\t" if "\t" in name else ","
    pairs = [("=a", "dos"), ("b", "normal"), ("d", "probe"), ("x", "dos")]
    write("labels.csv", name, *(cell.join(pair if name != "label,key" else pair[::-1]) for pair in pairs))
    told = measured("scored.csv", "--labels", "labels.csv", "--by-class")
    assert figures(told) == {
        "windows": 3, "odd": 2, "hits": 1, "false_alarms": 0, "unlabelled": 3, "unmatched": 1
    }  # fmt: skip
    assert [row["class"] for row in told["rows"][0]["by_class"]] == ["dos", "probe", "normal"]
    assert told["rows"][0]["incidents"] == 2  # each odd session is one
    assert told["notes"] == ["no label for 3 of 6 rows: left out", "no row for 1 label of labels.csv"]


@pytest.mark.parametrize("entries", [["3", "5", "9"], ["line", "3", "5", "9"]])
def test_a_list_of_odd_lines(entries, run, measured):
    scored()
    told = measured("scored.csv", "--labels", write("odd.txt", *entries))
    assert figures(told) == {
        "windows": 6, "odd": 2, "hits": 1, "false_alarms": 1, "unlabelled": 0, "unmatched": 1
    }  # fmt: skip
    assert "what odd.txt does not list counts as normal" in told["notes"]


@pytest.mark.parametrize("entries", [["c", "d"], ["block_id", "c", "d"]])
def test_a_list_of_odd_sessions(entries, run, measured):
    scored(keys="abcdef")
    assert figures(measured("scored.csv", "--labels", write("odd.txt", *entries)))["hits"] == 2


def test_numbers_are_keys_where_rows_have_such_keys(run, measured):
    scored(keys=["7", "8", "9", "10", "11", "12"])
    assert figures(measured("scored.csv", "--labels", write("odd.txt", "9", "10")))["hits"] == 2


def test_a_column_of_the_table(run, measured):
    table = write("flows.csv", "bytes,attack", *(f"{n},{'dos' if n in (3, 4) else 'ok'}" for n in range(1, 8)))
    bare = write("bare.csv", *Path(table).read_text().splitlines()[1:])
    for name, begins, column, more in ((table, 2, "attack", ()), (bare, 1, "c2", ("--no-header",))):
        rows = (f"{name},{begins + at},,,{at},{str(at in (2, 3)).lower()}" for at in range(6))
        write("scored.csv", HEAD, *rows)
        told = measured("scored.csv", "--label-column", column, "--table", name, "--normal", "ok", *more)
        assert figures(told) == {
            "windows": 6, "odd": 2, "hits": 2, "false_alarms": 0, "unlabelled": 0, "unmatched": 1
        }  # fmt: skip
    run("scored.csv", "--label-column", "who", "--table", table, code=65)
    assert "flows.csv: no column 'who'; expected one of bytes, attack" in run.err


def test_the_first_word_of_each_line(run, measured):
    scored(source="bgl.log")
    log = write("bgl.log", *(f"{'KERN' if n in (2, 3) else '-'} text {n}" for n in range(1, 7)))
    told = measured("scored.csv", "--label-prefix", log)
    assert figures(told)["hits"] == 1
    assert told["normal"] == "-"


def test_a_window_of_many_lines_is_odd_if_one_of_its_lines_is(run, measured):
    scored(lines=12, odd=(5,), step=4, keys=["1-4", "5-8", "9-12"])
    log = write("app.log", *(f"{'KERN' if n in (6, 12) else '-'} text {n}" for n in range(1, 13)))
    told = measured("scored.csv", "--label-prefix", log)
    assert figures(told) == {
        "windows": 3, "odd": 2, "hits": 1, "false_alarms": 0, "unlabelled": 0, "unmatched": 0
    }  # fmt: skip
    assert figures(measured("scored.csv", "--labels", write("odd.txt", "6", "12")))["odd"] == 2


def test_sources_go_by_the_same_names_or_the_last_parts_of_them(run, measured):
    one, two = scored("one.csv", source="logs/a.log"), scored("two.csv", source="logs/b.log", odd=(1,))
    both = Path(one).read_text() + Path(two).read_text().partition("\n")[2]
    Path("scored.csv").write_text(both)
    write("labels.csv", "source,line,label", "a.log,3,1", "a.log,1,0", "logs/b.log,1,1", "c.log,1,1")
    assert figures(measured("scored.csv", "--labels", "labels.csv")) == {
        "windows": 3, "odd": 2, "hits": 2, "false_alarms": 0, "unlabelled": 9, "unmatched": 1
    }  # fmt: skip
    run("scored.csv", "--labels", write("no.csv", "line,label", "1,0"), code=65)
    assert "of 2 sources" in run.err


def test_incidents_have_names_where_labels_give_them(run, measured):
    scored()
    write("labels.csv", "line,label,incident", "1,1,a", "2,0,", "3,1,a", "4,0,", "5,1,b", "6,0,")
    (row,) = measured("scored.csv", "--labels", "labels.csv")["rows"]
    assert (row["incidents"], row["incidents_found"], row["delay_events_mean"]) == (2, 1, 2.0)


def test_what_scan_writes_is_read_in_each_of_its_forms(run, measured, capfdbinary):
    log = write(
        "app.log", *(f"2026-01-01 00:00:{n:02} INFO job {n} done" for n in range(50)), "2026-01-01 00:01:00 kaboom!"
    )
    names = ["day.csv", "day.ndjson", "day.parquet", "day.json"]
    assert main(["scan", log, "-q", "--budget", "1", *(word for name in names for word in ("-o", name))]) == 0
    capfdbinary.readouterr()
    write("odd.txt", "51")
    rows = [measured(name, "--labels", "odd.txt")["rows"][0] for name in names[:3]]
    assert rows[0] == rows[1] == rows[2]
    assert (rows[0]["hits"], rows[0]["detector"], rows[0]["supervised"]) == (1, "odd_lines", False)
    assert rows[0]["events_per_second"] > 0


def test_several_are_compared_side_by_side(run, measured):
    good, bad = scored("good.csv", odd=(3, 4)), scored("bad.csv", odd=(1, 3))
    labels = write("labels.csv", "line,label", *(f"{n},{int(n in (3, 4))}" for n in range(1, 7)))
    told = run(good, bad, "--labels", labels, "--by-class").splitlines()
    assert told[0] == "2 detectors · 6 windows · 2 odd, 33.3 % · 1 incident"
    assert [line.split()[:4] for line in told[3:5]] == [["good", "100", "%", "100"], ["bad", "50.0", "%", "50.0"]]
    assert told[-1] == "Best F1: good, 100 %, 50.0 points ahead"
    assert any(line.split() == ["2", "100", "%", "50.0", "%", "1"] for line in told)
    scored("short.csv", lines=5)
    assert "do not compare" in measured(good, "short.csv", "--labels", labels)["notes"][-1]


def test_what_is_alike_counts_once_if_asked_for(run, measured):
    write("scored.csv", HEAD + ",text", *(f"a,{n},,,{n},true,{text}" for n, text in enumerate("xxxy", 1)))
    labels = write("labels.csv", "line,label", "1,1", "2,1", "3,1", "4,0")
    (row,) = measured("scored.csv", "--labels", labels, "--distinct", "text")["rows"]
    assert (row["precision"], row["distinct"], row["distinct_precision"]) == (0.75, 2, 0.5)


def test_nothing_odd_and_everything_odd_are_told_without_a_stumble(run):
    scored()
    assert (
        "No" not in run("scored.csv", "--labels", write("a.csv", "line,label", "1,0", "3,0"), "--bootstrap", 20).split()
    )
    assert (
        run("scored.csv", "--labels", write("b.csv", "line,label", "1,1", "3,1", "4,0"))
        .splitlines()[-1]
        .startswith("1 of 2")
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, r"no labels; expected one of --labels FILE, .* Try: --labels"),
        (["--labels", "good.csv", "--label-prefix", "a.log"], 2, r"--labels beside --label-prefix"),
        (["--table", "t.csv"], 2, r"--table without --label-column"),
        (["--label-column", "x"], 2, r"--label-column without the table"),
        (["--labels", "none.csv"], 66, r"none.csv does not exist"),
        (
            ["--labels", "odd.csv"],
            65,
            r"odd.csv has no column of labels; it has line, what; .* Try: --label-column NAME",
        ),
        (["--labels", "odd.csv", "--label-column", "who"], 65, r"no column 'who'; it has line, what"),
        (["--labels", "wide.csv"], 65, r"beside the label stands a and b"),
        (["--labels", "good.csv", "--normal", "fine"], 65, r"no label is 'fine'; they are 0, 1"),
        (["--labels", "names.csv"], 65, r"labels are (bad, fine|fine, bad); none of them says .* Try: --normal"),
        (["--labels", "both.csv"], 65, r"several of them may mean normal"),
        (["--labels", "far.csv"], 65, r"none of the 1 labels of far.csv .* lines such as 0, the rows go from 1 to 6"),
        (["--labels", "keys.csv"], 65, r"keys such as k1, and no row has a key; .* Try: oddline scan --by session"),
        (["--labels", "list.txt"], 65, r"lists k1 and k2, and no row has such a key"),
        (["--labels", "words.csv"], 65, r"1 lines are no numbers, the first is 'one'"),
        (["--labels", "empty.csv"], 65, r"empty"),
    ],
)
def test_errors_say_what_was_found_what_was_expected_and_what_to_do(arguments, code, said, run):
    scored()
    write("good.csv", "line,label", "1,0", "2,0", "3,1")
    write("odd.csv", "line,what", "1,0")
    write("wide.csv", "a,b,label", "1,2,0")
    write("names.csv", "line,label", "1,fine", "2,bad")
    write("both.csv", "line,label", "1,normal", "2,0")
    write("far.csv", "line,label", "0,0")
    write("keys.csv", "key,label", "k1,0")
    write("list.txt", "k1", "k2")
    write("words.csv", "line,label", "one,0")
    write("empty.csv")
    run("scored.csv", *arguments, code=code)
    assert re.search(said, run.err), run.err


def test_errors_of_the_scored_file(run):
    labels = write("labels.csv", "line,label", "1,0", "2,1")
    for name, lines, said in (
        ("a.csv", ["x,y", "1,2"], "a.csv has no column source, line, key, ts, surprise, anomaly; it has x, y"),
        ("b.txt", ["x"], "have no ending '.txt'"),
        ("c.csv", [HEAD, "a,1,,,,true"], "1 of 1 rows have no surprise"),
        ("d.csv", [HEAD, "a,1,,,high,true"], "d.csv: "),
    ):
        run(write(name, *lines), "--labels", labels, code=2 if name == "b.txt" else 65)
        assert said in run.err
        assert "expected what oddline scan -o FILE wrote" in run.err
    run("none.csv", "--labels", labels, code=66)
    scored()
    run("scored.csv", "scored.csv", "--labels", labels, code=2)
    assert "named twice" in run.err


def test_labels_of_lines_are_not_those_of_sessions(run):
    scored(keys="abcdef")
    labels = write("labels.csv", "line,label", *(f"{n},{n % 2}" for n in range(1, 20)))
    run("scored.csv", "--labels", labels, code=65)
    assert "a session's lines stand anywhere" in run.err
    run("scored.csv", "--labels", write("two.csv", "key,label", "a,0", "a,1"), code=65)
    assert "a has two labels" in run.err


@pytest.mark.parametrize("width", [80, 120])
def test_in_a_terminal_no_line_is_wider_than_it(width, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [scored(f"a_detector_of_a_rather_long_name_{n}.csv", odd=(n,)) for n in (1, 3)]
    write("labels.csv", "line,label", *(f"{n},{int(n in (3, 4))}" for n in range(1, 7)))
    ours, theirs = pty.openpty()
    call = [sys.executable, "-m", "oddline", "evaluate", *names, "--labels", "labels.csv", "--by-class"]
    size = {"COLUMNS": str(width), "LINES": "50", "TERM": "xterm-256color"}
    source = {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.Popen(call, stdout=theirs, stderr=theirs, env=os.environ | size | source, close_fds=True)
    os.close(theirs)
    told = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        told += piece
    os.close(ours)
    assert done.wait() == 0
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in told.decode().replace("\r", "").splitlines()]
    assert max(map(len, lines)) <= width, lines
    assert "\x1b[32m" in told.decode()
    assert ("IN TOP 20" in told.decode()) == (width == 120)


def test_the_example_of_the_documents_is_true(run):
    """What docs/evaluate.md shows is what the command prints, its options are all there, and its Python runs."""
    text = (ROOT / "docs" / "evaluate.md").read_text(encoding="utf-8")
    for name, block in zip(("scored.csv", "labels.csv"), re.findall(r"```csv\n(.*?)```", text, re.DOTALL), strict=True):
        Path(name).write_text(block)
    (command,) = re.findall(r"`oddline evaluate (scored.csv [^`]*)` prints", text)
    (shown,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    assert run(*command.split()) == shown
    (python,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(python, "docs/evaluate.md", "exec"), {})


def test_the_documents_name_every_option_and_every_key(run, measured):
    import typer

    from oddline.cli.main import application

    text = (ROOT / "docs" / "evaluate.md").read_text(encoding="utf-8")
    command = typer.main.get_command(application()).commands["evaluate"]
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert sorted(option for option in options if option not in text) == []
    scored()
    write("labels.csv", "line,label", "1,0", "2,1", "3,1")
    told = measured("scored.csv", "--labels", "labels.csv", "--by-class", "--bootstrap", 5)
    documented = set(re.findall(r"`([a-z_0-9]+)`", text)) | {"name", "notes", "rows", "normal"}
    assert set(told) | set(told["rows"][0]) | set(told["rows"][0]["by_class"][0]) <= documented


DATA = Path(os.environ.get("ODDLINE_DATA", ROOT.parent / "shared" / "data"))


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="no labelled data; set ODDLINE_DATA")
def test_the_session_list_of_hdfs(run, measured):
    """The labels of the data set, as it keeps them: keys by their own name, and a list of the odd ones."""
    labels = DATA / "hdfs" / "raw_2pct.labels.csv"
    told = pl.read_csv(labels)
    rows = told.select(
        source=pl.lit("hdfs.log"), line=pl.int_range(1, pl.len() + 1), key="block_id", ts=pl.lit(None, pl.String),
        surprise=pl.col("label").cast(pl.Float64), anomaly=pl.col("label") == 1,
    )  # fmt: skip
    rows.write_csv("scored.csv")
    assert figures(measured("scored.csv", "--labels", labels)) == {
        "windows": 11_501, "odd": 350, "hits": 350, "false_alarms": 0, "unlabelled": 0, "unmatched": 0
    }  # fmt: skip
    listed = figures(measured("scored.csv", "--labels", DATA / "hdfs" / "anomalous_blocks.txt"))
    assert (listed["odd"], listed["hits"], listed["unmatched"]) == (350, 350, 16_488)
