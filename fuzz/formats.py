"""Any bytes, read as lines, in any line format: nothing raises, no line is lost, and every event has an id."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from functools import cache

import polars as pl

from fuzz._samples import pick, samples
from oddline.core.alike import ALIKE, KIND
from oddline.core.schema import LINES, RECORDS
from oddline.core.schema import check as checked
from oddline.formats._guess import guess, line_formats
from oddline.formats.base import LineFormat
from oddline.sources._lines import lines
from oddline.sources.base import Part
from oddline.templates._lines import Lines

FACTS = 8


@cache
def _formats() -> dict[str, LineFormat]:
    return line_formats()


def seeds() -> Iterator[bytes]:
    """Give the samples of each format, under a first line that has them read in that very format."""
    names = sorted(_formats())
    for name, text in samples().items():
        data = text.encode()
        for number in range(10_000):
            seed = f"{number}\n".encode() + data
            if names[pick(seed, "format", len(names))] == name:
                yield seed
                break
    yield "\n".join(samples().values()).encode()


def text_of(data: bytes, *, alike: bool = False) -> pl.DataFrame:
    """Read bytes as a scan does."""
    frames = list(lines(Part("made.log", lambda: io.BytesIO(data)), alike=alike))
    return pl.concat(frames) if frames else pl.DataFrame(schema=LINES)


def check(data: bytes) -> set[int]:
    """Recognise and parse in one format, which the first line chooses; one input in eight is guessed instead."""
    text = text_of(data)
    names = sorted(_formats())
    number = pick(data, "format", len(names))
    form = _formats()[names[number]]
    if zlib.crc32(data) % 8 == 0:
        found = guess(text["raw"])
        assert 0.0 <= found.confidence <= 1.0, f"{found.name}: sure by {found.confidence}"
        form = found.format
    share = form.recognise(text["raw"])
    assert 0.0 <= share <= 1.0, f"{form.name} recognises {share}"
    records = checked(form.parse(text, modified=1.7e9), RECORDS, form.name)
    _nothing_is_lost(form, text, records)
    if form.keeps_lines and text.height:
        _kinds_change_nothing(form, data, records)
    facts = (
        share > 0,
        share > 0.5,
        records["ts"].count() > 0,
        records["level"].count() > 0,
        records["service"].count() > 0,
        bool((records["lines"] > 1).any()),
        any(records[name].count() for name in records.columns if name.startswith("x_")),
        records.height > 1,
    )
    return {number * FACTS + place for place, fact in enumerate(facts) if fact}


def _kinds_change_nothing(form: LineFormat, data: bytes, records: pl.DataFrame) -> None:
    """Read the lines again, each kind once."""
    text = text_of(data, alike=True)
    digits = text["raw"].str.replace_all("[0-9]", "0")
    assert text[ALIKE].equals(digits), "what is alike is not the line without its digits"
    told = form.parse(text, modified=1.7e9)
    assert told.drop(KIND, strict=False).equals(records), f"{form.name}: kinds change what is read"
    if KIND in told.columns:
        alike = told.select(KIND, text=pl.col("message").str.replace_all("[0-9]", "0"))
        assert alike.n_unique() == alike[KIND].n_unique(), f"{form.name}: messages of one kind differ"
        lines, usual = Lines(told["message"], kind=told[KIND]), Lines(told["message"])
        assert lines.distinct.equals(usual.distinct), "kinds change what is masked"
        assert (lines.codes == usual.codes).all(), "kinds change which line is masked how"


def _nothing_is_lost(form: LineFormat, text: pl.DataFrame, records: pl.DataFrame) -> None:
    assert records["lines"].sum() == text.height, f"{form.name}: {records['lines'].sum()} of {text.height} lines left"
    assert records["id"].n_unique() == records.height, f"{form.name}: two events share an id"
    assert records["message"].null_count() == 0, f"{form.name}: an event without a message"
    told, given = "\n".join(records["raw"]).split("\n"), text["raw"].to_list() or [""]
    assert sorted(told) == sorted(given), f"{form.name}: other text came out"
