"""Cheap looks that spare most lines a dear pattern: they change nothing but the time it takes."""

from __future__ import annotations

import random

import polars as pl
import pytest

from oddline.formats import _events, _looks
from oddline.formats._guess import load_format
from oddline.formats._rows import spread
from oddline.formats.base import LineFormat
from tests.formats._frames import frame
from tests.formats.test_stretches import TRACES

PIECES = [
    "2024-01-02 03:04:05", "2024-01-02 03:04", "Jan 12 2024 03:04:05.1", "12/Jan/2024:03:04:05 +0100", "UTC",
    "Jan 2, 2024 1:02:03 PM", "Mon Jan  2 03:04:05 2024", "2-Jan-2024 03:04:05", "1700000000.25", "(1700000000.1)",
    "2024-13-45 99:99:99", "12:34", "03:04:05", "x" * 90, "日本", " ", "\t", "\u3000", "\u00a0", "\x0c", "<", "[",
    "ERROR", "Error:", "[warn]", "info:", "level=info", "lvl: Debug ", "\x1b[31mERR\x1b[0m", "FAILURE", "trace)", "|",
    "Traceback (most recent call last):", "Caused by: x", "\tat a.b(C.java:1)", "KeyError: 1", "main.f(0x1)",
    "During handling of the above exception", "\t/a/b.go:1 +0x1", "created by x", "#0 0x1 in", "stack backtrace:",
]  # fmt: skip


def made(seed: int, count: int = 4_000) -> pl.DataFrame:
    chance = random.Random(seed)
    texts: list[str] = []
    while len(texts) < count:
        pieces = (chance.choice(PIECES) + chance.choice(["", " "]) for _ in range(chance.randint(0, 4)))
        texts.append("".join(pieces))
        texts += chance.choice(TRACES) if chance.random() < 0.02 else []
    return frame(*texts)


@pytest.mark.parametrize("seed", range(3))
def test_looking_at_every_line_finds_no_more(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, form = made(seed), load_format("plain")
    assert isinstance(form, LineFormat)
    quick = form.parse(lines)
    for name in ("CLOCK", "WORDS", "BEGINS"):
        monkeypatch.setattr(_looks, name, "")
    monkeypatch.setattr(_events, "MAYBE_INSIDE", "")
    assert quick.equals(form.parse(lines))
    for column in ("ts", "level"):
        assert 0.02 < quick[column].is_not_null().mean() < 0.98, "nothing was put to the test"
    assert quick["lines"].max() > 5


def test_streams_keep_their_own_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = made(7)
    group = pl.Series(random.Random(7).choices(range(3), k=lines.height), dtype=pl.UInt32)
    quick = _events.trace_joins(lines["raw"], group)
    monkeypatch.setattr(_events, "MAYBE_INSIDE", "")
    assert quick.equals(_events.trace_joins(lines["raw"], group))
    assert 0.02 < quick.mean() < 0.9  # type: ignore[operator]


def test_what_is_spread_leaves_what_it_is_spread_over_as_it_was() -> None:
    rest = pl.concat([pl.Series(["a", "b"]), pl.Series(["c"])], rechunk=False)
    assert spread(pl.Series(["x"]), pl.Series([2]), 3, rest).to_list() == ["a", "b", "x"]
    assert rest.to_list() == ["a", "b", "c"]
