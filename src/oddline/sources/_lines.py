"""Parts into frames of lines, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO

import polars as pl

from oddline.core.errors import BadData
from oddline.core.schema import LINES
from oddline.sources._cut import Block, Cutter
from oddline.sources._decode import SAMPLE, recognise
from oddline.sources._frame import Framer
from oddline.sources._limits import Limits, size_in_words
from oddline.sources._stream import PIECE, fill, refill
from oddline.sources.base import Part

CHUNK_BYTES = 12 << 20
"""Bytes read at once. 16 MiB are hardly quicker, and take 40 MiB more."""

LINE_BYTES = 1 << 20
"""The longest line that is kept whole, in bytes of the stream."""


def lines(
    part: Part,
    *,
    chunk_bytes: int = CHUNK_BYTES,
    line_bytes: int = LINE_BYTES,
    limits: Limits | None = None,
    warnings: list[str] | None = None,
    alike: bool = False,
) -> Iterator[pl.DataFrame]:
    r"""Read a part as frames of ``schema.LINES``, each of whole lines.

    A line ends with ``\n`` or ``\r\n``, or with ``\r`` where the first MiB has no ``\n`` at all. An empty line
    is a line; an empty part gives no frame. ``offset`` is the place of the line in the bytes that
    ``part.open()`` gives. A line beyond ``line_bytes`` keeps its beginning and says how much was left out.

    Parameters
    ----------
    limits
        How long a line may be, cut short or not.
    warnings
        Receives what a reader of the result should know: a truncated stream, no UTF-8, lines cut short.
    alike
        Give a column ``alike.ALIKE`` as well.

    Raises
    ------
    BadData
        If the part is broken before its first byte, passes a limit, or has more than 4,294,967,295 lines.
    IOFailure
        If reading breaks off.

    Examples
    --------
    >>> import io
    >>> part = Part("a.log", lambda: io.BytesIO(b"one\r\n\ntwo"))
    >>> [frame.rows() for frame in lines(part)]
    [[('a.log', 1, 0, 'one'), ('a.log', 2, 5, ''), ('a.log', 3, 6, 'two')]]
    """
    chunk_bytes = max(4, chunk_bytes // 4 * 4)  # whole code units of any encoding
    told: list[str] = [] if warnings is None else warnings
    with closing(part.open()) as stream:
        first = fill(stream, SAMPLE)
        encoding = recognise(first)
        cutter, framer = Cutter(encoding, line_bytes), Framer(part.name, encoding, alike=alike)
        held_to = limits or Limits()

        def framed(block: Block) -> pl.DataFrame:
            if block.dropped:
                held_to.check_line(part.name, line_bytes + block.dropped)
            return framer.frame(block)

        for data, last in _pieces(stream, first, encoding.mark, chunk_bytes):
            yield from map(framed, cutter.feed(data, last=last))
        yield from map(framed, cutter.finish())
        told.extend(getattr(stream, "warnings", []))
        told.extend(framer.warnings())


def _pieces(stream: BinaryIO, first: bytes, skipped: int, size: int) -> Iterator[tuple[bytes | bytearray, bool]]:
    """Give what was read and what follows, and whether that is all; all but the first in memory that is used again."""
    ended = len(first) < SAMPLE
    data: bytes | bytearray = first[skipped:]
    buffer = bytearray(0 if ended else size)
    while data:
        yield data, ended
        count = refill(stream, buffer)
        ended = count < len(buffer)
        data = buffer[:count] if ended else buffer


def sample(part: Part, *, size: int = 1 << 20) -> pl.DataFrame:
    """Read the whole lines among the first bytes of a part, as ``schema.LINES``.

    A part without a line end in there gives its beginning as one line. A pipe can be opened again afterwards.
    """
    with closing(part.open()) as stream:
        size = max(4, min(size, SAMPLE) // 4 * 4)
        data = fill(stream, size)
    encoding = recognise(data)
    cutter, framer = Cutter(encoding, LINE_BYTES), Framer(part.name, encoding)
    frames = [framer.frame(block) for block in cutter.feed(data[encoding.mark :], last=len(data) < size)]
    frames = frames or [framer.frame(block) for block in cutter.finish()]
    return pl.concat(frames) if frames else pl.DataFrame(schema=LINES)


def content(part: Part, *, most: int = 2 << 30, warnings: list[str] | None = None) -> bytes:
    """Read a whole part, for tables: Parquet as it is, text as clean UTF-8 without a byte-order mark.

    Raises
    ------
    BadData
        If it has more than ``most`` bytes.
    """
    told: list[str] = [] if warnings is None else warnings
    pieces: list[bytes] = []
    total = 0
    with closing(part.open()) as stream:
        while piece := stream.read(PIECE * 16):
            total += len(piece)
            if total > most:
                raise BadData(
                    f"{part.name} has more than {size_in_words(most)} after unpacking",
                    expected=f"a table of at most {most} bytes",
                    hint="split it, or leave columns out",
                )
            pieces.append(piece)
        told.extend(getattr(stream, "warnings", []))
    data = b"".join(pieces)
    if data.startswith(b"PAR1"):
        return data
    encoding = recognise(data[:SAMPLE])
    data = data[encoding.mark :]
    if encoding.width > 1:
        data = encoding.utf8(data)
    elif not _is_utf8(data):
        data = encoding.utf8(data)
        instead = "as Windows-1252" if encoding.latin else r"\xNN"
        told.append(f"{part.name}: not UTF-8; read {instead} where it is not")
    if b"\0" in data:
        told.append(f"{part.name}: NUL bytes read \\x00")
        data = data.replace(b"\0", rb"\x00")
    return data.replace(b"\r", b"\n") if encoding.lone_returns else data


def _is_utf8(data: bytes) -> bool:
    """Check without keeping the text; ASCII is told four times quicker than by decoding."""
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
