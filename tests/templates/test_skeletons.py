"""The cheap first step of masking: it may leave more than the mask does, and must never tell lines otherwise."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.templates import _skeletons
from oddline.templates._lines import Lines
from oddline.templates._masks import LONGEST, collapse, first_line
from oddline.templates._skeletons import digits_alike, skeletons
from oddline.templates.drain import Drain

PIECES = ["a", "Z9", "0", "47", "<*>", "<", ">", "*", " ", "\t", "\x0b", "\x1c", "\r", "=", "/x/1", "(", "\\", "\x00",
          "é", "日本1", "\u00a0", "\u2003", "\u3000", "\x85", "٣", "\U0001d7d8"]  # fmt: skip
LINES = st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), max_size=12)


@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from([1, 16, 1 << 18]))
def test_a_skeleton_has_the_masked_text_of_its_line(texts: list[str], size: int) -> None:
    lines = pl.Series("line", texts, dtype=pl.String)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_skeletons, "SIZE", size)
        bones = skeletons(lines)
    masked = pl.DataFrame({"line": lines, "bones": bones}).select(collapse(pl.col("line")), collapse(pl.col("bones")))
    assert masked["line"].to_list() == masked["bones"].to_list()


@settings(max_examples=100, deadline=None)
@given(LINES, st.sampled_from([1, 16, 1 << 18]))
def test_digits_are_made_alike_and_nothing_else(texts: list[str], size: int) -> None:
    lines = pl.Series("line", texts, dtype=pl.String)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_skeletons, "SIZE", size)
        assert digits_alike(lines).to_list() == lines.str.replace_all("[0-9]", "0").to_list()


@settings(max_examples=300, deadline=None)
@given(LINES, st.integers(1, 4))
def test_each_road_gives_the_same_masked_texts(texts: list[str], times: int) -> None:
    lines = Lines(pl.Series(texts * times, dtype=pl.String))
    plain = pl.DataFrame({"line": lines.text}).select(collapse(pl.col("line")))["line"]
    assert lines.distinct["masked"].gather(lines.codes).to_list() == plain.to_list()
    assert lines.distinct["masked"].is_unique().all()
    if lines.alike is not None:
        digits = lines.text.str.replace_all("[0-9]", "0")
        assert pl.DataFrame({"number": lines.alike, "text": digits}).n_unique() == digits.n_unique()
        assert len(set(lines.alike.tolist())) == digits.n_unique()


ROADS = {
    "digits alike": (lambda number: f"{number % 1000:03} of {number}", True),
    "skeletons": (
        lambda number: f"{'abcdef'[number % 6] * (number // 6 % 50 + 1)}{number:07} ran 0x{number * 37:x}",
        False,
    ),
    "masks alone": (lambda number: f"{'abcdef'[number % 6] * (number // 6 % 50 + 1)} {number * 'x'}", False),
}


@pytest.mark.parametrize("road", ROADS)
def test_a_log_takes_the_road_that_leaves_fewest(road: str) -> None:
    line, alike = ROADS[road]
    assert (Lines(pl.Series([line(number) for number in range(600)])).alike is not None) == alike


@pytest.mark.parametrize(
    ("usual", "other", "text"),
    [
        ("core.{} is up", "node.7 is up", "<*> is up"),
        ("at {}. all went well", "at 77 all went well", "at <NUM> all went well"),
        ("eth0 lost packet {}", "eth1 lost packet 7", "<ID> lost packet <NUM>"),
    ],
)
def test_one_line_among_thousands_takes_a_guess_back(usual: str, other: str, text: str) -> None:
    rows = [usual.format(number) for number in range(3_000)]
    assert Drain().fit(pl.DataFrame({"message": rows})).templates_["text"].to_list() != [text]
    for place in (1_000, 2_999):
        mixed = [*rows[:place], other, *rows[place:]]
        assert Drain().fit(pl.DataFrame({"message": mixed})).templates_["text"].to_list() == [text]


def test_numbers_leave_one_skeleton() -> None:
    lines = pl.Series([f"at {number}: job_{number * 7919}x of 10.0.0.{number % 256}" for number in range(5_000)])
    assert skeletons(lines).unique().to_list() == ["at 0: job_0 of 0"]


def test_masked_texts_come_in_the_order_of_their_first_lines() -> None:
    lines = Lines(pl.Series(["b 1", "a x9", "b 22", "a y9", "c\nd", "b 3", "x" * LONGEST + "1"]))
    assert lines.distinct.rows() == [
        ("b <*>", 3, 0), ("a <*>", 2, 1), ("c", 1, 4), ("x" * LONGEST, 1, 6),
    ]  # fmt: skip
    assert lines.codes.tolist() == [0, 1, 0, 1, 2, 0, 3]
    assert first_line(pl.Series(["c\nd"])).to_list() == ["c"]
