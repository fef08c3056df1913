"""Any text under the masks: what is masked can be put back, and masking again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fuzz._samples import PIECES, samples
from fuzz.formats import text_of
from oddline.templates._masks import SLOT, collapse, enrich, erase, first_line, parameters, shape
from oddline.templates._rules import RICH

KINDS = ("IP", "NUM", "TIME", "HEX", "URL", "PATH", "HOST", "USER", "BOOL", "UUID")


def seeds() -> Iterator[bytes]:
    """Give the samples of all formats, and every piece."""
    yield from (text.encode() for text in samples().values())
    yield b" ".join(PIECES)
    yield b"\n".join(PIECES)


def messages(data: bytes) -> pl.Series:
    """Read bytes as messages; a form feed begins a further line of one."""
    return text_of(data)["raw"].str.replace_all("\f", "\n", literal=True).alias("message")


def check(data: bytes) -> set[int]:
    """Mask the lines, put them together again, and look at each step that is taken with distinct lines."""
    lines = first_line(messages(data))
    assert lines.null_count() == 0, "a line got lost"
    assert not lines.str.contains("\n", literal=True).any(), "more than a first line"
    text = pl.col("message")
    table = lines.to_frame().with_columns(masked=collapse(text), values=parameters(text))
    rich = enrich(table["masked"])
    table = table.with_columns(twice=collapse(pl.col("masked")), rich=rich, shape=shape(rich))
    table = table.with_columns(erased=erase(pl.col("shape")))
    assert sum(table.null_count().row(0)) == 0, "a mask gives null"
    assert table["masked"].equals(table["twice"]), "masking twice is not masking once"
    assert table["shape"].equals(table["erased"]), "a shape with types"
    for line, masked, values in table.select("message", "masked", "values").iter_rows():
        assert masked.count(SLOT) == len(values), f"{masked.count(SLOT)} slots and {len(values)} values: {line!r}"
        put_back = "".join(a + b for a, b in zip(masked.split(SLOT), [*values, ""], strict=True))
        assert put_back == line, f"{line!r} came back as {put_back!r}"
    seen = [*(f"<{kind}>" for kind in KINDS)]
    facts = {place for place, slot in enumerate(seen) if table["rich"].str.contains(slot, literal=True).any()}
    steps = [_shows(table["masked"], pattern) for pattern in (rule.pattern for rule in RICH)]
    return facts | {len(KINDS) + place for place, shown in enumerate(steps) if shown}


def _shows(masked: pl.Series, pattern: str) -> bool:
    return bool(masked.str.contains(pattern).any())
