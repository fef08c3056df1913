"""A part chunk by chunk: the same as at once, in bounded memory."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from oddline.core.telemetry import Telemetry
from oddline.drivers._chunks import record_chunks
from oddline.drivers._read import read_parts
from oddline.drivers.batch import Tables
from oddline.formats import _stretches
from oddline.formats._guess import load_format
from oddline.formats.base import LineFormat
from oddline.sources import _lines
from oddline.sources.base import Part

SHOP = Path(__file__).parents[2] / "examples" / "shop"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let the first piece be no larger than the others, and cuts lie close."""
    monkeypatch.setattr(_lines, "SAMPLE", 4096)
    monkeypatch.setattr(_stretches, "REACH", 20_000)


def made(text: str, modified: float | None = None) -> Part:
    return Part("a.log", lambda: io.BytesIO(text.encode()), modified=modified)


def form(name: str) -> LineFormat:
    found = load_format(name)
    assert isinstance(found, LineFormat)
    return found


def at_once(part: Part, parser: LineFormat) -> pl.DataFrame:
    return read_parts([part], parser, Tables(), Telemetry()).records


@pytest.mark.parametrize(
    ("file", "name"),
    [("app.log", "json_lines"), ("nginx-access.log", "access"), ("nginx-error.log", "nginx_error"),
     ("postgresql.log", "postgresql"), ("app.log", "plain"), ("postgresql.log", "plain")],
)  # fmt: skip
def test_a_real_log_is_the_same_in_chunks(file, name):
    part = Part(file, lambda: (SHOP / file).open("rb"), modified=1_760_000_000.0)
    whole = at_once(part, form(name))
    for chunk_bytes in (3_000, 30_000):
        chunks = list(record_chunks(part, form(name), chunk_bytes=chunk_bytes))
        assert len(chunks) > 1 or (SHOP / file).stat().st_size < 20_000
        assert pl.concat(chunks, how="diagonal").equals(whole)


def test_the_last_line_tells_the_year_of_the_first():
    months = [
        f"{month} {day:2d} 10:00:00 box app[1]: line" for month in ("Nov", "Dec", "Jan", "Feb") for day in range(1, 29)
    ]
    part = made(
        "\n".join(line for line in months for _ in range(20)), datetime(2024, 2, 28, 12, tzinfo=UTC).timestamp()
    )
    chunks = list(record_chunks(part, form("syslog"), chunk_bytes=2_000))
    assert len(chunks) > 3
    assert chunks[0]["ts"][0].year == 2023
    assert chunks[-1]["ts"][-1].year == 2024
    assert pl.concat(chunks).equals(at_once(part, form("syslog")))


def test_a_clock_without_a_year_that_turns_up_late_is_the_same_in_chunks():
    text = "free text\n" * 5_000 + "Dec 31 10:00:00 late\n" + "free text\n" * 5_000 + "Jan  1 10:00:00 later\n"
    part = made(text, datetime(2024, 1, 2, tzinfo=UTC).timestamp())
    found = pl.concat(record_chunks(part, form("plain"), chunk_bytes=2_000))
    assert [time.year for time in found["ts"].drop_nulls()] == [2023, 2024]
    assert found.equals(at_once(part, form("plain")))


def test_columns_are_those_of_the_first_chunk_whatever_comes_later():
    text = '{"msg":"a","n":1}\n' * 4_000 + '{"msg":"b","n":"x","late":2}\n' * 4_000
    chunks = list(record_chunks(made(text), form("json_lines"), chunk_bytes=2_000))
    assert len(chunks) > 5
    assert {tuple(chunk.schema.items()) for chunk in chunks} == {tuple(chunks[0].schema.items())}
    assert chunks[0].schema["x_n"] == pl.Int64


def test_memory_is_bounded_though_nothing_ends():
    trace = "Traceback (most recent call last):\n" + '  File "a.py", line 1, in f\n' * 20_000
    chunks = list(record_chunks(made(trace), form("plain"), chunk_bytes=2_000))
    assert max(chunk["lines"].sum() for chunk in chunks) < 1_000
    assert sum(chunk["lines"].sum() for chunk in chunks) == 20_001
    assert pl.concat(chunks).equals(at_once(made(trace), form("plain")))


def test_nothing_gives_nothing():
    assert list(record_chunks(made(""), form("plain"))) == []


def test_warnings_are_told_once():
    warnings: list[str] = []
    part = Part("a.log", lambda: io.BytesIO(b"Jun 14 15:16:01 box a: \xff\n" * 3), modified=1_700_000_000.0)
    list(record_chunks(part, form("syslog"), warnings=warnings))
    assert len(warnings) == 1
