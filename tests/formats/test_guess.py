"""Which format a sample is of, and how sure we are."""

from __future__ import annotations

import polars as pl

from oddline.core import folder
from oddline.formats._guess import guess, line_formats, load_format
from oddline.formats._pattern import PatternFormat
from oddline.formats.base import Format

SYSLOG = "Jun 14 15:16:01 combo sshd[19939]: check pass; user unknown"
LOG4J = "2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.Main: ready"


def test_every_format_of_the_folder_can_be_made() -> None:
    for name in folder.plugins("formats"):
        made = load_format(name)
        assert isinstance(made, Format)
        assert made.name == name
        assert made.summary


def test_garbage_is_plain() -> None:
    found = guess(pl.Series(["some text", "more of it", "=== 17 ==="]))
    assert found.name == "plain"
    assert found.confidence == 1.0


def test_nothing_is_plain() -> None:
    assert guess(pl.Series([], dtype=pl.String)).name == "plain"
    assert guess(pl.Series(["", "  "])).name == "plain"


def test_traces_and_blank_lines_do_not_count_against_a_format() -> None:
    trace = ["java.io.IOException: disk", *["\tat a.B.c(D.java:1)"] * 40, "", "  ... 3 more"]
    found = guess(pl.Series([LOG4J, *trace] * 5))
    assert found.name == "log4j"
    assert found.confidence > 0.8


def test_the_format_that_demands_more_wins() -> None:
    found = guess(pl.Series([LOG4J] * 30))
    assert (found.name, found.runner_up) == ("log4j", "python_bracket")


def test_the_format_that_fits_more_lines_wins() -> None:
    found = guess(pl.Series([LOG4J] * 30 + ["2015-10-18 18:01:47,978 other"] * 30))
    assert found.name == "iso"


def test_confidence_is_lower_with_strangers_and_with_few_lines() -> None:
    many, few = guess(pl.Series([SYSLOG] * 200)), guess(pl.Series([SYSLOG]))
    mixed = guess(pl.Series([SYSLOG] * 150 + ["stray"] * 50))
    assert many.confidence > 0.98 > mixed.confidence
    assert many.confidence > few.confidence
    assert mixed.name == "syslog"
    assert abs(mixed.confidence - 0.75) < 0.02


def test_strays_stand_alone_where_they_are_common() -> None:
    pure, mixed = guess(pl.Series([SYSLOG] * 99 + ["stray"])), guess(pl.Series([SYSLOG] * 80 + ["stray"] * 20))
    assert isinstance(pure.format, PatternFormat)
    assert isinstance(mixed.format, PatternFormat)
    assert pure.format.joins_strays
    assert not mixed.format.joins_strays


def test_plain_is_the_only_one_that_takes_everything() -> None:
    rubbish = pl.Series(["x" * 300, "\x00\x1b[31m", "a=b", "{", "[", "日本語", "<13>"])
    for name, form in line_formats().items():
        assert form.recognise(rubbish) < 0.5 or name == "plain"
