"""Limits on what is read: refused where they are passed, with the limit named."""

from __future__ import annotations

import pytest

from oddline.core.telemetry import Telemetry
from oddline.drivers.batch import Request, fit, read_records, scan
from oddline.sources._limits import Limits
from oddline.sources._refusals import TooMuch

LOG = b"".join(b"line %d of a log\n" % number for number in range(100))
TABLE = b"a,b,c\n" + b"".join(b"%d,%d,%d\n" % (number, number % 7, number % 3) for number in range(100))
LONG = LOG + b"x" * (3 << 20) + b"\n" + LOG


@pytest.fixture
def put(tmp_path):
    def put(name: str, content: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return put


@pytest.mark.parametrize(
    ("content", "limits", "limit"),
    [
        (LOG, Limits(rows=99), "rows"),
        (TABLE, Limits(rows=99), "rows"),
        (TABLE, Limits(columns=2), "columns"),
        (LONG, Limits(line=2 << 20), "line"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_by_its_name(put, content, limits, limit):
    path = put("input", content)
    with pytest.raises(TooMuch) as told:
        read_records([path], limits=limits)
    assert told.value.limit == limit and "input" in told.value.found


@pytest.mark.parametrize(
    ("content", "limits"),
    [(LOG, Limits(rows=100)), (TABLE, Limits(rows=102, columns=3)), (LONG, Limits(line=4 << 20)), (LONG, Limits())],
)
def test_what_is_within_is_read_as_ever(put, content, limits):
    path = put("input", content)
    assert read_records([path], limits=limits).records.equals(read_records([path]).records)


def test_rows_are_counted_over_all_parts_and_in_a_baseline(put):
    paths = [put("a.log", LOG), put("b.log", LOG)]
    with pytest.raises(TooMuch, match=r"more than 150 rows, passed in .*b\.log"):
        read_records(paths, limits=Limits(rows=150))
    small = put("small.log", LOG[:200])
    with pytest.raises(TooMuch):
        scan(Request((small,), baseline=tuple(paths), limits=Limits(rows=150)))
    with pytest.raises(TooMuch):
        fit(Request(tuple(paths), limits=Limits(rows=150)))


def test_the_reading_of_one_large_file_tells_how_far_it_is(put, monkeypatch):
    heard = []
    path = put("large.log", LOG * 20_000)  # 34 MB: more than is read at once
    read_records([path], telemetry=Telemetry(lambda stage, share: heard.append(share)))
    within = [share for share in heard if 0 < share < 1]
    assert within and within == sorted(within)
