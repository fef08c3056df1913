"""How events become windows: sessions by column and by pattern, spans of time, so many in a row."""

from __future__ import annotations

import polars as pl
import pytest

from oddline.core.errors import BadData, UnknownPlugin, UsageError
from oddline.testing._records import records, templated
from oddline.windows.base import window_of


def said(*messages):
    events = records(len(messages), odd=False)
    return events.with_columns(message=pl.Series(messages), masked=pl.Series(messages).str.replace_all(r"\d+", "<*>"))


def keys(name, events):
    window = window_of(name)
    return window.assign(window.belonging(events)).frame.select("key", "n").rows()


def test_a_session_is_told_by_a_column():
    events = records(4).with_columns(x_user=pl.Series(["a", "b", "a", None]))
    assert keys("session:user", events) == [("a", 2), ("b", 1)]
    assert keys("session:source", events) == [("made.log", 4)]


def test_a_session_is_told_by_a_pattern_or_its_first_group():
    events = said("open blk_-12", "open blk_12", "close blk_-12", "idle")
    assert keys(r"session:blk_-?\d+", events) == [("blk_-12", 2), ("blk_12", 1)]
    assert keys(r"session:blk_(-?\d+)", events) == [("-12", 2), ("12", 1)]


def test_the_key_that_joins_most_lines_of_several_kinds_is_found():
    lines = [
        f"{verb} job 77{number:03} on node-{number % 2}" for verb in ("queue", "run", "end") for number in range(9)
    ]
    events = said(*lines, "tick 10001", "tick 10002")
    window = window_of("session")
    chosen = window.settled(events)
    assert chosen.startswith("job")
    assert [n for _, n in keys(f"session:{chosen}", events)] == [3] * 9


def test_identifiers_that_differ_in_a_sign_are_two():
    events = said(*(f"{verb} blk_{sign}1234{number}" for number in range(5) for sign in ("", "-") for verb in "ab"))
    assert len(keys(f"session:{window_of('session').settled(events)}", events)) == 10


def test_without_identifiers_there_are_no_sessions():
    with pytest.raises(BadData, match="session:COLUMN"):
        window_of("session").settled(templated(50))
    with pytest.raises(BadData, match="no event names 'nobody'"):
        keys("session:nobody", records(5))


def test_a_pattern_that_rust_does_not_take_is_told():
    with pytest.raises(UsageError, match="Rust"):
        keys("session:(?=x)", records(5))


def test_spans_of_time_begin_at_whole_multiples():
    assert keys("time:1m", records(40)) == [("2026-01-01T00:00:00Z", 30), ("2026-01-01T00:01:00Z", 10)]
    late = records(3).with_columns(ts=pl.Series([None, None, None], dtype=records(1)["ts"].dtype))
    with pytest.raises(BadData, match="no event tells a time"):
        keys("time:1m", late)


def test_counts_are_counted_in_each_source():
    events = records(5).with_columns(source=pl.Series(["a", "b", "a", "b", "a"], dtype=pl.Categorical()))
    assert keys("count:2", events) == [("events 1-2", 2), ("events 1-2", 2), ("events 3-4", 1)]


@pytest.mark.parametrize("name", ["time:5", "time:0m", "time:5 m", "count:0", "count:-1", "count:x", "line:3"])
def test_an_argument_that_makes_no_sense_is_refused(name):
    with pytest.raises(UsageError, match=name.split(":", maxsplit=1)[0]):
        window_of(name)


def test_an_unknown_window_names_the_nearest():
    with pytest.raises(UnknownPlugin, match="session"):
        window_of("sesion:user")
