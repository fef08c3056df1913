"""CSV, NDJSON and Parquet hold the same rows in input order, and a CSV cell runs nothing."""

import csv
import io
import json
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oddline.core import folder
from oddline.core.errors import BadData
from oddline.core.schema import SCORED
from oddline.outputs._hostile import cell
from oddline.outputs.csv import Csv
from oddline.outputs.ndjson import Ndjson
from oddline.outputs.parquet import Parquet

COLUMNS = [
    "source",
    "line",
    "key",
    "ts",
    "score",
    "surprise",
    "anomaly",
    "severity",
    "confidence",
    "template_id",
    "text",
    "reasons",
]
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def written(output, result) -> bytes:
    stream = io.BytesIO()
    output.write(result, stream)
    return stream.getvalue()


def as_csv(result) -> list[dict[str, str]]:
    text = written(Csv(), result).decode("utf-8", "strict")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_all_three_hold_the_same_rows_in_input_order(shop):
    parquet = pl.read_parquet(io.BytesIO(written(Parquet(), shop)))
    ndjson = [json.loads(line) for line in written(Ndjson(), shop).splitlines()]
    sheet = as_csv(shop)
    assert parquet.columns == list(ndjson[0]) == list(sheet[0]) == COLUMNS == list(SCORED)
    lines = shop.scored["line"].to_list()
    assert parquet["line"].to_list() == [row["line"] for row in ndjson] == [int(r["line"]) for r in sheet] == lines
    assert [float(row["score"]) for row in sheet] == shop.scored["score"].to_list()
    assert sheet[0]["ts"] == ndjson[0]["ts"] == f"{shop.scored['ts'][0]:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert {row["anomaly"] for row in sheet} == {"true", "false"}
    assert parquet["severity"].drop_nulls().len() == sum(bool(row["severity"]) for row in sheet) == 233


def test_columns_come_in_the_documented_order_even_if_the_frame_has_more(quiet):
    shuffled = quiet.scored.select(reversed(quiet.scored.columns)).with_columns(extra=pl.lit(1))
    assert pl.read_parquet(io.BytesIO(written(Parquet(), replace(quiet, scored=shuffled)))).columns == COLUMNS


def test_a_frame_without_its_columns_is_refused(quiet):
    with pytest.raises(BadData, match="score is missing"):
        written(Csv(), replace(quiet, scored=quiet.scored.drop("score")))


@pytest.mark.parametrize("output", [Csv(), Ndjson(), Parquet()])
def test_an_empty_result_is_a_readable_file(output, nothing):
    data = written(output, nothing)
    if isinstance(output, Csv):
        assert data.decode().strip() == ",".join(COLUMNS)
    elif isinstance(output, Parquet):
        assert pl.read_parquet(io.BytesIO(data)).columns == COLUMNS
    else:
        assert data == b""


def test_what_is_no_number_is_missing(quiet):
    made = replace(quiet, scored=quiet.scored.with_columns(score=pl.lit(float("nan"))))
    assert as_csv(made)[0]["score"] == ""
    assert json.loads(written(Ndjson(), made).splitlines()[0])["score"] is None
    assert pl.read_parquet(io.BytesIO(written(Parquet(), made)))["score"].null_count() == 2000


@pytest.mark.parametrize("column", ["source", "key", "text", "reasons"])
@pytest.mark.parametrize("start", DANGEROUS)
def test_no_cell_of_a_csv_is_a_formula(quiet, column, start):
    evil = quiet.scored.with_columns(pl.lit(f"{start}1+1").cast(SCORED[column]).alias(column)).head(3)
    assert {row[column] for row in as_csv(replace(quiet, scored=evil))} == {
        "\\x001+1" if start == "\x00" else f"'{start}1+1"
    }


def test_text_stays_as_it_was_where_nothing_runs_it(hostile):
    texts = hostile.scored["text"].to_list()
    assert [json.loads(line)["text"] for line in written(Ndjson(), hostile).splitlines()] == texts
    assert pl.read_parquet(io.BytesIO(written(Parquet(), hostile)))["text"].to_list() == texts


@given(st.text())
def test_a_cell_never_begins_like_a_formula_and_keeps_its_text(text):
    made = pl.DataFrame({"text": [text]}).select(cell("text")).to_series()[0]
    seen = "".join(
        f"\\x{ord(c):02x}" if ord(c) < 160 and not c.isprintable() and c not in "\t\n\r" else c for c in text
    )
    assert made in {seen, "'" + seen}
    assert not made.startswith(DANGEROUS)
    assert not set(made) & set(map(chr, (*range(9), 27, 127, 155)))


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("csv", ".csv"), ("ndjson", ".ndjson"), ("parquet", ".parquet"), ("json_object", ".json"), ("report", ".html")],
)
def test_the_ending_of_a_file_picks_one_output(name, suffix):
    claims = [n for n in folder.plugins("outputs") if suffix in folder.load("outputs", n).suffixes]
    assert claims == [name]
