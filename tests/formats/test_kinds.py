"""Lines that differ in their digits only are looked at once, and come out as if each had been looked at."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oddline.core.alike import KIND, digits_alike, kinds
from oddline.drivers._chunks import record_chunks
from oddline.formats._events import trace_joins
from oddline.formats._looks import looks
from oddline.formats.plain import Plain, _kinds_without
from oddline.sources.base import Part
from oddline.templates._lines import Lines
from oddline.templates._masks import LONGEST

PIECES = ["2024-01-02 03:04:05 ", "2024-13-02 03:04:05 ", "Jan 12 10:11:12 ", "1700000000.5 ", "0700000000.5 ",
          "[12:01] ", "ERROR ", "warn: ", "job ", "7", "42", "x", "\tat a.B.c(D.java:1)",
          "Traceback (most recent call last):", "#1 0x0", "", " ", "é3", "\r", "\x00", "goroutine 1 [x]:"]  # fmt: skip
LINES = st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), min_size=1, max_size=14)


def _part(texts: list[str], times: int) -> Part:
    data = "\n".join(texts * times).encode()
    return Part("a.log", lambda: io.BytesIO(data))


def _digits(texts: pl.Series) -> pl.Series:
    return texts.str.replace_all("[0-9]", "0")


@settings(max_examples=300, deadline=None)
@given(LINES)
@example(["0700000000.5 up", "1700000000.5 up"])
def test_a_look_at_each_kind_tells_the_rows_of_all_lines(texts: list[str]) -> None:
    raw = pl.Series("raw", texts)
    told, usual = looks(raw, kinds(_digits(raw))), looks(raw)
    assert told.timed.to_list() == usual.timed.to_list()
    assert told.worded.to_list() == usual.worded.to_list()
    joins = trace_joins(raw).arg_true()
    assert set(joins) <= set(told.traced) <= set(usual.traced)
    assert trace_joins(raw, among=told.traced).arg_true().to_list() == joins.to_list()


@settings(max_examples=300, deadline=None)
@given(LINES, st.integers(1, 3), st.sampled_from([40, 1 << 20]))
def test_records_are_the_same_and_a_kind_holds_messages_alike(texts: list[str], times: int, size: int) -> None:
    part = _part(texts, times)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("oddline.drivers._chunks.worth_it", lambda _: True)
        found = list(record_chunks(part, Plain(), chunk_bytes=size, find_kinds=True))
    usual = list(record_chunks(part, Plain(), chunk_bytes=size))
    assert len(found) == len(usual)
    for records, wanted in zip(found, usual, strict=True):
        assert records.drop(KIND, strict=False).equals(wanted)
        if KIND in records.columns:
            alike = records.select(KIND, text=_digits(records["message"]))
            assert alike.n_unique() == alike[KIND].n_unique()
            told, by_itself = Lines(records["message"], kind=records[KIND]), Lines(records["message"])
            assert told.distinct.equals(by_itself.distinct)
            assert told.codes.tolist() == by_itself.codes.tolist()


def test_most_lines_of_a_plain_log_come_with_their_kinds() -> None:
    texts = [f"job {number % 90 + 10} is done" for number in range(500)] + ["2024-01-02 03:04:05 job 7 is done"] * 9
    (records,) = record_chunks(_part(texts, 1), Plain(), find_kinds=True)
    assert records[KIND].n_unique() == 2
    (traced,) = record_chunks(_part([*texts, "\tat a.B.c(D.java:1)"], 1), Plain(), find_kinds=True)
    assert KIND not in traced.columns


def test_lines_of_one_kind_that_lose_more_of_their_heads_are_of_two() -> None:
    # Seconds since 1970 begin with a 1: nothing is taken off the second line.
    texts = ["1700000000.5 up", "0700000000.5 up"] * 9
    (records,) = record_chunks(_part(texts, 1), Plain(), find_kinds=True)
    assert records["message"].to_list() == ["up", "0700000000.5 up"] * 9
    assert records[KIND].n_unique() == 2
    heads = pl.Series(["12:01 ", None, "12:01", "", "12:01 "])
    found = _kinds_without(heads, np.array([0, 0, 0, 1, 0], dtype=np.uint32)).tolist()
    assert found[0] == found[4]
    assert len(set(found)) == 4


def test_a_long_message_is_cut_before_it_is_masked_whoever_found_its_kind() -> None:
    message = pl.Series(["x" * LONGEST + "1 tail", "x" * LONGEST + "2 tail"])
    assert Lines(message, kind=pl.Series([0, 0], dtype=pl.UInt32)).distinct["masked"].to_list() == ["x" * LONGEST]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([1, 7, 1 << 18]))
def test_digits_are_made_alike_and_no_other_byte(text: bytes, size: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("oddline.core.alike.SIZE", size)
        assert digits_alike(text) == bytes(48 if 48 <= byte <= 57 else byte for byte in text)
