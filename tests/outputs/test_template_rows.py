"""One row a line: which template it is of, as any CSV reader reads it."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from oddline.outputs._template_rows import WRITERS

PLACES = [0, 1, 1, 0]


def rows_of(texts):
    table = pl.DataFrame({"template_id": [7, 9], "template": texts}, schema_overrides={"template_id": pl.UInt32})
    frames = [
        pl.DataFrame({"line": [1, 2], "place": PLACES[:2]}).cast(pl.UInt32),
        pl.DataFrame({"line": [3, 4], "place": PLACES[2:]}).cast(pl.UInt32),
    ]
    written = io.BytesIO()
    WRITERS[".csv"](iter(frames), table, written)
    return list(csv.reader(io.StringIO(written.getvalue().decode(), newline="")))


@pytest.mark.parametrize("texts", [["a b", "c"], ['say "x", y', "d,e"], ["one\ntwo", "three"], ["", "é\r"]])
def test_csv_rows_are_read_as_they_were(texts):
    head, *rows = rows_of(texts)
    assert head == ["line", "template_id", "template"]
    ids = ["7", "9"]
    assert rows == [[str(at), ids[place], texts[place]] for at, place in enumerate(PLACES, start=1)]
