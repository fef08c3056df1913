"""Previews: told by the beginning alone, of anything that can be sent, hostile things included."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import polars as pl
import pytest
import zstandard

from oddline.service.preview import head as heads
from oddline.service.settings import Limits, Settings
from oddline.service.storage.store import Store

SYSLOG = b"".join(b"Jun 14 15:16:%02d combo sshd[19939]: check pass; user %d\n" % (i % 60, i) for i in range(300))
TABLE = b"ms,proto,label\n" + b"12,tcp,normal\n7,udp,neptune\n" * 50


@pytest.fixture
def settings(settings) -> Settings:
    return settings.model_copy(update={"limits": Limits(part_bytes=1 << 20)})


@pytest.fixture
def shown(sent, api):
    def show(content, name="app.log", sending=None, **query):
        answer = api("GET", f"/{sent(content, name, **(sending or {}))['id']}/preview", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return show


def tarred(**files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name.replace("__", "."))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def test_lines_are_told_with_their_fields(shown):
    told = shown(SYSLOG, sending={"modified": "2025-09-01T00:00:00Z"})
    assert (told["format"], told["tabular"], told["events"], told["exact"]) == ("syslog", False, 300, True)
    assert told["confidence"] > 0.9 and told["candidates"][0]["name"] == "syslog"
    assert told["candidates"][-1]["name"] == "plain"
    first = told["lines"][0]
    assert first["ts"] == "2025-06-14T15:16:00Z"  # the year is that of the file's last change
    assert (first["number"], first["message"], first["fields"]["host"]) == (1, "check pass; user 0", "combo")
    assert len(told["lines"]) == 20 and told["rows"] == []


def test_a_table_is_told_with_its_columns_and_label(shown):
    told = shown(TABLE, "flows.csv")
    assert (told["format"], told["tabular"], told["events"]) == ("csv", True, 100)
    assert [(column["name"], column["kind"], column["distinct"]) for column in told["columns"]] == [
        ("ms", "number", 2), ("proto", "text", 2), ("label", "text", 2)
    ]  # fmt: skip
    label = told["label_candidates"][0]
    assert (label["column"], label["normal"], sorted(label["values"])) == ("label", "normal", ["neptune", "normal"])
    assert told["rows"][0] == {"line": 2, "cells": ["12", "tcp", "normal"]}
    assert len(told["rows"]) == 20


def test_a_label_without_a_name_is_known_by_its_words(shown):
    told = shown(TABLE.split(b"\n", 1)[1], "flows.csv")
    assert [(found["column"], found["normal"]) for found in told["label_candidates"]] == [("c3", "normal")]


def test_what_is_forced_is_done(shown, api, sent):
    assert shown(TABLE, format="plain")["tabular"] is False
    assert [column["name"] for column in shown(TABLE, header=False)["columns"]] == ["c1", "c2", "c3"]
    wrong = api("GET", f"/{sent(TABLE)['id']}/preview", params={"format": "syslogg"})
    assert wrong.status_code == 422 and wrong.json()["hint"] == "syslog"


@pytest.mark.parametrize(
    ("pack", "packed"),
    [
        (gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz"),
        (zstandard.ZstdCompressor().compress, "zstd"), (lambda text: zipped(a__log=text), "zip"),
        (lambda text: tarred(a__log=text), "tar"), (lambda text: gzip.compress(tarred(a__log=text)), "gzip tar"),
        (lambda text: tarred(a__log__gz=gzip.compress(text)), "tar"),
    ],
)  # fmt: skip
def test_what_is_packed_is_looked_into(shown, pack, packed):
    told = shown(pack(SYSLOG), "logs")
    assert (told["packed"], told["format"], told["events"], told["exact"]) == (packed, "syslog", 300, True)


def test_a_file_of_an_archive_can_be_chosen(shown, api, sent):
    for archive in (zipped(a__log=SYSLOG, b__csv=TABLE), tarred(a__log=SYSLOG, b__csv=TABLE)):
        told = shown(archive, "logs.zip", member="b.csv")
        assert (told["member"], told["members"], told["format"]) == ("b.csv", ["a.log", "b.csv"], "csv")
    answer = api("GET", f"/{sent(archive)['id']}/preview", params={"member": "../b.csv"})
    assert answer.status_code == 404


def test_only_the_beginning_is_read(shown, sent, api, monkeypatch):
    upload = sent(SYSLOG * 400)  # 7 parts of a MiB
    read = []
    monkeypatch.setattr(Store, "chunks", lambda store, name, size=0: pytest.fail("a whole part was read"))
    stretch = Store.stretch
    monkeypatch.setattr(Store, "stretch", lambda *place: read.append(place[3]) or stretch(*place))
    told = api("GET", f"/{upload['id']}/preview").json()
    assert sum(read) < 2 << 20 < upload["size"]
    assert not told["whole"] and not told["exact"]
    assert told["events"] == pytest.approx(120_000, rel=0.05)


def test_a_packed_file_is_unpacked_at_its_beginning_only(shown):
    told = shown(gzip.compress(SYSLOG * 400), "app.log.gz")
    assert told["head_bytes"] == heads.HEAD and not told["whole"]


def test_a_bomb_shows_its_beginning_and_no_more(api):
    upload = api("POST", "", b"").json()["id"]  # refused when it is complete, and looked at before
    api("PATCH", f"/{upload}", gzip.compress(b"x" * (200 << 20)), headers={"Upload-Offset": "0"})
    assert api("GET", f"/{upload}/preview").json()["head_bytes"] == heads.HEAD


def test_parquet(shown, monkeypatch):
    stream = io.BytesIO()
    pl.DataFrame({"ms": range(20_000), "class": ["normal", "odd"] * 10_000}).write_parquet(stream)
    for content in (stream.getvalue(), gzip.compress(stream.getvalue())):
        told = shown(content, "flows.parquet")
        assert (told["format"], told["events"], told["exact"]) == ("parquet", 20_000, True)
        assert told["label_candidates"][0]["column"] == "class" and len(told["rows"]) == 20
    monkeypatch.setattr(heads, "PARQUET_BYTES", 100)
    large = shown(stream.getvalue(), "flows.parquet")
    assert ([column["name"] for column in large["columns"]], large["events"]) == (["ms", "class"], 20_000)
    assert large["rows"] == [] and "too large" in large["warnings"][0]


def test_while_it_is_sent_it_shows_what_has_come(api):
    upload = api("POST", "", b"", params={"size": 10_000}).json()["id"]
    assert api("GET", f"/{upload}/preview").status_code == 409
    api("PATCH", f"/{upload}", SYSLOG[:5000], headers={"Upload-Offset": "0"})
    told = api("GET", f"/{upload}/preview").json()
    assert told["format"] == "syslog" and "still being sent" in told["warnings"][0]


def test_warnings_tell_what_is_not_as_it_should_be(shown):
    assert "truncated" in shown(gzip.compress(SYSLOG)[:-30], "a.gz")["warnings"][0]
    assert "UTF-8" in shown(b"caf\xe9 \xff\xfe\n" * 10)["warnings"][0]
    mixed = shown(SYSLOG + b"something else entirely\n" * 150)
    assert "look like syslog" in mixed["warnings"][0]


def test_hostile_text_is_made_visible(shown):
    told = shown(b"\x1b[2J\xe2\x80\xae<script>\n" * 30)
    assert told["lines"][0]["text"] == "\\x1b[2J\\u202e<script>"
    table = shown(b"a\xe2\x80\xae,b\n" + b"1,x\n2,\x1b[31mred\n" * 50, "t.csv")
    assert table["rows"][-2]["cells"][1] == "\\x1b[31mred"
    assert "\u202e" not in str(table)


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\0\0\0", b"PK\x03\x04rubbish", b"PAR1" + b"x" * 100, gzip.compress(b"\0" * 100_000),
        gzip.compress(gzip.compress(SYSLOG)), zipped(a__bin=b"\x7fELF\0\0"), b"\x1f\x8b",
    ],
)  # fmt: skip
def test_what_is_no_log_is_refused_in_words(api, sent, content):
    answer = api("GET", f"/{sent(content)['id']}/preview")
    assert answer.status_code == 422 and answer.json()["title"]


@pytest.mark.parametrize(
    "content",
    [
        b"(" * (1 << 20), b"a" * (3 << 20), b'"' * (1 << 20), b"\n" * (1 << 20), b"{" * (1 << 20), b'{"a":' * 200_000,
        (b"a," * 250_000 + b"\n") * 2, b"Jun 14 15:16:01 " * 60_000, b"", b"\n", b"\0",
        b"=" * 5_000 + b"\n" + b"x=1 " * 9_000,
    ],
    ids=range(12),
)  # fmt: skip
def test_hostile_files_end_in_an_answer(api, sent, content):
    assert api("GET", f"/{sent(content)['id']}/preview").status_code in {200, 409, 422}


def test_a_table_of_a_million_columns_is_judged_by_some(monkeypatch):
    from oddline.formats import _table_dialect as dialect

    widths = []
    cells_of = dialect.cells_of
    monkeypatch.setattr(
        dialect, "cells_of", lambda rows, delimiter, width: widths.append(width) or cells_of(rows, delimiter, width)
    )
    dialect.tableness(pl.Series(["1," * 9_000, "2," * 9_000]), ",")
    assert widths == [dialect.MOST_JUDGED]
