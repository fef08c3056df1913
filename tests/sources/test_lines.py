import io
import re
import tracemalloc

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal, assert_series_equal

from oddline.core.errors import BadData
from oddline.core.schema import LINES
from oddline.sources import _frame
from oddline.sources._frame import split, split_slowly
from oddline.sources._lines import content, lines, sample
from oddline.sources.base import Part
from tests.sources._helpers import frame_of, part_of, patient, raw

# Bytes in which everything that matters is frequent: line ends, NULs, bad bytes, marks, the magic of codecs.
PIECES = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\xe4", b"\xc3\xa4", b"\xe2\x80\xa6", b"\xef\xbb\xbf", b"x^", b"x\x01",
     b"\x1f\x8b", b"a", b"word ", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\x1b[31m", b"\xff\xfe", b"\x00\xd8"]
)  # fmt: skip
HOSTILE = st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map(b"".join))
CHUNKS = st.integers(1, 64)


@pytest.fixture(autouse=True)
def small_sample(monkeypatch):
    """Let chunks begin early, so that small inputs are cut too."""
    monkeypatch.setattr("oddline.sources._lines.SAMPLE", 64)


@patient
@given(HOSTILE, CHUNKS, st.integers(16, 200))
@example(b"x\x01abc\n", 4, 16)
@example(b"\xff\xfea\0\n\0\x00\xd8\n\0b\0c", 4, 16)
def test_any_cut_gives_the_same_lines(data, chunk_bytes, line_bytes):
    whole = frame_of(data, line_bytes=line_bytes)
    assert_frame_equal(frame_of(data, chunk_bytes=chunk_bytes, line_bytes=line_bytes), whole)


@patient
@given(HOSTILE)
@example(b"x^abc\ndef\n")
@example(b"\x1f\x8b\n")
@example(b"a\nb\r")
def test_utf8_lines_are_those_of_a_slow_reading(data):
    data = b"plain line\n" + data  # a line feed, and no mark: neither UTF-16 nor lone returns
    rows = data.decode("utf-8", "backslashreplace").replace("\0", "\\x00").split("\n")
    rows = rows[:-1] if rows[-1] == "" else rows
    if not _is_latin(data):
        assert raw(data) == [row.removesuffix("\r") for row in rows]


def _is_latin(data):
    from oddline.sources._decode import recognise

    return recognise(data[:64]).latin or recognise(data[:64]).width > 1


@patient
@given(HOSTILE, CHUNKS)
def test_offsets_lead_back_to_the_lines(data, chunk_bytes):
    data = b"plain line\n" + data
    frame = frame_of(data, chunk_bytes=chunk_bytes)
    starts = frame["offset"].to_list()
    pieces = [data[start:stop] for start, stop in zip(starts, [*starts[1:], len(data)], strict=True)]
    assert b"".join(pieces) == data
    assert frame["line"].to_list() == list(range(1, frame.height + 1))
    again = [raw(b"first line\n" + piece)[1] for piece in pieces]
    if not _is_latin(data):
        assert again == frame["raw"].to_list()


@patient
@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=200), CHUNKS)
def test_every_encoding_with_a_mark_reads_the_same(text, chunk_bytes):
    text = "first\n" + text
    expected = raw(text.encode())
    for encoding, mark in (
        ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\0\0"), ("utf-32-be", b"\0\0\xfe\xff"),
    ):  # fmt: skip
        data = mark + text.encode(encoding)
        frame = frame_of(data, chunk_bytes=chunk_bytes)
        assert frame["raw"].to_list() == expected
        rows = frame.rows()
        for _, _, offset, row in rows:
            assert data[offset:].startswith(row.encode(encoding))


@patient
@given(st.lists(st.sampled_from([b"a", b"\xc3\xa4", b"\r", b"", b"x^", b"\0"]), max_size=30).map(b"\n".join))
def test_the_slow_way_splits_as_the_quick_one(data):
    if data:
        assert_series_equal(split(data), split_slowly(data))


def test_without_polars_help_nothing_changes(monkeypatch):
    data = b"one\r\ntwo \xff\n\nx^ three\0"
    quick = frame_of(data)
    monkeypatch.delattr(pl, "read_lines")
    assert_frame_equal(frame_of(data), quick)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\r\n\r\n\nb", ["a", "", "", "b"]),
        (b"a\rb\r", ["a", "b"]),
        (b"a\r\rb", ["a", "", "b"]),
        (b"10%\r20%\rdone\nnext\n", ["10%\r20%\rdone", "next"]),
        (b"a\0b\nc\n", ["a\\x00b", "c"]),
        (b"caf\xe9\nna\xc3\xafve\n", ["caf\\xe9", "naïve"]),
        (b"\xef\xbb\xbfa\n", ["a"]),
        (b"\xef\xbb\xbf", []),
        ("ö\nβ\n".encode("utf-16"), ["ö", "β"]),
        ("an error\r\nand one\r\n".encode("utf-16-le"), ["an error", "and one"]),
        ("an error\rand one".encode("utf-16-be"), ["an error", "and one"]),
        (b"\xff\xfea\0\n", ["a\\x0a"]),
        (b"caf\xe9 au lait\n", ["caf\\xe9 au lait"]),
        (b"x^abc\ndef\n", ["x^abc", "def"]),
        (b"x\x01abc\n", ["x\x01abc"]),
    ],
)
def test_line_ends_and_encodings(data, expected):
    assert raw(data) == expected


def test_offsets_count_line_ends_of_two_bytes_and_the_mark():
    assert frame_of(b"one\r\ntwo\n\nend")["offset"].to_list() == [0, 5, 9, 10]
    assert frame_of(b"\xef\xbb\xbfone\r\ntwo")["offset"].to_list() == [3, 8]
    assert frame_of("one\ntwo".encode("utf-16"))["offset"].to_list() == [2, 10]


def test_latin_text_stays_readable_and_one_bad_byte_stays_visible():
    warnings = []
    german = "Gerät für Müller geöffnet, Übergabe läuft\nFehler: Zugriff für „x“ verwährt\n".encode("cp1252")
    frame = pl.concat(lines(part_of(german), warnings=warnings))
    assert frame["raw"][0] == "Gerät für Müller geöffnet, Übergabe läuft"
    assert frame["raw"][1] == "Fehler: Zugriff für „x“ verwährt"
    assert any("Windows-1252" in warning for warning in warnings)
    assert raw(b"INFO\xff something\n" * 9)[0] == "INFO\\xff something"
    chinese = "错误连接被拒绝\n".encode("gbk")
    assert raw(chinese)[0].startswith("\\xb4\\xed")


def test_bad_bytes_and_nulls_are_warned_of_with_the_first_line():
    warnings = []
    list(lines(part_of(b"good\nbad \xff\nworse \xfe\n\0\n"), warnings=warnings))
    assert warnings == [
        "a.log: bytes that are no UTF-8 read \\xNN, first in line 2",
        "a.log: NUL bytes read \\x00, first in line 4",
    ]


def test_a_long_line_is_cut_and_says_by_how_much():
    warnings = []
    data = b"before\n" + b"x" * 5_000_000 + b"\r\nafter\n"
    for chunk_bytes in (1 << 12, 1 << 24):
        warnings = []
        frame = pl.concat(lines(part_of(data), chunk_bytes=chunk_bytes, line_bytes=1000, warnings=warnings))
        assert frame["raw"].to_list() == ["before", "x" * 1000 + " …[truncated 5.0 MB]", "after"]
        assert frame["offset"].to_list() == [0, 7, 5_000_009]
        assert warnings == ["a.log: 1 line too long, cut short by 5.0 MB"]


def test_a_long_line_is_not_cut_through_a_character():
    assert raw("ä".encode() * 20 + b"\nb", line_bytes=17) == ["ä" * 8 + " …[truncated 24 bytes]", "b"]
    assert raw(("😀" * 10 + "\nb").encode("utf-16"), line_bytes=18)[0] == "😀" * 4 + " …[truncated 24 bytes]"
    assert raw(b"z\n" + b"y" * 16 + b"\r\n", line_bytes=16) == ["z", "y" * 16]


@pytest.mark.parametrize("length", range(10, 150, 3))
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_cap_holds_wherever_the_line_stands(length, end):
    data = b"b\n" * (length % 40) + b"y" * length + end + b"b\n" * 60
    expected = "y" * length if length <= 32 else "y" * 32 + f" …[truncated {length - 32} bytes]"
    for chunk_bytes in (4, 8, 64, 1000):
        frame = frame_of(data, chunk_bytes=chunk_bytes, line_bytes=32)
        assert frame["raw"].to_list() == ["b"] * (length % 40) + [expected] + ["b"] * 60
        assert frame["offset"][-1] == len(data) - 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("chunk_bytes", [4, 8, 1000])
def test_half_of_two_characters_is_no_line_end(encoding, chunk_bytes):
    odd = "\u0a05\u0100\u0a05\u0100" * 30  # the bytes of a line feed, across two code units
    data = "\ufeff".encode(encoding) + f"one\n{odd}\n{odd}".encode(encoding)
    assert raw(data, chunk_bytes=chunk_bytes) == ["one", odd, odd]
    assert raw(data, chunk_bytes=chunk_bytes, line_bytes=100)[0] == "one"
    assert len(raw(data, chunk_bytes=chunk_bytes, line_bytes=100)) == 3


class Endless(io.RawIOBase):
    """One line of many bytes that nobody has in memory."""

    def __init__(self, size):
        self.left = size

    def read(self, size=-1):
        size = min(size, self.left)
        self.left -= size
        return b"z" * size


def test_a_line_of_200_mb_needs_little_memory():
    tracemalloc.start()
    (frame,) = lines(Part("long", lambda: Endless(200_000_000)), chunk_bytes=1 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert frame["raw"][0].endswith(" …[truncated 199.0 MB]")
    assert peak < 30 << 20


def test_more_lines_than_the_column_can_count_are_refused(monkeypatch):
    monkeypatch.setattr(_frame, "MOST_LINES", 2)
    with pytest.raises(BadData, match="more than 2 lines"):
        frame_of(b"a\nb\nc\n")


def test_the_stream_is_closed_when_the_reader_stops_early():
    stream = io.BytesIO(b"line\n" * 100)
    frames = lines(Part("a", lambda: stream), chunk_bytes=64)
    next(frames)
    frames.close()
    assert stream.closed


def test_a_keyboard_interrupt_passes_and_closes():
    class Interrupted(io.BytesIO):
        def read(self, size=-1):
            raise KeyboardInterrupt

    stream = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        list(lines(Part("a", lambda: stream)))
    assert stream.closed


def test_sample_gives_whole_lines_of_the_beginning():
    assert sample(part_of(b"one\ntwo\nthree"), size=10)["raw"].to_list() == ["one", "two"]
    assert sample(part_of(b"one\ntwo"), size=100)["raw"].to_list() == ["one", "two"]
    assert sample(part_of(b"endless"), size=4)["raw"].to_list() == ["endl"]
    assert sample(part_of(b"")).schema == LINES


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a,b\r\n1,2\r\n", b"a,b\r\n1,2\r\n"),
        (b"\xef\xbb\xbfa,b\n", b"a,b\n"),
        ("a,ä\n".encode("utf-16"), "a,ä\n".encode()),
        (b"a,\xff\0\n", b"a,\\xff\\x00\n"),
        (b"a,b\r1,2\r", b"a,b\n1,2\n"),
        (b"PAR1\0\xff\xfePAR1", b"PAR1\0\xff\xfePAR1"),
        (b"", b""),
    ],
)
def test_content_is_clean_utf8_or_parquet_as_it_is(data, expected):
    assert content(part_of(data)) == expected


def test_content_warns_of_what_it_changed():
    warnings = []
    content(part_of(b"a,\xff\0\n"), warnings=warnings)
    assert warnings == ["a.log: not UTF-8; read \\xNN where it is not", "a.log: NUL bytes read \\x00"]


def test_content_has_a_limit():
    with pytest.raises(BadData, match="more than 10 bytes"):
        content(part_of(b"a" * 11), most=10)


@pytest.mark.parametrize("first", [chr(code) for code in range(32, 127)])
def test_text_that_begins_like_a_compressed_stream_is_read_as_it_is(first: str) -> None:
    for second in ("\x01^Zh1", "Zh91AY&SY", "^", "C", "K\x03\x04", "AR1", ""):
        texts = [f"{first}{second}", "next 12"]
        (frame,) = lines(part_of("\n".join(texts).encode()), alike=True)
        assert frame["raw"].to_list() == texts
        assert frame["alike"].to_list() == [re.sub("[0-9]", "0", text) for text in texts]
