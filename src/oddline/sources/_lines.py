"""Parts into frames of lines, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import polars as pl
from polars.exceptions import ComputeError

from oddline.core.errors import BadData
from oddline.core.schema import LINES
from oddline.sources._cut import Block, Cutter, line_bounds
from oddline.sources._decode import SAMPLE, Encoding, recognise
from oddline.sources._limits import size_in_words
from oddline.sources._stream import PIECE, fill
from oddline.sources.base import Part

CHUNK_BYTES = 16 << 20
"""Bytes read at once. Measured on 156 MB of HDFS lines: 16 MiB is as quick as 64 MiB, at a quarter of the memory."""

LINE_BYTES = 1 << 20
"""The longest line that is kept whole, in bytes of the stream."""

MOST_LINES = 2**32 - 1


def lines(
    part: Part,
    *,
    chunk_bytes: int = CHUNK_BYTES,
    line_bytes: int = LINE_BYTES,
    warnings: list[str] | None = None,
) -> Iterator[pl.DataFrame]:
    r"""Read a part as frames of ``schema.LINES``, each of whole lines.

    A line ends with ``\n`` or ``\r\n``, or with ``\r`` where the first MiB has no ``\n`` at all. An empty line
    is a line; an empty part gives no frame. ``offset`` is the place of the line in the bytes that ``part.open()`` gives.
    A line beyond ``line_bytes`` keeps its beginning and says how much was left out.

    Parameters
    ----------
    warnings
        Receives a sentence for each thing that a reader of the result should know: a truncated stream, bytes
        that are no UTF-8, lines cut short.

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
        data = fill(stream, SAMPLE)
        encoding = recognise(data)
        cutter, framer = Cutter(encoding, line_bytes), _Framer(part.name, encoding)
        data = data[encoding.mark :]
        while data:
            yield from map(framer.frame, cutter.feed(data))
            data = fill(stream, chunk_bytes)
        yield from map(framer.frame, cutter.finish())
        told.extend(getattr(stream, "warnings", []))
        told.extend(framer.warnings())


def sample(part: Part, *, size: int = 1 << 20) -> pl.DataFrame:
    """Read the whole lines among the first bytes of a part, as ``schema.LINES``.

    A part without a line end in there gives its beginning as one line. A pipe can be opened again afterwards.
    """
    with closing(part.open()) as stream:
        data = fill(stream, max(4, min(size, SAMPLE) // 4 * 4))
    encoding = recognise(data)
    cutter, framer = Cutter(encoding, LINE_BYTES), _Framer(part.name, encoding)
    frames = [framer.frame(block) for block in cutter.feed(data[encoding.mark :])]
    frames = frames or [framer.frame(block) for block in cutter.finish()]
    return pl.concat(frames) if frames else pl.DataFrame(schema=LINES)


def content(part: Part, *, most: int = 4 << 30, warnings: list[str] | None = None) -> bytes:
    """Read a whole part, for tables: Parquet as it is, text as clean UTF-8 without a byte-order mark.

    Raises
    ------
    BadData
        If it has more than ``most`` bytes.
    """
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
        if warnings is not None:
            warnings.extend(getattr(stream, "warnings", []))
    data = b"".join(pieces)
    if data.startswith(b"PAR1"):
        return data
    encoding = recognise(data[:SAMPLE])
    data = data[encoding.mark :]
    if encoding.width > 1 or not _is_utf8(data):
        data = encoding.utf8(data)
    if b"\0" in data:
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


def split(data: bytes) -> pl.Series:
    r"""Split clean UTF-8 at line feeds, leaving out one carriage return before each.

    ``polars.read_lines`` does it five times quicker than ``str.split``, but is marked unstable, so this is
    its only use and ``split_slowly`` gives the same. It also unpacks bytes that begin like a zlib or gzip stream, which
    a hostile line can (``x^``): the line feed put first keeps it from that.

    Raises
    ------
    polars.exceptions.ComputeError
        If the bytes are no UTF-8.
    """
    try:
        read_lines = pl.read_lines
    except AttributeError:
        return split_slowly(data)
    return read_lines(b"\n" + data).to_series().slice(1).alias("raw")


def split_slowly(data: bytes) -> pl.Series:
    """Do as ``split`` without Polars' help."""
    try:
        rows = data.decode().split("\n")
    except UnicodeDecodeError as error:
        raise ComputeError("invalid utf8") from error
    if not rows[-1]:
        rows.pop()
    return pl.Series("raw", rows, dtype=pl.String).str.strip_suffix("\r")


class _Framer:
    """Makes frames of blocks, counting lines; remembers what to warn of."""

    def __init__(self, name: str, encoding: Encoding) -> None:
        self._name, self._encoding, self._count = name, encoding, 0
        self._unit = np.dtype(f"{'>' if encoding.name.endswith('be') else '<'}u{encoding.width}")
        self._bad = self._null = self._cut = 0
        self._dropped = 0

    def frame(self, block: Block) -> pl.DataFrame:
        """Make the frame of one block."""
        raw, clean = self._raw(block.data)
        if block.dropped:
            self._cut, self._dropped = self._cut + 1, self._dropped + block.dropped
        offsets = self._offsets(block.data, raw, clean)
        first = self._count + 1
        self._count += len(raw)
        if self._count > MOST_LINES:
            raise BadData(f"{self._name} has more than {MOST_LINES:,} lines", hint="split it")
        return pl.DataFrame(
            {
                "line": pl.int_range(first, self._count + 1, dtype=pl.UInt32, eager=True),
                "offset": offsets + block.offset,
                "raw": raw,
            }
        ).select(pl.lit(self._name, dtype=pl.Categorical()).alias("source"), "line", "offset", "raw")

    def _raw(self, data: bytes) -> tuple[pl.Series, bool]:
        """Give the lines, and whether they have the bytes of the stream unchanged."""
        clean = self._encoding.width == 1
        if not clean:
            data = self._encoding.utf8(data)
        if b"\0" in data:
            self._null = self._null or self._line_of(data, data.index(b"\0"))
            data, clean = data.replace(b"\0", rb"\x00"), False
        try:
            return split(data), clean
        except ComputeError:
            try:
                data.decode()
            except UnicodeDecodeError as error:
                self._bad = self._bad or self._line_of(data, error.start)
            return split(self._encoding.utf8(data)), False

    def _line_of(self, data: bytes, at: int) -> int:
        return self._count + 1 + data.count(b"\n", 0, at)

    def _offsets(self, data: bytes, raw: pl.Series, clean: bool) -> pl.Series:
        """Give the place of each line in the block: from the lengths of the lines if they are as they were."""
        if clean:
            lengths = raw.str.len_bytes().cast(pl.UInt64)
            total = int(lengths.sum()) + (0 if data.endswith(b"\n") else -1)
            for end in (1, 2):
                if total + end * len(raw) == len(data) and (end == 1 or data.endswith(b"\r\n")):
                    return (lengths + end).cum_sum().shift(1, fill_value=0)
        starts, _ = line_bounds(data, self._unit)
        return pl.Series("offset", starts.astype(np.uint64))

    def warnings(self) -> list[str]:
        """Say what a reader of the result should know, a sentence a kind."""
        told = []
        if self._bad and self._encoding.latin:
            told.append(f"{self._name}: not UTF-8, from line {self._bad} on; read as Windows-1252 where it is not")
        elif self._bad:
            told.append(f"{self._name}: bytes that are no UTF-8 read \\xNN, first in line {self._bad}")
        if self._null:
            told.append(f"{self._name}: NUL bytes read \\x00, first in line {self._null}")
        if self._cut:
            told.append(
                f"{self._name}: {self._cut} line{'s' if self._cut > 1 else ''} too long, "
                f"cut short by {size_in_words(self._dropped)}"
            )
        return told
