"""The first mask runs on every line: it must hold on any text."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.templates._masks import LONGEST, collapse, erase, first_line, parameters

text = st.text(
    alphabet=st.one_of(st.sampled_from("a1<*> =:,;/.\n\t\0"), st.characters(exclude_categories=["Cs"])), max_size=60
)


def collapsed(line: str) -> str:
    return str(pl.select(collapse(pl.lit(line, dtype=pl.String))).item())


@settings(max_examples=300, deadline=None)
@given(line=text)
def test_masking_twice_is_masking_once(line: str) -> None:
    assert collapsed(collapsed(line)) == collapsed(line)


@settings(max_examples=300, deadline=None)
@given(line=text)
def test_parameters_put_back_give_the_line_again(line: str) -> None:
    values = pl.select(parameters(pl.lit(line, dtype=pl.String))).item().to_list()
    pieces = collapsed(line).split("<*>")
    assert len(pieces) == len(values) + 1
    assert "".join(a + b for a, b in zip(pieces, [*values, ""], strict=True)) == line
    assert not any(c in "0123456789" for piece in pieces for c in piece)


def test_first_lines() -> None:
    series = pl.Series("message", ["a\nb", "", None, "\n", "x" * (LONGEST + 5)])
    assert first_line(series).to_list() == ["a", "", "", "", "x" * LONGEST]


def test_types_are_erased() -> None:
    assert pl.select(erase(pl.lit("<NUM> <IP>:<*> <num>"))).item() == "<*> <*>:<*> <num>"
