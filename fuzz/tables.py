"""Any bytes as a table: a clear error or one record a row, never anything else."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl

from fuzz._samples import pick
from fuzz.formats import text_of
from oddline.core.errors import OddlineError
from oddline.core.schema import RECORDS
from oddline.core.schema import check as checked
from oddline.formats._guess import load_format
from oddline.formats.base import TableFormat
from oddline.sources._lines import content
from oddline.sources.base import Part

NAMES = ("csv", "tsv", "parquet")
HEADERS = (None, True, False)
TABLES = (
    "time,level,message,ms\n2026-01-02 03:04:05,WARN,slow answer here now,12\n2026-01-02 03:04:06,INFO,ok,3.5\n",
    '0,tcp,http,"a,b",true\n3,udp,domain,"c ""d"" e",false\n5,tcp,http,"x\ny",true\n',
    "host;ms;share\nweb1;12;3,14\nweb2;7;2,71\nweb3;8;1,41\n",
    "#fields\tts\tuid\tid.orig_h\n1700000000.5\tCx1\t10.0.0.1\n1700000001.5\tCx2\t10.0.0.2\n#close\t2024\n",
    "a|b|c\n1|2|3\n1|2\n1|2|3|4\nx|y|z\n",
    "date,clock,service,severity\n01/02/2026,12:00:01,a,E\n13/02/2026,12:00:02,b,W\n",
    "id,ns\n1,1700000000000000000\n2,99999999999999999999999\n3,-5\n",
)


def seeds() -> Iterator[bytes]:
    """Give small tables of each dialect, under first lines that try each way to read them."""
    for text in TABLES:
        for way in range(3):
            yield (" " * way + text).encode()
            yield ("#" * way + text.replace(",", "\t")).encode()
    frame = pl.DataFrame({"ts": ["2026-01-02"], "n": [1], "l": [[1, 2]], "s": [{"a": None}], "d": [b"\xff"]})
    for compression in ("uncompressed", "zstd"):
        stream = io.BytesIO()
        frame.write_parquet(stream, compression=compression)  # type: ignore[arg-type]
        yield stream.getvalue()


def check(data: bytes) -> set[int]:
    """Recognise the lines as a table of each kind, and read them as one of them."""
    raw = text_of(data)["raw"]
    facts = set()
    for place, name in enumerate(NAMES):
        share = load_format(name).recognise(raw)
        assert 0.0 <= share <= 1.0, f"{name} recognises {share}"
        facts |= {place * 2, place * 2 + 1} if share > 0.9 else {place * 2} if share else set()
    name = "parquet" if data.startswith(b"PAR1") else NAMES[pick(data, "name", 2)]
    try:
        return facts | {10 + place for place in _read(name, data)}
    except OddlineError as error:
        assert error.found, "an error that says nothing"
        return facts | {9}


def _read(name: str, data: bytes) -> set[int]:
    """Read the table, once or twice; give what was found in it."""
    form = load_format(name)
    assert isinstance(form, TableFormat)
    text = content(Part("made.csv", lambda: io.BytesIO(data)))
    header = HEADERS[pick(data, "header", len(HEADERS))]
    records = checked(form.parse_table(text, "made.csv", header=header), RECORDS, name)
    assert records["id"].n_unique() == records.height, "two rows share an id"
    assert records["message"].null_count() == 0, "a row without a message"
    assert records["line"].is_sorted(), "rows out of order"
    assert len(set(records.columns)) == records.width, "two columns share a name"
    assert all(isinstance(told, str) and told for told in getattr(form, "warnings", ())), "a warning that says nothing"
    if name != "parquet" and header is not None:
        other = form.parse_table(text, "made.csv", header=not header).height
        rows = {header: records.height, not header: other}
        assert rows[True] == max(rows[False] - 1, 0), f"{rows[True]} rows under a header, {rows[False]} without one"
    columns = [records[column] for column in records.columns if column.startswith("x_")]
    return {
        *(place for place, role in enumerate(("ts", "level", "service")) if records[role].count()),
        *(3 + min(len(columns), 5),),
        *(10 + NAMES.index(name),),
        *(13 for column in columns if column.dtype.is_numeric()),
        *(14 for column in columns if column.dtype == pl.Boolean),
        *(15 for column in columns if column.dtype.is_temporal()),
        *(16 for _ in getattr(form, "warnings", ())),
        *(17 for _ in [0] if (records["lines"] > 1).any()),
    }
