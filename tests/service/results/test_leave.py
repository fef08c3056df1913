"""What a scan leaves: nothing is needed beside it, whatever was scanned."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest

from oddline.core.errors import BadData, NoInput, UsageError
from oddline.service.results import _arrow
from oddline.service.results._texts import Texts, write_series, write_texts
from oddline.service.results.filters import Filter
from oddline.service.results.findings import FORMATS, Findings
from oddline.service.results.leave import leave
from tests.service.results.conftest import scanned


@pytest.mark.parametrize("text", ["", "only one line\n", "one\ntwo\n", "2026-11-21 10:00:00 INFO one\n" * 3])
def test_the_smallest_logs_leave_what_can_be_asked(tmp_path, text):
    (tmp_path / "a.log").write_text(text)
    left = scanned(tmp_path / "left", tmp_path / "a.log")
    findings = left.findings
    rows = findings.rows()
    assert rows.total == findings.summary.rows == text.count("\n")
    assert findings.summary.verdict.severity == "ok"
    assert findings.rows(Filter(q="o", anomalies=True)).total == 0
    assert sum(findings.timeline().bins.usual) == rows.total
    assert sum(one.count for one in findings.templates().items) == rows.total
    assert findings.incidents() == []
    for row in rows.items:
        assert findings.row(row.row).row == row
    for name in FORMATS:
        assert b"".join(findings.chunks(name)) or name == "ndjson"


def test_a_folder_holds_one_scan(shop):
    with pytest.raises(UsageError, match="not empty"):
        leave(shop.result, shop.folder)


def test_a_folder_without_its_last_file_is_no_scan(shop, tmp_path):
    leave(shop.result, tmp_path / "left")
    told = json.loads((tmp_path / "left" / "summary.json").read_text())
    (tmp_path / "left" / "summary.json").write_text(json.dumps(told | {"version": 99}))
    with pytest.raises(BadData, match="version 99"):
        Findings(tmp_path / "left")
    (tmp_path / "left" / "summary.json").unlink()
    with pytest.raises(NoInput):
        Findings(tmp_path / "left")


def test_windows_without_members_cannot_be_left(sessions, tmp_path):
    from dataclasses import replace

    with pytest.raises(BadData, match="members"):
        leave(replace(sessions.result, members=None), tmp_path / "left")


def test_sessions_over_several_files_know_their_lines(tmp_path):
    def line(second, job, what):
        return f"2026-11-21 10:{second // 60:02d}:{second % 60:02d} INFO job={job} {what}\n"

    # Even ones begin in the second file and end in the first, odd ones the other way round: in order of time
    # they alternate, in order of the input they do not.
    def half(file):
        last = ["burned" if n in {20, 41} else "closed" for n in range(60)]
        return "".join(line(2 * n + (n % 2 == file), n, last[n] if n % 2 == file else "opened") for n in range(60))

    (tmp_path / "a.log").write_text(half(0))
    (tmp_path / "b.log").write_text(half(1))
    paths = (tmp_path / "a.log", tmp_path / "b.log")
    left = scanned(tmp_path / "left", *paths, changes={"window": "session:job=([0-9]+)", "budget": 2})
    assert left.findings.summary.rows == 60
    for row in left.findings.rows(limit=1000).items:
        opened = left.findings.row(row.row)
        last = "burned" if row.key in {"20", "41"} else "closed"
        assert {line.text.split("=")[1] for line in opened.events} == {f"{row.key} {last}", f"{row.key} opened"}
        assert row.source.endswith("a.log" if int(row.key) % 2 else "b.log")
        assert row.text.endswith(f"job={row.key} opened")
    keys = [row.key for row in left.findings.rows(sort="line", limit=1000).items]
    assert keys == [str(n) for n in (*range(1, 60, 2), *range(0, 60, 2))]
    assert {one.key for one in left.result.anomalies} == {"20", "41"}
    for one in left.result.anomalies:
        assert left.result.scored["line"][one.row] == one.line
        assert left.result.scored["key"][one.row] == one.key


def test_a_question_leaves_nothing_behind(shop, monkeypatch):
    monkeypatch.setattr("oddline.service.results._query.FEW", 0)  # else so short a log is not looked at as a whole
    findings = Findings(shop.folder)

    def ask():
        findings.scan.masks.clear()
        for word in ("order", "get", "zebra"):
            findings.rows(Filter(q=word))
            findings.timeline(filter=Filter(q=word))
        gc.collect()
        return len(_arrow._lent), len(findings.scan._open)

    lent, opened = ask()
    assert ask() == (lent, opened)
    findings.close()
    assert findings.rows(Filter(q="refused")).total > 0, "what was closed opens again"


def test_threads_share_a_scan_that_is_closed_under_them(shop, monkeypatch):
    monkeypatch.setattr("oddline.service.results._query.FEW", 0)
    findings = Findings(shop.folder)
    words = ["order", "get", "refused", "zebra", "connection"] * 8
    alone = [findings.rows(Filter(q=word), sort="-time") for word in words[:5]]

    def ask(place):
        if place % 7 == 0:
            findings.close()
        return findings.rows(Filter(q=words[place]), sort="-time")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == alone * 8


def test_text_is_not_copied():
    data = np.frombuffer("eins zwei größer".encode(), dtype=np.uint8)
    series = _arrow.text_series(np.array([0, 5, 10, 18]), data)
    assert series.to_list() == ["eins ", "zwei ", "größer"]
    assert series.slice(1, 1).to_list() == ["zwei "]
    kept = series.filter(pl.Series([False, False, True]))
    del series
    gc.collect()
    assert kept.to_list() == ["größer"]
    del kept
    gc.collect()


def test_a_process_that_still_holds_text_ends_well(shop):
    code = (
        "from oddline.service.results.findings import Findings; from pathlib import Path\n"
        f"kept = Findings(Path({str(shop.folder)!r})).scan.texts('text').series()\n"
        "print(len(kept))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, str(shop.findings.summary.events), "")


def test_texts_come_back_whole_or_in_part(tmp_path):
    texts = ["", "one", "ünï\ncode 🎈", "x" * 5000, "last"]
    write_series(pl.Series([*texts, None]), tmp_path, "a")
    write_texts(iter(texts), tmp_path, "b")
    for name, more in (("a", [""]), ("b", [])):
        read = Texts(tmp_path, name)
        assert [read[place] for place in range(len(read))] == texts + more == read.series().to_list()
        assert read.beginning(3, 10) == "x" * 10
        assert read.beginning(2, 3) == "ünï"
        assert read.containing(["N", "o"]).tolist() == [False, True, True, False, False] + [False] * len(more)
        assert read.containing([], among=np.array([True] * len(read))).all()
    write_texts([], tmp_path, "none")
    assert Texts(tmp_path, "none").series().to_list() == []
    assert Texts(tmp_path, "none").containing(["x"]).tolist() == []
