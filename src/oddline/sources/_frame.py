"""Blocks of whole lines into frames of ``schema.LINES``."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from polars.exceptions import ComputeError

from oddline.core.alike import ALIKE, digits_alike
from oddline.core.errors import BadData
from oddline.sources._cut import Block, line_bounds
from oddline.sources._decode import Encoding
from oddline.sources._limits import size_in_words

MOST_LINES = 2**32 - 1
"""What the column ``line`` can count."""

_HARMLESS = re.compile(rb"B(?!Zh)|[\x20-\x27\x29-\x37\x39-AC-GI-WY-gi-wy-\x7e]")
"""What may come first as it is: no compressed stream begins so. One of zlib begins with a byte that ends in 8."""


def split(data: bytes) -> pl.Series:
    r"""Split clean UTF-8 at line feeds, leaving out one carriage return before each.

    ``polars.read_lines`` does it five times quicker than ``str.split``, but is marked unstable, so this is
    its only use and ``split_slowly`` gives the same. It also unpacks bytes that begin like a zlib or gzip stream, which
    a hostile line can (``x^``): a line feed put first keeps it from that, where a stream could begin so at all.

    Raises
    ------
    polars.exceptions.ComputeError
        If the bytes are no UTF-8.
    """
    try:
        read_lines = pl.read_lines
    except AttributeError:
        return split_slowly(data)
    if _HARMLESS.match(data):
        return read_lines(data).to_series().alias("raw")
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


class Framer:
    """Makes frames of blocks, counting lines; remembers what to warn of."""

    def __init__(self, name: str, encoding: Encoding, *, alike: bool = False) -> None:
        self._name, self._encoding, self._count, self._alike = name, encoding, 0, alike
        self._unit = np.dtype(f"{'>' if encoding.name.endswith('be') else '<'}u{encoding.width}")
        self._bad = self._null = self._cut = 0
        self._dropped = 0

    def frame(self, block: Block) -> pl.DataFrame:
        """Make the frame of one block."""
        text, raw, clean = self._raw(block.data)
        if block.dropped:
            self._cut, self._dropped = self._cut + 1, self._dropped + block.dropped
        offsets = self._offsets(block.data, raw, clean)
        first = self._count + 1
        self._count += len(raw)
        if self._count > MOST_LINES:
            raise BadData(f"{self._name} has more than {MOST_LINES:,} lines", hint="split it")
        columns = {
            "line": pl.int_range(first, self._count + 1, dtype=pl.UInt32, eager=True),
            "offset": offsets + block.offset,
            "raw": raw,
        }
        if self._alike:
            columns[ALIKE] = split(digits_alike(text))
        return pl.DataFrame(columns).select(pl.lit(self._name, dtype=pl.Categorical()).alias("source"), *columns)

    def _raw(self, data: bytes) -> tuple[bytes, pl.Series, bool]:
        """Give clean text, its lines, and whether they have the bytes of the stream unchanged."""
        clean = self._encoding.width == 1
        if not clean:
            self._remember_bad(data)
            data = self._encoding.utf8(data)
        if b"\0" in data:
            self._null = self._null or self._count + 1 + data.count(b"\n", 0, data.index(b"\0"))
            data, clean = data.replace(b"\0", rb"\x00"), False
        try:
            return data, split(data), clean
        except ComputeError:
            self._remember_bad(data)
            text = self._encoding.utf8(data)
            return text, split(text), False

    def _remember_bad(self, data: bytes) -> None:
        """Remember the first line with bytes that cannot be read."""
        try:
            data.decode(self._encoding.name)
        except UnicodeDecodeError as error:
            good = data[: error.start].decode(self._encoding.name)
            self._bad = self._bad or self._count + 1 + good.count("\n")

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
            told.append(
                f"{self._name}: bytes that are no {self._encoding.name.upper()} read \\xNN, first in line {self._bad}"
            )
        if self._null:
            told.append(f"{self._name}: NUL bytes read \\x00, first in line {self._null}")
        if self._cut:
            told.append(
                f"{self._name}: {self._cut} line{'s' if self._cut > 1 else ''} too long, "
                f"cut short by {size_in_words(self._dropped)}"
            )
        return told
