"""A part into Records chunk by chunk, in bounded memory, the same as all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from oddline.core.alike import worth_it
from oddline.formats._stretches import LOOKED_AT, Stretch, clocks_shown, looked_ahead, read_stretches, stretches
from oddline.formats._turns import Clocks
from oddline.formats.base import LineFormat
from oddline.sources._lines import CHUNK_BYTES, lines, sample
from oddline.sources.base import Part


def record_chunks(
    part: Part,
    parser: LineFormat,
    *,
    chunk_bytes: int = CHUNK_BYTES,
    warnings: list[str] | None = None,
    find_kinds: bool = False,
) -> Iterator[pl.DataFrame]:
    r"""Read a part as frames of ``schema.RECORDS`` with ``x_`` columns, each of whole events.

    Together they are what ``read_whole`` gives, whatever the chunk size. What is decided by a sample, such as the
    columns of JSON, is decided by the first MiB of the part. A part whose clock tells no year, and whose file tells
    one, is read twice: its year is told by its last line.

    Parameters
    ----------
    warnings
        Receives a sentence for each thing that a reader of the result should know, as ``lines`` does.
    find_kinds
        Where it helps, find out which lines are alike on the way, and give a column ``alike.KIND`` where it is known.

    Examples
    --------
    >>> import io
    >>> from oddline.formats.plain import Plain
    >>> part = Part("a.log", lambda: io.BytesIO(b"one\n\tat a.B.c(D.java:1)\ntwo\n"))
    >>> [frame.select("line", "lines").rows() for frame in record_chunks(part, Plain())]
    [[(1, 2), (3, 1)]]
    """
    seen = sample(part)
    form = parser.prepare(seen)
    alike = find_kinds and form.keeps_lines and worth_it(seen["raw"])

    def told(warnings: list[str] | None) -> Iterator[Stretch]:
        return stretches(lines(part, chunk_bytes=chunk_bytes, warnings=warnings, alike=alike), form)

    clocks = Clocks()
    if part.modified is not None and clocks_shown(form, seen):
        clocks = looked_ahead(told([]), form, part.modified)
    yield from read_stretches(told(warnings), form, part.modified, clocks)


def read_whole(text: pl.DataFrame, parser: LineFormat, seen: pl.DataFrame, modified: float | None) -> pl.DataFrame:
    """Read all lines of a part, of which ``seen`` are the first, into one frame of Records."""
    form = parser.prepare(seen)
    told = list(stretches([text], form))
    frames = list(read_stretches(told, form, modified, _clocks(told, form, seen, modified)))
    return pl.concat(frames, how="diagonal") if frames else form.parse(text, modified)


def _clocks(told: Sequence[Stretch], form: LineFormat, seen: pl.DataFrame, modified: float | None) -> Clocks:
    """Look ahead, unless all is at hand: then the end of it tells the year while it is read."""
    if modified is None:
        return Clocks()
    if len(told) == 1 and told[0].lines.height <= LOOKED_AT:
        return Clocks(at_hand=None)
    shown = clocks_shown(form, seen)
    if len(told) == 1:
        return Clocks(at_hand=shown)
    return looked_ahead(told, form, modified) if shown else Clocks()
