"""Tables of any dialect: every row is kept, with its own line, and the types are found."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.core.errors import BadData, UsageError
from oddline.core.schema import RECORDS, check
from oddline.formats.csv import Csv
from oddline.formats.parquet import Parquet
from oddline.formats.tsv import Tsv


def read(data: bytes | str, form: type[Csv] = Csv, **options: object) -> pl.DataFrame:
    return check(
        form().parse_table(data.encode() if isinstance(data, str) else data, "a.csv", **options), RECORDS, "csv"
    )


def cells(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return frame.select(name for name in frame.columns if name.startswith("x_")).rows()


LOG = """timestamp,level,service,message,latency_ms,ok
2026-01-02T03:04:05.250Z,INFO,api,all is well here,12.5,true
2026-01-02T03:04:06Z,WARN,db,"slow, but alive",900,false
2026-01-02T03:04:07Z,ERROR,api,gone away,,true
"""


def test_a_log_table_gives_time_level_service_message_and_types() -> None:
    frame = read(LOG)
    assert frame["ts"].to_list()[0] == datetime(2026, 1, 2, 3, 4, 5, 250_000, UTC)
    assert frame["level"].to_list() == ["info", "warning", "error"]
    assert frame["service"].to_list() == ["api", "db", "api"]
    assert frame["message"].to_list() == ["all is well here", "slow, but alive", "gone away"]
    assert frame["line"].to_list() == [2, 3, 4]
    assert frame["x_latency_ms"].to_list() == [12.5, 900.0, None]
    assert frame["x_ok"].to_list() == [True, False, True]
    assert frame["x_timestamp"].dtype == RECORDS["ts"]
    assert frame["raw"][1] == '2026-01-02T03:04:06Z,WARN,db,"slow, but alive",900,false'


def test_ids_are_the_same_on_every_run_and_differ_by_row_and_source() -> None:
    first, second = read(LOG)["id"].to_list(), read(LOG)["id"].to_list()
    other = Csv().parse_table(LOG.encode(), "b.csv")["id"].to_list()
    assert first == second
    assert len({*first, *other}) == 6


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_dialect_and_encoding_reads_the_same(delimiter: str, end: str, encoding: str) -> None:
    text = end.join(["host;ms;note", "wéb1;12;a b", 'web2;7;"c d"', ""]).replace(";", delimiter)
    frame = read(text.encode(encoding))
    assert cells(frame) == [("wéb1", 12, "a b"), ("web2", 7, "c d")]
    assert frame["line"].to_list() == [2, 3]


def test_bytes_of_no_encoding_stay_visible() -> None:
    assert read(b"a,b\nx\xff\x00y,1\nz,2\n")["x_a"].to_list() == ["x\\xff\\x00y", "z"]


def test_a_header_is_found_or_its_absence() -> None:
    assert cells(read("0,tcp,http\n3,udp,dns\n")) == [(0, "tcp", "http"), (3, "udp", "dns")]
    assert read("0,tcp,http\n3,udp,dns\n")["line"].to_list() == [1, 2]
    assert cells(read("tcp,http\nudp,dns\ntcp,dns\n")) == [("tcp", "http"), ("udp", "dns"), ("tcp", "dns")]
    assert read("none,api\n12,api\n7,db\n5,api\n").height == 4
    assert read("name,type\nduration,continuous\nflag,symbolic\n").columns[-2:] == ["x_name", "x_type"]
    assert read("1,2\n3,4\n", header=True).columns[-2:] == ["x_1", "x_2"]
    assert read("a,b\n1,2\n", header=False).height == 2


def test_columns_are_named_and_dropped_by_the_user() -> None:
    assert cells(read("1,2\n3,4\n", columns=("x", "y"), drop=("y",))) == [(1,), (3,)]
    assert cells(read("a,b\n1,2\n", columns=("x", "y"))) == [(1, 2)]
    with pytest.raises(BadData, match="1 names for a table of 2 columns"):
        read("1,2\n3,4\n", columns=("x",))
    with pytest.raises(UsageError, match="no column 'z' to drop; expected one of c1, c2"):
        read("1,2\n3,4\n", drop=("z",))
    with pytest.raises(UsageError, match="every column is dropped"):
        read("1,2\n3,4\n", drop=("c1", "c2"))


def test_names_are_made_printable_and_unique() -> None:
    frame = read("a,a,,\x1b[31mb\n1,2,3,4\n", header=True)
    assert frame.columns[-4:] == ["x_a", "x_a_2", "x_c3", "x__[31mb"]


def test_ragged_rows_are_kept_and_told() -> None:
    form = Csv()
    frame = form.parse_table(b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n7,8,9\n", "a.csv")
    assert frame["line"].to_list() == [2, 3, 4, 5]
    assert cells(frame) == [(1, 2, 3), (4, 5, None), (6, 7, 8), (7, 8, 9)]
    assert frame["message"][2].endswith("9")  # the surplus is not lost
    surplus = Csv().parse_table(b"v,msg,w\n1,all is well,3\n1,all,is,well,here,4\n", "a.csv")
    assert surplus.select("message", "x_msg", "x_w").row(1) == ("all,is,well,here", "all,is,well,here", 4)
    assert form.warnings[0].startswith("2 of 4 rows do not have 3 cells (1 have more, 1 fewer)")
    form.parse_table(b"a,b\n1,2\n", "a.csv")
    assert form.warnings == ()


def test_an_unquoted_delimiter_in_a_message_stays_in_the_message() -> None:
    frame = read("ts,msg,ms\n2026-01-01,all is well here,5\n2026-01-02,hello, big, world,6\n")
    assert frame["message"].to_list() == ["all is well here", "hello, big, world"]
    assert frame["x_ms"].to_list() == [5, 6]


def test_a_quoted_cell_may_span_lines() -> None:
    frame = read('a,b\n1,"x\ny\n\nz"\n2,w\n')
    assert cells(frame) == [(1, "x\ny\n\nz"), (2, "w")]
    assert frame.select("line", "lines").rows() == [(2, 4), (6, 1)]
    assert frame["raw"][0] == '1,"x\ny\n\nz"'


def test_a_line_that_closes_one_quoted_cell_does_not_open_the_next() -> None:
    frame = read('a,b,c\n1,"x\n",2\n3,"\ny",4\n')
    assert cells(frame) == [(1, "x\n", 2), (3, "\ny", 4)]


def test_stray_quotes_do_not_eat_rows() -> None:
    frame = read('a,b\nz"q,1\n"open,2\n"x"y,3\nw,4\n"p ""q"" r",5\n')
    assert frame["line"].to_list() == [2, 3, 4, 5, 6]
    assert frame["x_b"].to_list() == [1, 2, 3, 4, 5]
    assert frame["x_a"][4] == 'p "q" r'


def test_two_common_sins_are_mended() -> None:
    assert cells(read('a, b\n1, "x, y"\n2, "z"\n')) == [(1, "x, y"), (2, "z")]
    assert cells(read('a,b\n1,"say \\"hi\\", ok"\n2,"z"\n')) == [(1, 'say "hi", ok'), (2, "z")]


def test_a_type_that_breaks_late_is_no_error() -> None:
    rows = "".join(f"{number},x\n" for number in range(15_000))
    frame = read("n,s\n" + rows + "1.5,y\n")
    assert frame["x_n"].dtype == pl.Float64
    assert frame.height == 15_001


def test_a_few_words_among_numbers_count_as_missing_and_are_told() -> None:
    form = Csv()
    rows = "".join(f"{number},{'-' if number == 50 else number * 3}\n" for number in range(100))
    frame = form.parse_table(("n,v\n" + rows).encode(), "a.csv")
    assert frame["x_v"].dtype == pl.Int64
    assert frame["x_v"].null_count() == 1
    assert form.warnings == ("column v: 1 cells are no numbers ('-') and count as missing",)


def test_decimal_commas() -> None:
    assert cells(read("a;b\nx;1,5\ny;2,25\n")) == [("x", 1.5), ("y", 2.25)]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("1700000000250", datetime(2023, 11, 14, 22, 13, 20, 250_000, UTC)),
        ("1700000000250000", datetime(2023, 11, 14, 22, 13, 20, 250_000, UTC)),
        ("1700000000.25", datetime(2023, 11, 14, 22, 13, 20, 250_000, UTC)),
        ("2023-11-14 22:13:20", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("2023-11-14T23:13:20+01:00", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("14/Nov/2023:22:13:20 +0000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("14.11.2023 22:13:20", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("11/14/2023 22:13", datetime(2023, 11, 14, 22, 13, tzinfo=UTC)),
        ("Tue Nov 14 22:13:20 2023", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_people_write_them(cell: str, moment: datetime) -> None:
    assert read(f"time,v\n{cell},1\n{cell},2\n")["ts"].to_list() == [moment, moment]


def test_a_day_and_a_clock_in_two_columns_are_one_time() -> None:
    frame = read("Date,Time,v\n2026-01-02,03:04:05,1\n2026-01-02,03:04:06,2\n")
    assert frame["ts"][1] == datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)


def test_numbers_without_the_name_of_a_time_are_none() -> None:
    assert read("size,v\n1700000000,1\n1700000001,2\n")["ts"].null_count() == 2


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe", b"a,b,c\n", b"a,b,c", b"#only a comment\n"])
def test_nothing_gives_no_rows_and_no_error(data: bytes) -> None:
    assert read(data).height == 0


def test_a_table_too_wide_is_refused_and_a_cell_too_long_is_cut() -> None:
    with pytest.raises(BadData, match=r"10,000 columns; expected at most 2,000"):
        read(",".join(["1"] * 10_000))
    frame = read("a,b\n1," + "x" * 200_000 + "\n2,y\n")
    assert len(frame["x_b"][0]) == 10_000
    assert len(frame["message"][0]) <= 500


def test_zeek_names_its_columns_in_a_comment() -> None:
    frame = read("#separator \\x09\n#fields\tts\thost\n#types\ttime\tstring\n1700000000.5\tweb1\n#close\n", Tsv)
    assert frame.select("line", "x_host").rows() == [(4, "web1")]
    assert frame["ts"][0] == datetime(2023, 11, 14, 22, 13, 20, 500_000, UTC)


def test_a_header_may_have_a_mark_before_it() -> None:
    assert read("#time,v\n2026-01-01,1\n2026-01-02,2\n").columns[-2:] == ["x_time", "x_v"]


def parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def test_parquet_keeps_its_types_and_writes_nested_ones_as_text() -> None:
    frame = pl.DataFrame(
        {"timestamp": [datetime(2026, 1, 2)], "level": ["error"], "tags": [["a", "b"]], "n": [3], "raw": [b"\x01"]}
    )
    made = check(Parquet().parse_table(parquet(frame), "a.parquet"), RECORDS, "parquet")
    assert made["ts"][0] == datetime(2026, 1, 2, tzinfo=UTC)
    assert made["level"].to_list() == ["error"]
    assert made.select("x_tags", "x_n", "x_raw").rows() == [('["a", "b"]', 3, "01")]
    assert Parquet().recognise(pl.Series(["PAR1\\x15"])) == 1.0


@pytest.mark.parametrize("cut", [0, 4, 50, -3])
def test_broken_parquet_is_an_error_that_says_so(cut: int) -> None:
    data = parquet(pl.DataFrame({"a": list(range(100))}))
    with pytest.raises(BadData, match="cannot be read as Parquet"):
        Parquet().parse_table(data[:cut], "a.parquet")
    with pytest.raises(BadData):
        Parquet().parse_table(b"PAR1 and then rubbish PAR1", "a.parquet")


hostile = st.lists(
    st.sampled_from(
        [b"a", b"1", b",", b";", b'"', b"\n", b"\r", b"\t", b"|", b"#", b" ", b"\x00", b"\xff", b"\x02", b"\\"]
    ),
    max_size=60,
)


@settings(deadline=None, max_examples=300)
@given(hostile, st.sampled_from([None, True, False]))
def test_any_bytes_give_rows_in_order_and_lose_no_line(pieces: list[bytes], header: bool | None) -> None:
    data = b"".join(pieces)
    for form in (Csv, Tsv):
        frame = check(form().parse_table(data, "a", header=header), RECORDS, "table")
        lines = frame["line"].to_list()
        assert lines == sorted(set(lines))
        # The next row begins where the last one ends, but for blank lines, comments and a header.
        ends = (frame["line"] + frame["lines"]).to_list()
        assert all(end <= start for end, start in zip(ends, lines[1:], strict=False))
        text = data.replace(b"\0", b"\\x00").decode("utf-8", "backslashreplace")
        if (
            not data.startswith((b"\xff\xfe", b"\xfe\xff"))
            and b"\0" not in data
            and header is False
            and "#" not in text
        ):
            physical = [
                line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip(" \x0b\x0c")
            ]
            assert sum(len(raw.split("\n")) for raw in frame["raw"]) >= len(physical)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8), min_size=3, max_size=3),
        min_size=1,
        max_size=12,
    )
)
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["é", "b", "c"], *rows])
    frame = read(stream.getvalue().encode(), header=True)
    assert frame.height == len(rows)
    for name, column in zip("ébc", zip(*rows, strict=True), strict=True):
        read_back = frame[f"x_{name}"]
        if read_back.dtype == pl.String:
            assert [value or "" for value in read_back] == list(column)


@pytest.mark.parametrize("first", ["x^", "x\x01"])
def test_a_cell_that_begins_like_packed_bytes_is_text(first):
    """Polars unpacks what begins like a zlib stream; a cell may begin so."""
    table = read(f"{first},b\n1,2\n{first},4\n", header=False)
    assert table["x_c1"].to_list() == [first, "1", first]
    assert table["line"].to_list() == [1, 2, 3]
    below = read(f"a,b\n{first},2\n3,4\n", header=True)
    assert below["x_a"].to_list() == [first, "3"]


def test_a_row_that_is_a_mark_of_byte_order_and_nothing_else_is_kept() -> None:
    found = read("x;y\n\ufeff\n".encode(), Tsv, header=True)
    assert found["raw"].to_list() == ["\ufeff"]
    assert found.height == 1
