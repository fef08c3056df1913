"""Texts into times."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from oddline.core.schema import TIME
from oddline.formats._time import parse


def one(text: str, *formats: str, modified: float | None = None) -> datetime | None:
    found = parse(pl.Series([text]), formats, modified)
    assert found.dtype == TIME
    assert found.name == "ts"
    value: datetime | None = found[0]
    return value


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def stamp(text: str) -> float:
    return at(text).timestamp()


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2024-02-29 10:00:00", "iso", "2024-02-29T10:00:00+00:00"),
        ("2024-02-29T10:00:00,5", "iso", None),
        ("2024-02-29 10:00:00,500", "iso", "2024-02-29T10:00:00.500+00:00"),
        ("2024-02-29T10:00:00.123456789Z", "iso", "2024-02-29T10:00:00.123456+00:00"),
        ("2024-02-29T10:00:00.5+05:30", "iso", "2024-02-29T04:30:00.5+00:00"),
        ("2024-02-29T10:00:00-0800", "iso", "2024-02-29T18:00:00+00:00"),
        ("2024/02/29 10:00:00", "iso", "2024-02-29T10:00:00+00:00"),
        ("2024.02.29 10:00:00.250", "iso", "2024-02-29T10:00:00.250+00:00"),
        ("2024-02-29T10:00", "iso", "2024-02-29T10:00:00+00:00"),
        ("2024-02-30 10:00:00", "iso", None),
        ("2023-02-29 10:00:00", "iso", None),
        ("Feb  9 2024 10:00:00", "syslog", "2024-02-09T10:00:00+00:00"),
        ("Thu Feb 29 10:00:00.5 2024", "ctime", "2024-02-29T10:00:00.5+00:00"),
        ("29/Feb/2024:10:00:00 +0100", "clf", "2024-02-29T09:00:00+00:00"),
        ("1700000000", "epoch", "2023-11-14T22:13:20+00:00"),
        ("1700000000.25", "epoch", "2023-11-14T22:13:20.25+00:00"),
        ("1700000000250", "epoch", "2023-11-14T22:13:20.25+00:00"),
        ("1700000000250000", "epoch", "2023-11-14T22:13:20.25+00:00"),
        ("1700000000250000000", "epoch", "2023-11-14T22:13:20.25+00:00"),
        ("9" * 40, "epoch", None),
        ("nan", "epoch", None),
        ("", "iso", None),
    ],
)
def test_parse(text: str, form: str, expected: str | None) -> None:
    assert one(text, form) == (None if expected is None else at(expected))


def test_kinds_may_be_mixed() -> None:
    texts = ["2024-01-01 00:00:00", None, "1700000000", "2024-01-01T00:00:00.5Z", "rubbish"]
    found = parse(pl.Series(texts), ["iso", "epoch"])
    assert found.is_not_null().to_list() == [True, False, True, True, False]


def test_a_year_is_the_latest_that_is_not_after_the_file() -> None:
    assert one("Jun 14 10:00:00", "syslog", modified=stamp("2024-06-14T11:00:00+00:00")) == at(
        "2024-06-14T10:00:00+00:00"
    )
    assert one("Jun 14 10:00:00", "syslog", modified=stamp("2024-06-01T00:00:00+00:00")) == at(
        "2023-06-14T10:00:00+00:00"
    )


def test_a_leap_day_needs_a_leap_year() -> None:
    assert one("Feb 29 10:00:00", "syslog", modified=stamp("2026-06-01T00:00:00+00:00")) == at(
        "2024-02-29T10:00:00+00:00"
    )
    texts = pl.Series(["Feb 29 10:00:00", "Mar  1 10:00:00"])
    days = parse(texts, ["syslog"], stamp("2026-06-01T00:00:00+00:00")).dt.strftime("%F").to_list()
    assert days == ["2024-02-29", "2024-03-01"]


def test_march_is_march_in_a_common_year() -> None:
    assert one("Mar  1 00:00:00", "syslog", modified=stamp("2023-03-01T12:00:00+00:00")) == at(
        "2023-03-01T00:00:00+00:00"
    )
    assert one("Dec 31 00:00:00", "syslog", modified=stamp("2023-12-31T12:00:00+00:00")) == at(
        "2023-12-31T00:00:00+00:00"
    )


def test_years_turn_where_the_months_start_again() -> None:
    texts = pl.Series(["Nov 30 00:00:00", "Dec 31 23:00:00", "Jan  1 01:00:00", "Dec 31 23:59:59", "Jan  2 00:00:00"])
    years = parse(texts, ["syslog"], stamp("2024-03-01T00:00:00+00:00")).dt.year().to_list()
    assert years == [2023, 2023, 2024, 2023, 2024]


def test_two_turns_are_three_years() -> None:
    texts = pl.Series(["Dec  1 00:00:00", "Jun  1 00:00:00", "Dec  1 00:00:00", "Jan  1 00:00:00"])
    years = parse(texts, ["syslog"], stamp("2024-03-01T00:00:00+00:00")).dt.year().to_list()
    assert years == [2022, 2023, 2023, 2024]


def test_without_a_file_time_the_years_are_fixed_and_go_on() -> None:
    texts = pl.Series(["Dec 31 23:59:59", "Jan  1 00:00:00"])
    assert parse(texts, ["syslog"]).dt.year().to_list() == [1972, 1973]


def test_days_turn_at_midnight() -> None:
    texts = pl.Series(["23:59:59", "00:00:01", "23:59:59.500", "00:00:02"])
    found = parse(texts, ["clock"], stamp("2024-03-02T08:00:00+00:00"))
    assert found.dt.strftime("%F").to_list()[:2] == ["2024-03-01", "2024-03-02"]


def test_sources_turn_by_themselves() -> None:
    texts = pl.Series(["Dec 31 00:00:00", "Jan  1 00:00:00", "Jun 30 00:00:00"])
    source = pl.Series(["a", "a", "b"]).cast(pl.Categorical())
    years = parse(texts, ["syslog"], stamp("2024-01-01T12:00:00+00:00"), source).dt.year().to_list()
    assert years == [2023, 2024, 2023]


def test_a_text_is_a_time_however_rare_its_kind() -> None:
    texts = ["2024-01-01 00:00:00"] * 1_001
    texts[501] = "1700000000"
    assert parse(pl.Series(texts), ["iso", "epoch"]).null_count() == 0


def test_what_one_form_cannot_read_of_a_rare_kind_is_left_to_the_next() -> None:
    texts = ["2024-01-01 00:00:00"] * 1_001
    texts[501] = "Jan  1 00:00:01"
    texts[503] = "Mon Jan  1 00:00:02 2024"
    found = parse(pl.Series(texts), ["iso", "epoch", "ctime", "syslog"], stamp("2024-01-01T12:00:00+00:00"))
    assert found.gather([501, 503]).dt.strftime("%F %T").to_list() == ["2024-01-01 00:00:01", "2024-01-01 00:00:02"]
