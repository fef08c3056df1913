"""Every ``.toml`` format does what its own samples say, and no other format takes its lines from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from oddline.core import folder
from oddline.core.errors import ConfigError
from oddline.core.schema import RECORDS, check
from oddline.formats._guess import guess, line_formats, load_format
from oddline.formats._pattern import PatternFormat
from tests.formats._frames import frame

PATTERNS = sorted(
    name
    for name, plugin in folder.plugins("formats").items()
    if plugin.path is not None and plugin.path.suffix == ".toml"
)


def pattern(name: str) -> PatternFormat:
    made = load_format(name)
    assert isinstance(made, PatternFormat)
    return made


def samples() -> list[tuple[str, dict[str, Any]]]:
    return [(name, sample) for name in PATTERNS for sample in pattern(name).samples]


@pytest.mark.parametrize(("name", "sample"), samples(), ids=lambda value: value if isinstance(value, str) else "")
def test_sample_becomes_what_it_says(name: str, sample: dict[str, Any]) -> None:
    records = pattern(name).parse(frame(sample["line"]))
    check(records, RECORDS, name)
    row = records.row(0, named=True)
    told = {key: value for key, value in sample.items() if key != "line"}
    assert told, "a sample tells at least one thing"
    for key, value in told.items():
        assert row[key] == value, key
    assert row["raw"] == sample["line"]
    assert row["lines"] == 1


@pytest.mark.parametrize("name", PATTERNS)
def test_format_tells_about_itself(name: str) -> None:
    made = pattern(name)
    assert made.samples
    assert made.summary.endswith(".")
    assert 1 <= made.specificity <= 9
    assert any("message" in sample for sample in made.samples)


@pytest.mark.parametrize("name", PATTERNS)
def test_no_other_format_claims_a_sample_more_strongly(name: str) -> None:
    lines = pl.Series([sample["line"] for sample in pattern(name).samples])
    own = pattern(name)
    assert own.recognise(lines) == 1.0
    for other in line_formats().values():
        if other.name != name and other.specificity >= own.specificity:
            assert other.recognise(lines) < 1.0, other.name


@pytest.mark.parametrize("name", PATTERNS)
def test_guess_finds_it(name: str) -> None:
    block = [sample["line"] for sample in pattern(name).samples] * 10
    found = guess(pl.Series(block))
    assert found.name == name
    assert found.confidence > 0.9
    assert found.runner_up != name


def test_captured_columns_are_typed_and_named() -> None:
    line = '10.0.0.1 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.0" 200 - "-" "curl"'
    records = pattern("access").parse(frame(line))
    assert records.schema["x_status"] == pl.Int64
    assert records.row(0, named=True)["x_bytes"] is None
    assert records.row(0, named=True)["x_referrer"] is None


def test_the_tag_that_a_person_set_never_becomes_a_column() -> None:
    bare_line = "1117838570 2005.06.03 R02 2005-06-03-15.42.50.675872 R02 RAS KERNEL INFO parity error corrected"
    with_tag = pattern("ras").parse(frame("KERNDTLB " + bare_line)).drop("raw")
    without = pattern("ras").parse(frame(bare_line)).drop("raw")
    assert with_tag.equals(without)


def test_year_comes_from_the_file_and_turns_at_new_year() -> None:
    lines = frame(
        "Dec 31 23:59:59 h a: x", "Jan  1 00:00:01 h a: y", "Dec 31 23:59:58 h a: late", "Jan  2 00:00:00 h a: z"
    )
    modified = datetime.fromisoformat("2024-01-02T01:00:00+00:00").timestamp()
    years = pattern("syslog").parse(lines, modified)["ts"].dt.year().to_list()
    assert years == [2023, 2024, 2023, 2024]


@pytest.mark.parametrize("spec", [{"summary": "x"}, {"pattern": "x", "patern": "y"}])
def test_a_wrong_file_says_what_is_wrong(spec: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="expected keys out of"):
        PatternFormat("mine", spec)


def test_an_empty_frame_is_an_empty_frame() -> None:
    for form in line_formats().values():
        records = form.parse(frame())
        check(records, RECORDS, form.name)
        assert records.height == 0
