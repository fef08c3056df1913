"""The cheap first step of masking: it may leave more than the mask does, and must never tell lines otherwise."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.templates import _skeletons
from oddline.templates._lines import Lines
from oddline.templates._masks import LONGEST, collapse, first_line
from oddline.templates._skeletons import skeletons

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
