"""A table is told from a log, both ways."""

from __future__ import annotations

import lzma
import os
from pathlib import Path

import polars as pl
import pytest

from oddline.formats.csv import Csv
from oddline.formats.tsv import Tsv

DATA = Path(os.environ.get("ODDLINE_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
LOGS = (
    "loghub_2k/*/*_2k.log",
    "linux/*",
    "web/*",
    "hdfs/*.log.xz",
    "bgl/*",
    "ci-logs/*/*",
    "openstack/kalaki/*.log.xz",
)
TABLES = (
    "nsl-kdd/*.xz",
    "nsl-kdd/*.csv",
    "nab/data/*/*.csv",
    "hdfs/*.csv",
    "loghub_2k/*/*.csv",
    "openstack/failure/*/SEQ.tsv",
)


def taken(lines: list[str]) -> float:
    sample = pl.Series(lines, dtype=pl.String)
    return max(Csv().recognise(sample), Tsv().recognise(sample))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [""],
        ["one word"] * 3,
        ['{"a": 1, "b": 2}', '{"a": 3, "b": 4}'],
        ["12:00:01,5 INFO all is well", "12:00:02,7 WARN no it is not"],
        ["2026-01-02 03:04:05,250 - app - INFO - started", "2026-01-02 03:04:06,250 - app - INFO - stopped"],
        ["20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579"] * 5,
        ["a=1, b=2, c=x", "a=5, b=1, c=y"],
        ["boot, ok", "a=1, b=2", "a=5, b=1"],
        ["level: info, host: web1", "level: warn, host: web2"],
        ["User logged in, from the office, at noon", "User logged out, from the train, at night"],
        ["timestamp", "2026-01-01", "2026-01-02"],
    ],
)
def test_a_log_is_not_taken_for_a_table(lines: list[str]) -> None:
    assert taken(lines) == 0


@pytest.mark.parametrize(
    "lines",
    [
        ["timestamp,level,service,message,latency_ms", "2026-01-01T00:00:00Z,INFO,api,all is well with us,12"] * 1
        + ["2026-01-01T00:00:01Z,WARN,api,all is not well with us,13"],
        ["0,tcp,http,SF,181", "0,udp,dns,SF,42", "3,tcp,smtp,REJ,0"],
        ["time;v", "2026-01-01;1,5", "2026-01-02;2,5"],
        ["host\tms", "web1\t4", "web2\t7"],
        ["id|name|size", "1|a|4", "2|b|7"],
        ['id,text', '1,"several words, quoted', 'over two lines"', "2,short"],
    ],
)  # fmt: skip
def test_a_table_is_recognised(lines: list[str]) -> None:
    assert taken(lines) >= 0.9


def test_recognising_leaves_the_sample_as_it_was() -> None:
    lines = ["id,text", '1,"several words, quoted', 'over two lines"', "2,short"]
    sample = pl.Series(lines)
    Csv().recognise(sample)
    assert sample.to_list() == lines


def test_nine_rows_in_ten_are_enough_and_eight_are_not() -> None:
    good, bad = ["1,a,2"] * 9, ["?"]
    assert taken(good + bad) == pytest.approx(0.9)
    assert taken(good[:8] + bad * 2) == 0


def _files(patterns: tuple[str, ...]) -> list[Path]:
    return sorted(path for pattern in patterns for path in DATA.glob(pattern) if path.is_file())


def _lines(path: Path, start: int, count: int) -> list[str]:
    with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as stream:
        data = stream.read(2_000_000)
    return data.decode("utf-8", "backslashreplace").splitlines()[start : start + count]


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="no labelled data here")
def test_no_log_of_the_shared_data_is_taken_for_a_table() -> None:
    files = _files(LOGS)
    assert len(files) > 30
    wrong = [
        (path.name, start)
        for path in files
        for start, count in ((0, 20), (0, 1000), (300, 100))
        if taken(_lines(path, start, count))
    ]
    assert wrong == []


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="no labelled data here")
def test_every_table_of_the_shared_data_is_recognised() -> None:
    files = _files(TABLES)
    assert len(files) > 100
    assert [path.name for path in files if taken(_lines(path, 0, 100)) < 0.9] == []
