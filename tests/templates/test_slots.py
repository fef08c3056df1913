"""What kind of thing stands in a slot: values that differ in their digits only are looked at once."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oddline.templates import _slots
from oddline.templates._slots import Slots

PIECES = ["0", "1", "7", "x", "X", "f", "@", ".", "-", ":", "/", "ms", "kB", "sda", "v", "é", "T", "+", "%", "_"]
VALUES = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(VALUES)
@example(["1x1f", "0x1f"])
@example(["ssh2", "ssh4", "core.7", "core.8."])
def test_a_value_is_told_the_same_whatever_stands_beside_it(values: list[str]) -> None:
    table = pl.DataFrame({"line": values, "code": range(len(values)), "chance": range(len(values))})
    sample = table.select(pl.col("code").cast(pl.UInt32), pl.col("chance").cast(pl.UInt64), "line")
    found = Slots()._look(sample)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_slots, "_alike", lambda values: values)
        assert found.equals(Slots()._look(sample))


def test_a_pattern_of_ones_own_may_mind_the_digits() -> None:
    sample = pl.DataFrame({"code": [0, 1], "chance": [0, 1], "line": ["port 8080", "port 1234"]})
    sample = sample.cast({"code": pl.UInt32, "chance": pl.UInt64})
    assert Slots(kinds=(("WEB", "^80[0-9]+$"),))._look(sample)["kind"].to_list() == ["WEB", "NUM"]
