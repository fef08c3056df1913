"""The values in the slots of templates: every line is one that its template stands for, and nothing is made up."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oddline
from oddline.core.errors import BadData, UsageError
from oddline.templates._masks import first_line
from oddline.templates._parameters import parameters_by_template, parameters_of, pattern, summary, values
from oddline.templates._slot_kinds import KINDS, NUMERIC, read
from oddline.templates._slot_names import BESIDE, LONGEST_NAME, names
from oddline.templates._slot_pattern import MOST_SLOTS, OPEN, pieces, quick
from oddline.templates._slot_summary import SUMMARY
from oddline.templates.base import Miner
from oddline.templates.drain import Drain
from oddline.templates.exact import Exact

DATA = Path(os.environ.get("ODDLINE_DATA", Path(__file__).parents[3] / "shared" / "data"))
EXAMPLES = Path(__file__).parents[2] / "examples"

# Pieces of which log lines are made, among them all that a mask, or a regular expression, could trip over.
PIECES = """user root started stopped failed <*> <NUM> a=b k= =v x="y z" 10.0.0.1 10.0.0.1:80 0xff ffffffff /var/log/x
C:\\a\\b http://h/p?q=1 h.example.org true null Mon Jan 12 12:00:01 () (ro) [7] [ ] core.12 ssh2 eth0 5 B 9 KB 5<*> <*>5
bytes (3 KB) ^ $ | & && ~~ -- # ... ==== ::1 a:b:c 日本語 ١٢٣ ' " < > \\ \\d $1 ${1} .* (?P<x> {2}"""
piece = st.sampled_from(
    [*PIECES.split(), "5 bytes (9 KB)", "\x00", "\x1b[31m", "\ufffd", "\r", "\u2028", "\xa0", "\t", ""]
)
line = st.one_of(st.lists(piece, max_size=9).map(" ".join), st.text(max_size=40), st.none())


@st.composite
def alike(draw: st.DrawFn) -> list[str]:
    """Lines of a few statements: some of their words vary, and so do their blanks."""
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        words = draw(st.lists(piece, min_size=1, max_size=8))
        for _ in range(draw(st.integers(1, 12))):
            other = [word if draw(st.integers(0, 4)) else draw(piece) for word in words]
            lines.append(draw(st.sampled_from([" ", "  ", "\t"])).join(other))
    return lines


# So few lines that the miner looks at each of them: of more it knows the types of slots, and what is steady in
# them, from a sample, and "core.<*> core.<*>" may then be the text of "core.12 10.0.0.1". Such lines are told
# as not matched; as long as a sample is all that is looked at, more lines here would find them.
logs = st.one_of(st.lists(line, max_size=12), alike().map(lambda lines: lines[:12]))
slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
miners = pytest.mark.parametrize("miner", [Drain, Exact])


def frame(messages: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"message": pl.Series(messages, dtype=pl.String)})


def one(message: str, text: str) -> tuple[Any, ...]:
    found = values(pl.Series([message]), text, typed=False)
    assert found.unmatched == 0
    return found.frame.row(0)


def unmatched(records: pl.DataFrame, miner: Miner) -> list[tuple[str, str]]:
    templated = miner.fit_transform(records)
    out = []
    for number, found in parameters_by_template(templated, miner.templates_, typed=False):
        text = miner.templates_.filter(template_id=number)["text"][0]
        messages = templated.filter(template_id=number)["message"]
        assert found.matched.len() == messages.len()
        out += [(text, message) for message in messages.filter(~found.matched).to_list()]
    return out


@miners
@slow
@given(messages=logs)
def test_a_template_stands_for_its_lines(miner: type[Miner], messages: list[str | None]) -> None:
    assert unmatched(frame(messages), miner()) == []


@miners
@slow
@given(messages=logs)
def test_values_put_back_give_the_line(miner: type[Miner], messages: list[str | None]) -> None:
    fitted = miner()
    templated = fitted.fit_transform(frame(messages))
    for number, text in fitted.templates_.select("template_id", "text").iter_rows():
        around, _ = pieces(text)
        found = parameters_of(templated, fitted.templates_, number, typed=False)
        lines = first_line(templated.filter(template_id=number)["message"])
        for written, row in zip(lines, found.frame.rows() or [()] * lines.len(), strict=True):
            whole = "".join(a + b for a, b in zip(around, [*row, ""], strict=True))
            # Only the same amount in another unit is no part of a template.
            one, other = (re.sub(r"(bytes)\s+\([^()]* KB\)", r"\1", each) for each in (written, whole))
            assert one.split() == other.split()


@slow
@given(messages=logs)
def test_the_quick_pattern_says_what_the_lenient_one_does(messages: list[str | None]) -> None:
    miner = Drain()
    templated = miner.fit_transform(frame(messages))
    texts = {text for text in miner.templates_["text"] if quick(text)}
    lines = first_line(templated["message"])
    for text in texts:
        plain, lenient = (lines.str.extract_groups(form).struct.unnest() for form in (quick(text), pattern(text)))
        hit = plain.to_series(0).is_not_null()
        assert plain.filter(hit).equals(lenient.filter(hit))


def test_most_lines_need_the_quick_pattern_only() -> None:
    lines = pl.Series(["job 1 of anna: done", "job 22 of bert: done"])
    assert lines.str.contains(quick("job <NUM> of <*>: done") or "").all()
    assert pl.Series(["key= end"]).str.contains(quick("key=<*> end") or "x").all()
    assert quick("<*> " * (MOST_SLOTS - 1) + "<*> <*>") is not None
    assert quick("<*> " * (MOST_SLOTS - 1) + "<*><*>") is None


@pytest.mark.data
def test_templates_of_real_logs_stand_for_their_lines() -> None:
    paths = sorted(DATA.glob("loghub_2k/*/*structured_corrected.csv"))
    if not paths:
        pytest.skip("no labelled data")
    for path in paths:
        records = pl.read_csv(path, infer_schema=False).fill_null("").select(message="Content")
        assert unmatched(records, Drain()) == [], path
    assert len(paths) == 16


def test_templates_of_the_examples_stand_for_their_lines() -> None:
    paths = [*sorted((EXAMPLES / "shop").glob("*.log")), EXAMPLES / "cloud" / "events.csv"]
    assert len(paths) > 3
    for path in paths:
        assert unmatched(oddline.read(path), Drain()) == [], path


@pytest.mark.parametrize(
    ("message", "text", "expected"),
    [
        ("user anna left", "user <*> left", ("anna",)),
        ("user anna of team b left", "user <*> left", ("anna of team b",)),
        ("  took   3ms ", "took <NUM>", ("3ms",)),
        ("a: b: c", "<*>: <*>", ("a", "b: c")),
        ("a:b:c", "<*>:<*>", ("a", "b:c")),
        ("10.0.0.1:80", "<IP>:<NUM>", ("10.0.0.1", "80")),
        ("key= end", "key=<*> end", ("",)),
        ("5<*> left", "<*><*> left", ("5", "<*>")),
        ("<*>5 left", "<*><*> left", ("<*>", "5")),
        ("ab left", "<*><*> left", ("", "ab")),
        ("sent 2048 bytes (2 KB) to host", "sent <NUM> bytes to <*>", ("2048", "host")),
        ("sent 2048 bytes to host", "sent <NUM> bytes to <*>", ("2048", "host")),
        ("warning", "warning <*>", ("",)),
        ("warning of all", "warning <*>", ("of all",)),
        ("a <NUM> b", "a <NUM> b", ("<NUM>",)),
        ("(a.c) [^1] 7", "(a.c) [^1] <NUM>", ("7",)),
        ("user\x1canna\u2028left\xa0", "user <*> left", ("anna",)),
        ("boom 1\n  at a.b(c:1)", "boom <NUM>", ("1",)),
    ],
)
def test_what_a_slot_holds(message: str, text: str, expected: tuple[str, ...]) -> None:
    assert one(message, text) == expected


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("it took 3ms", "took <NUM>"),
        ("took 3ms then", "took <NUM> now"),
        ("axc 7", "a.c <NUM>"),
        ("took", "took <NUM>"),
    ],
)
def test_what_a_template_does_not_stand_for(message: str, text: str) -> None:
    found = values(pl.Series([message, None]), text)
    assert found.matched.to_list() == [False, False]
    assert found.unmatched == 2
    assert found.frame.row(0) == (None,) * len(found.kinds)


def test_a_text_that_was_cut_may_go_on() -> None:
    for length in (OPEN, 3 * OPEN):
        assert values(pl.Series(["w " * length + "5 and more"]), "w " * length + "<NUM>").unmatched == 0
    assert values(pl.Series(["w " * 9 + "and more"]), "w " * 8 + "w").unmatched == 1
    records = frame([f"used {i} KB " * 200 + "x" * i for i in range(1, 9)])
    assert unmatched(records, Drain()) == []
    assert (
        unmatched(frame([f"used {i} {u} of all that is " * 100 for i in range(9) for u in ("KB", "MB")]), Drain()) == []
    )


def test_lines_of_thousands_of_slots_are_read_as_far_as_allowed() -> None:
    records = frame(["a=1 " * 5000, "1=" * 5000, "1<*>" * 1000])
    for miner in (Drain(), Exact()):
        assert unmatched(records, miner) == []
    found = values(records["message"].head(1), "a=<NUM> " * 1000)
    assert found.frame.shape == (1, MOST_SLOTS)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.lists(piece, max_size=9).map(" ".join), st.text(max_size=40)))
def test_names_are_columns_that_one_can_type(text: str) -> None:
    _, slots = pieces(text)
    found = names(text)
    assert len(found) == min(len(slots), MOST_SLOTS) == len(set(found))
    assert not set(found) & set(BESIDE)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) and len(name) <= LONGEST_NAME + 20 for name in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("session closed for user <USER>", ["user"]),
        ("login from <IP> port <NUM> ssh2", ["from", "port"]),
        ("userId=<NUM> X-Request-Id: <UUID> HTTPStatus <NUM>", ["user_id", "x_request_id", "http_status"]),
        ('{"user": "<*>", "age": <NUM>}', ["user", "age"]),
        ("uid=<NUM> uid=<NUM>", ["uid", "uid_2"]),
        ("<IP> <IP>:<NUM>", ["ip", "ip_2", "ip_port"]),
        ("took <NUM> ms, <NUM>% done", ["took_ms", "ms_percent"]),
        ("<NUM> bytes sent, <NUM> bytes received", ["bytes_sent", "bytes_received"]),
        ("tried <NUM> of <NUM> times", ["tried", "tried_2"]),
        ("the size of the <NUM>", ["size"]),
        ("日本 <*> größe=<NUM>", ["value", "grosse"]),
        ("id=<NUM> line <NUM> source: <*>", ["id_value", "line_value", "source_value"]),
        ("2fa <BOOL> a" + "b" * 60 + "=<HEX>", ["fa", "a" + "b" * (LONGEST_NAME - 1)]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("written", "expected", "kind"),
    [
        (["1", "-2", "+3", "1,234,567", "4."], [1, -2, 3, 1234567, 4], "whole"),
        (["9223372036854775807"], [9223372036854775807], "whole"),
        (["1", "2.5", "-1e3", ".5"], [1.0, 2.5, -1000.0, 0.5], "number"),
        (
            ["5 KB", "1.5MiB", "512 bytes", "2G", "0", "7B", "3mb"],
            [5120, 1.5 * 2**20, 512, 2**31, 0, 7, 3 * 2**20],
            "size",
        ),
        (["3ms", "1.5s", "2m30s", "00:01:02", "1 day, 0:00:01.5"], [0.003, 1.5, 150.0, 62.0, 86401.5], "duration"),
        (
            ["5us", "7 ns", "1h", "2 minutes", "0", "-1s", "3µs"],
            [5e-6, 7e-9, 3600.0, 120.0, 0.0, -1.0, 3e-6],
            "duration",
        ),
        (["12%", "0.5 %"], [12.0, 0.5], "percent"),
        (["true", "False", "YES", "off"], [True, False, True, False], "boolean"),
        (
            ["2024-02-29", "2024-02-29 10:00:01,5", "2024/02/29T10:00:01.123456789Z", "2024-02-29T10:00+02:00"],
            [
                datetime(2024, 2, 29, tzinfo=UTC),
                datetime(2024, 2, 29, 10, 0, 1, 500000, tzinfo=UTC),
                datetime(2024, 2, 29, 10, 0, 1, 123456, tzinfo=UTC),
                datetime(2024, 2, 29, 8, 0, tzinfo=UTC),
            ],
            "time",
        ),
    ],
)
def test_values_are_read(written: list[str], expected: list[Any], kind: str) -> None:
    found, told = read(pl.Series([*written, None, "-", ""]))
    assert told == kind
    assert found.tail(3).null_count() == 3
    assert found.head(len(written)).to_list() == (expected if kind in ("time", "boolean") else pytest.approx(expected))


@pytest.mark.parametrize(
    "written",
    [
        ["12", "x"],
        ["007"],
        ["9223372036854775808"],
        ["99999999999999999999"],
        ["1e999"],
        ["nan"],
        ["0xff", "12"],
        ["10.0.0.1"],
        ["5 KB", "3 ms"],
        ["5 Kb"],
        ["2024-02-30"],
        ["2024-01-01 25:00:00"],
        ["00:61:00"],
        ["+"],
        ["1,23"],
        ["١٢"],
        ["-", "null", ""],
        ["12", "13\x00"],
    ],
)
def test_what_cannot_all_be_read_stays_as_it_stands(written: list[str]) -> None:
    found, kind = read(pl.Series(written))
    assert kind == "text"
    assert found.to_list() == written


def test_a_late_value_counts_as_much_as_an_early_one() -> None:
    many = [str(i) for i in range(1000)]
    assert read(pl.Series(many))[1] == "whole"
    for late in ("x", "007"):
        assert read(pl.Series([*many, late]))[1] == "text"
    assert read(pl.Series(["1.5", "nan", "inf", "-inf"]))[0].to_list() == pytest.approx(
        [1.5, float("nan"), float("inf"), float("-inf")], nan_ok=True
    )


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(written=st.lists(st.one_of(line, st.from_regex(r"\A[+-]?[0-9.,:]{1,9} ?[a-zA-Z%]{0,3}\Z")), max_size=5))
def test_any_value_is_read_or_kept(written: list[str | None]) -> None:
    series = pl.Series(written, dtype=pl.String)
    found, kind = read(series)
    assert found.len() == len(written)
    assert kind in {"text", *(one.name for one in KINDS)}
    assert found.dtype.is_numeric() == (kind in NUMERIC)
    if kind == "text":
        assert found.equals(series)
    else:
        kept = series.is_not_null() & ~series.fill_null("").str.strip_chars().is_in(["", ".", "-", "-."])
        kept &= ~series.fill_null("").str.contains("null|None|nil")
        assert found.is_not_null().equals(kept)


def test_equal_lines_are_looked_at_once_and_get_the_same() -> None:
    some = pl.Series(["job 1 of anna", "none", "job 2 of a b", None])
    apart = values(some, "job <NUM> of <*>")
    often = values(pl.concat([some] * 50), "job <NUM> of <*>")
    assert often.frame.equals(pl.concat([apart.frame] * 50))
    assert often.matched.equals(pl.concat([apart.matched] * 50))
    assert apart.matched.to_list() == [True, False, True, False]


def test_nothing_at_all() -> None:
    empty = values(pl.Series([], dtype=pl.String), "took <NUM>")
    assert empty.frame.shape == (0, 1)
    assert summary(empty)["n"].to_list() == [0]
    constant = values(pl.Series(["disk full", "else"]), "disk full")
    assert (constant.unmatched, dict(constant.kinds), constant.frame.width) == (1, {}, 0)
    assert summary(constant).shape == (0, len(SUMMARY))
    with pytest.raises(BadData, match="messages are Int64; expected String"):
        values(pl.Series([1]), "took <NUM>")


def test_kinds_of_text_are_told_by_the_template() -> None:
    found = values(pl.Series(["from 10.0.0.1 to /a by x 0xff"]), "from <IP> to <PATH> by <*> <HEX>")
    assert list(found.kinds.values()) == ["ip", "path", "text", "hex"]


def test_the_summary_of_numbers_is_that_of_numpy() -> None:
    numbers = np.random.default_rng(0).lognormal(size=500)
    found = summary(values(pl.Series([f"took {x:.6f} s" for x in numbers] + ["took", "took 1.0 s"]), "took <NUM> s"))
    row = found.row(0, named=True)
    expected = np.append(numbers, 1.0)
    levels = np.quantile(expected, [0.0, 0.05, 0.5, 0.95, 1.0])
    assert [row[name] for name in ("min", "p5", "median", "p95", "max")] == pytest.approx(levels, abs=1e-5)
    assert (row["slot"], row["type"], row["n"], row["missing"]) == ("took_s", "number", 501, 1)
    assert row["values"] is None
    assert row["first"] is None


def test_the_summary_lists_the_commonest_values_in_one_order() -> None:
    messages = [f"user {name} left" for name in "ggfedcbaa"]
    tables = [summary(values(pl.Series(order), "user <*> left")) for order in (messages, messages[::-1])]
    assert tables[0].equals(tables[1])
    row = tables[0].row(0, named=True)
    assert [each["value"] for each in row["values"]] == ["a", "g", "b", "c", "d"]
    assert [each["n"] for each in row["values"]] == [2, 2, 1, 1, 1]
    assert (row["common"], row["distinct"], row["share"]) == ("a", 7, pytest.approx(2 / 9))
    assert row["median"] is None


def test_the_summary_of_times_has_the_first_and_the_last() -> None:
    found = summary(values(pl.Series(["at 2024-01-02T03:04:05Z", "at 2023-01-01", "at -"]), "at <TIME>"))
    row = found.row(0, named=True)
    assert (row["type"], row["n"], row["missing"]) == ("time", 2, 1)
    assert (row["first"], row["last"]) == (datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_numbers_that_are_none_are_no_part_of_the_range() -> None:
    row = summary(values(pl.Series(["loss 0.5", "loss nan", "loss 1.5"]), "loss <NUM>")).row(0, named=True)
    assert (row["n"], row["min"], row["median"], row["max"]) == (3, 0.5, 1.0, 1.5)


def test_values_of_records_stand_beside_where_they_are_from() -> None:
    miner = Drain()
    records = frame([f"job {i} done" for i in range(4)] + ["disk full", None]).with_columns(
        id=pl.int_range(100, 106, dtype=pl.UInt64), line=pl.int_range(1, 7, dtype=pl.UInt32), level=pl.lit("info")
    )
    templated = miner.fit_transform(records)[::-1]
    found = parameters_of(templated, miner.templates_, miner.templates_["template_id"][0])
    assert found.frame.rows() == [(103, 4, 3), (102, 3, 2), (101, 2, 1), (100, 1, 0)]
    assert found.frame.columns == ["id", "line", "job"]
    constant = miner.templates_.filter(pl.col("text") == "disk full")["template_id"][0]
    assert parameters_of(templated, miner.templates_, constant).frame.rows() == [(104, 5)]
    for number in (0, 99):
        with pytest.raises(UsageError, match=f"no template {number}; expected one of 3"):
            parameters_of(templated, miner.templates_, number)


def test_going_through_all_templates_gives_what_each_alone_does() -> None:
    miner = Drain()
    lines = [f"job {i} done" for i in range(9)] + ["disk full"] * 3 + [f"user u{i}x left" for i in range(5)]
    templated = miner.fit_transform(frame(lines[::2] + lines[1::2]))
    every = dict(parameters_by_template(templated, miner.templates_))
    assert list(every) == miner.templates_["template_id"].to_list()
    for number, found in every.items():
        alone = parameters_of(templated, miner.templates_, number)
        assert found.frame.equals(alone.frame)
        assert found.kinds == alone.kinds
        assert found.matched.equals(alone.matched)
    assert [number for number, _ in parameters_by_template(templated, miner.templates_, 5)] == list(every)[:2]
    texts = dict(parameters_by_template(templated, miner.templates_, typed=False))
    assert texts[next(iter(every))].frame["job"].dtype == pl.String
