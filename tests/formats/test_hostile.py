"""Log text is hostile: nothing raises, nothing is lost, and everything is the same on every run."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.core.schema import RECORDS, check
from oddline.formats._guess import guess, line_formats
from oddline.formats._identity import event_ids
from tests.formats._frames import frame

HEADS = [
    "Jun 14 15:16:01 combo sshd[19939]: ", "2015-10-18 18:01:47,978 INFO [main] a.b.C: ", "Feb 30 99:99:99 h a: ",
    '{"msg": "', "level=info msg=", "2024-01-01T00:00:00Z stdout P ", "\tat a.B.c(",
    "Traceback (most recent call last):",
    '  File "', "<999>", "[", "9999-99-99 99:99:99 ", "0000-00-00T00:00:00Z", '1.1.1.1 - - [', "99999999999999999999",
    '{"log":"', '{"__REALTIME_TIMESTAMP":"',
]  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=60)
LINE = st.one_of(TEXT, st.builds(str.__add__, st.sampled_from(HEADS), TEXT))
FORMATS = line_formats()


@settings(max_examples=400, deadline=None)
@given(name=st.sampled_from(sorted(FORMATS)), lines=st.lists(LINE, max_size=12))
def test_no_format_raises_or_loses_a_line(name: str, lines: list[str]) -> None:
    table, form = frame(*lines), FORMATS[name]
    assert 0.0 <= form.recognise(table["raw"]) <= 1.0
    records = check(form.parse(table), RECORDS, name)
    assert records["lines"].sum() == len(lines)
    assert records["id"].n_unique() == records.height
    assert sorted("\n".join(records["raw"]).split("\n")) == sorted(lines) or not lines
    assert records.select(pl.col("message").null_count()).item() == 0


@settings(max_examples=30, deadline=None)
@given(lines=st.lists(LINE, max_size=12))
def test_a_guess_is_always_made(lines: list[str]) -> None:
    found = guess(pl.Series(lines, dtype=pl.String))
    assert 0.0 <= found.confidence <= 1.0
    assert found.format.name == found.name


LONG = ["[" * 200_000, "a=" * 100_000, '{"a":' * 50_000, " " * 200_000, '"' * 200_000, "2024-01-01 " * 20_000]


@pytest.mark.parametrize("line", [*LONG, "a.b" * 60_000, "1.1.1.1 - - [" + '"\\' * 100_000], ids=range(8))
def test_a_long_line_is_only_a_long_line(line: str) -> None:
    table = frame(line, "next", line)
    for form in FORMATS.values():
        assert form.parse(table)["lines"].sum() == 3


def test_text_of_other_tongues_survives() -> None:
    table = frame("Jun 14 15:16:01 хост служба[1]: ошибка ☃ \x1b[31mred\x00", "日本語のログ", "\\xff\\xfe")
    for form in FORMATS.values():
        assert "\n".join(form.parse(table)["raw"]) == "\n".join(table["raw"])


def test_ids_are_the_same_for_ever() -> None:
    source, offset = pl.Series(["a", "a", "b"]).cast(pl.Categorical()), pl.Series([0, 1, 0], dtype=pl.UInt64)
    assert event_ids(source, offset).to_list() == [4192132519135618423, 5914708556773729588, 4683681678388662006]


def test_records_are_the_same_twice_and_in_other_company() -> None:
    lines = [f"Jun 14 15:16:{second:02d} h a[{second}]: line {second}" for second in range(60)]
    form = FORMATS["syslog"]
    whole = form.parse(frame(*lines))
    assert whole.equals(form.parse(frame(*lines)))
    assert whole[:10].equals(form.parse(frame(*lines)[:10]))
