"""A scan as a file: byte for byte what the command line writes, whole or filtered."""

from __future__ import annotations

import csv
import io
import json
import re
import sys

import polars as pl
import pytest

from oddline.cli.main import main
from oddline.core.errors import NoInput, UsageError
from oddline.core.nouns import Result
from oddline.service.results import download
from oddline.service.results.filters import Filter
from oddline.service.results.findings import FORMATS
from oddline.service.results.restore import restore
from tests.service.results.conftest import EXAMPLES, scanned

SCANS = {
    "text": [str(EXAMPLES / "shop" / "app.log")],
    "four logs": [str(EXAMPLES / "shop")],
    "table": [str(EXAMPLES / "cloud" / "events.csv"), "--detector", "isolation_forest", "--seed", "3"],
    "windows": [str(EXAMPLES / "shop" / "app.log"), "--by", "time:5s", "--budget", "3"],
}
ASKED = {
    "text": {},
    "four logs": {},
    "table": {"changes": {"detector": "isolation_forest", "seed": 3}},
    "windows": {"changes": {"window": "time:5s", "budget": 3}},
}


def whole(left, format, filter=None):  # noqa: A002
    return b"".join(left.findings.chunks(format, filter))


@pytest.fixture(scope="module", params=list(SCANS))
def both(request, tmp_path_factory):
    """What the command line wrote of a scan, and what the same scan left."""
    folder = tmp_path_factory.mktemp("both")
    outputs = [part for suffix in FORMATS for part in ("-o", str(folder / f"o.{suffix}"))]
    arguments = ["oddline", "scan", *SCANS[request.param], *outputs, "--quiet"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", arguments)
        assert main() == 0
    return folder, scanned(folder / "left", *map(type(folder), SCANS[request.param][:1]), **ASKED[request.param])


@pytest.mark.parametrize("format", ["csv", "ndjson", "parquet"])
def test_rows_are_byte_for_byte_those_of_the_command_line(both, format):  # noqa: A002
    folder, left = both
    assert whole(left, format) == (folder / f"o.{format}").read_bytes()


def test_json_is_that_of_the_command_line_but_for_the_seconds(both):
    folder, left = both
    told, was = (
        re.sub(rb'"(seconds|read|templates|features|detect|explain)": [\d.e-]+', b"", data)
        for data in (whole(left, "json"), (folder / "o.json").read_bytes())
    )
    assert told == was


def test_the_report_is_that_of_the_command_line(both):
    folder, left = both
    pages = [whole(left, "html").decode(), (folder / "o.html").read_text()]
    told, was = (re.sub(r"\d+\.\d\d s|\d+ \w+ \d{4}, \d\d:\d\d UTC", "", page) for page in pages)
    assert told == was


def test_a_download_in_stretches_is_the_same(shop, monkeypatch):
    once = [whole(shop, name) for name in ("csv", "ndjson")]
    monkeypatch.setattr(download, "STRETCH", 1000)
    assert [whole(shop, name) for name in ("csv", "ndjson")] == once
    some = whole(shop, "csv", Filter(q="refused"))
    assert some.count(b"source,line,key") == 1


@pytest.mark.parametrize("asked", [Filter(anomalies=True), Filter(q="refused"), Filter(q="zebra")])
def test_a_filter_holds_for_downloads(shop, asked):
    total = shop.findings.rows(asked).total
    rows = list(csv.reader(io.StringIO(whole(shop, "csv", asked).decode())))
    assert len(rows) == total + 1
    assert rows[0] == whole(shop, "csv").split(b"\n")[0].decode().split(",")
    assert whole(shop, "ndjson", asked).count(b"\n") == total
    frame = pl.read_parquet(whole(shop, "parquet", asked))
    assert frame.height == total
    assert frame.schema == pl.read_parquet(whole(shop, "parquet")).schema
    lines = [(row.source, row.line) for row in shop.findings.rows(asked, sort="line", limit=1000).items]
    assert frame.select("source", "line").rows() == lines


def test_filtered_json_and_html_keep_what_is_odd_there(shop):
    asked = Filter(incident=0)
    told = json.loads(whole(shop, "json", asked))
    first = shop.result.incidents[0]
    assert [one["fingerprint"] for one in told["incidents"]] == [first.fingerprint]
    assert [one["id"] for one in told["anomalies"]] == sorted(
        first.anomaly_ids, key=[a.id for a in shop.result.anomalies].index
    )
    some = json.loads(whole(shop, "json", Filter(q="900000")))
    assert [one["count"] for one in some["incidents"]] == [1]
    part = json.loads(whole(shop, "json", Filter(incident=0, q="attempt")))
    assert [one["count"] for one in part["incidents"]] == [len(part["anomalies"])] != [first.count]
    assert b"900000" in whole(shop, "html", Filter(q="900000"))


def test_a_result_comes_back(both):
    _, left = both
    again = restore(left.folder)
    for name in (
        "inputs",
        "events",
        "templates",
        "windows",
        "threshold",
        "anomalies",
        "incidents",
        "detector",
        "seconds",
    ):
        assert getattr(again, name) == getattr(left.result, name), name
    assert again.stages == left.result.stages
    assert again.template_table.equals(left.result.template_table)
    was = left.result.scored.with_columns(pl.col("source").cast(pl.String))
    assert again.scored.with_columns(pl.col("source").cast(pl.String)).equals(was)
    ours = again.records.select(pl.col("source").cast(pl.String), "line", "lines", "raw").sort("source", "line")
    records = left.result.records
    assert ours.equals(records.select(pl.col("source").cast(pl.String), "line", "lines", "raw").sort("source", "line"))


def test_records_come_back_with_time_and_level(shop):
    ours = restore(shop.folder).records
    was = shop.result.records.sort(pl.col("source").cast(pl.String), "line")
    assert ours["ts"].to_list() == was["ts"].to_list()
    assert ours["level"].to_list() == was["level"].to_list()


def test_members_come_back(sessions):
    again = restore(sessions.folder)
    assert isinstance(again, Result)
    assert again.members.tolist() == sessions.result.members.tolist()


def test_the_report_says_against_what_and_how_to_make_it_again(sessions):
    page = whole(sessions, "html").decode()
    assert "good.log" in page
    assert "oddline scan bad.log --baseline good.log" in page


def test_hostile_text_does_no_harm_in_downloads(hostile):
    page = whole(hostile, "html").decode()
    assert "<script" not in page
    assert not set(page) & set("\x1b\x00\u202e")
    assert "'=HYPERLINK(0)" in whole(hostile, "csv").decode()
    texts = [json.loads(line)["text"] for line in whole(hostile, "ndjson").splitlines()]
    assert texts == hostile.result.scored["text"].to_list(), "NDJSON keeps the text as it was"


def test_what_is_no_format_or_no_scan_is_refused(shop, tmp_path):
    with pytest.raises(UsageError, match="csv, ndjson, parquet, json, html"):
        whole(shop, "xlsx")
    with pytest.raises(NoInput, match="no finished scan"):
        restore(tmp_path)
