"""Any cut gives the same events, whatever the format and whatever the text."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.formats._guess import line_formats
from oddline.formats._stretches import Stretch, clocks_shown, looked_ahead, read_stretches, stretches
from oddline.formats._turns import Clocks
from oddline.formats.base import LineFormat
from tests.formats._frames import frame
from tests.formats.test_events import DOTNET, GO, JAVA, NODE, PHP, PYTHON, RUBY, RUST
from tests.formats.test_hostile import LINE

FORMATS = line_formats()
TRACES = [PYTHON, JAVA, NODE, GO, DOTNET, RUBY, RUST, PHP]
AT = "2024-01-01T00:00:00.5Z"
SHOWN = {
    "plain": ["2024-01-02 03:04:05 WARN slow", "free text", "Jun 14 15:16:01 box up", "12 items"],
    "json_lines": [
        '{"ts": 1700000000.5, "level": "info", "msg": "hi", "n": 1}', '{"time": "Jun 14 15:16:01", "event": "login"}',
        '{"n": "many", "user": {"id": 7}}', '{"msg": "half \\ud800"}', '{"broken": ', "Jun 14 15:16:01 banner",
    ],
    "logfmt": ['ts=2024-01-01T00:00:00Z level=info msg="a b" n=3', "time=2024-01-01T00:00:01Z n=x", "no pairs here"],
    "event_sequences": ["5 5 22 11", "blk_1,5 22", "trace\t6 6 63"],
    "journald": ['{"__REALTIME_TIMESTAMP":"1700000000000001","PRIORITY":"4","MESSAGE":"slow"}', "-- Boot 1234 --"],
    "cri": [f"{AT} {stream} {flag} {text}" for stream in ("stdout", "stderr") for flag in "FFFFP"
            for text in ("a piece", "Traceback (most recent call last):", '  File "a.py", line 1, in f', "Oops: 1")],
    "docker": [json.dumps({"log": text, "stream": stream, "time": AT}) for stream in ("stdout", "stderr")
               for text in ("a line\n", "c\n", "a piece", "Caused by: x\n", "\tat a.B.c(D.java:1)\n", "\n")],
}  # fmt: skip


def shown(form: LineFormat) -> list[str]:
    """Give lines that a format is made for."""
    return [line for sample in getattr(form, "samples", []) for line in sample["line"].split("\n")] + SHOWN.get(
        form.name, []
    )


def mixed(form: LineFormat, seed: int, count: int = 60) -> list[str]:
    """Mix what a format is made for with stack traces and strays; now and then nothing but these."""
    chance = random.Random(seed)
    texts: list[str] = []
    while len(texts) < count:
        kind = chance.random()
        if kind < 0.6:
            texts.append(chance.choice(shown(form)))
        elif kind < 0.8:
            texts += chance.choice(TRACES)[1 : chance.randint(2, 14)]
        else:
            texts.append(chance.choice(["", "   ", "stray", "  indented", "WARNING: own", "f(x)", "a.b: c", "\t/a:1"]))
    return texts


def in_pieces(lines: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    yield from lines.iter_slices(size)


def read(form: LineFormat, lines: pl.DataFrame, size: int, modified: float | None, reach: int) -> pl.DataFrame:
    """Read as the driver does, in pieces of so many lines."""
    prepared = form.prepare(lines)

    def told() -> Iterator[Stretch]:
        return stretches(in_pieces(lines, size), prepared, reach=reach)

    ahead = modified is not None and clocks_shown(prepared, lines)
    clocks = looked_ahead(told(), prepared, modified) if ahead else Clocks()
    return pl.concat(read_stretches(told(), prepared, modified, clocks), how="diagonal")


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 30))
def test_any_piece_gives_the_events_of_the_whole(name: str, seed: int, size: int) -> None:
    form, modified = FORMATS[name], 1_710_000_000.0
    lines = frame(*mixed(form, seed))
    reach = 2_500
    # Where two streams hold open what the other may still join, there may be no cut within so short a reach.
    forced = any(stretch.forced for stretch in stretches([lines], form.prepare(lines), reach=reach))
    whole = read(form, lines, lines.height, modified, reach) if forced else form.prepare(lines).parse(lines, modified)
    assert read(form, lines, size, modified, reach).equals(whole)


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(max_examples=3, deadline=None)
@given(lines=st.lists(LINE, min_size=1, max_size=40), size=st.integers(1, 9))
def test_hostile_text_is_cut_as_it_is_read(name: str, lines: list[str], size: int) -> None:
    """With so short a reach cuts are forced; they too stand where the text says."""
    table = frame(*lines)
    found = read(FORMATS[name], table, size, None, reach=300)
    assert found.equals(read(FORMATS[name], table, len(lines), None, reach=300))
    assert found["lines"].sum() == len(lines)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_most_text_can_be_cut_nearly_anywhere(name: str) -> None:
    """Else the test above would compare a whole with itself."""
    form = FORMATS[name]
    lines = frame(*(shown(form)[:1] * 50))
    told = list(stretches(in_pieces(lines, 5), form.prepare(lines), reach=lines["offset"][10]))
    assert len(told) >= 4
    assert not any(stretch.forced for stretch in told[1:])
