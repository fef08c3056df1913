"""Pieces of any size into blocks of whole lines, with lines beyond a cap cut short.

Nothing here depends on where the pieces were cut: the same bytes give the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oddline.sources._decode import Encoding
from oddline.sources._limits import size_in_words


@dataclass(frozen=True)
class Block:
    """Whole lines in the encoding of the stream, and the bytes of the stream before them.

    ``dropped`` is 0, or the bytes left out of the single long line that the block then holds.
    """

    data: bytes
    offset: int
    dropped: int = 0


class Cutter:
    r"""Takes the bytes of a stream in pieces (of whole code units) and gives them back as blocks.

    Examples
    --------
    >>> cutter = Cutter(Encoding(), line_bytes=1 << 20)
    >>> [block.data for piece in (b"a\nb", b"c\nd") for block in cutter.feed(piece)]
    [b'a\n', b'bc\n']
    >>> [block.data for block in cutter.finish()]
    [b'd']
    """

    def __init__(self, encoding: Encoding, line_bytes: int) -> None:
        self._encoding, self._most = encoding, max(line_bytes, 16)
        self._feed, self._return = encoding.encode("\n"), encoding.encode("\r")
        order = ">" if encoding.name.endswith("be") else "<"
        self._unit = np.dtype(f"{order}u{encoding.width}")
        self._offset = encoding.mark
        self._pending = bytearray()
        self._skipped = 0  # length so far of a line beyond the cap; its beginning stays in _pending
        self._last = b""

    def feed(self, data: bytes | bytearray, *, last: bool = False) -> Iterator[Block]:
        """Take a piece; give the lines that it completes. The ``last`` one completes every line.

        Nothing of it is kept but copies: it may be a buffer that is filled again.
        """
        if self._encoding.lone_returns:
            data = self._returns_to_feeds(data)
        if self._skipped:
            end = self._find(data)
            if end < 0:
                self._skip(data)
                return
            self._skip(data[:end])
            yield self._long(bytes(self._pending), self._skipped, self._last, len(self._feed))
            self._pending, self._skipped, data = bytearray(), 0, data[end + len(self._feed) :]
        end = len(data) if last else self._find_last(data)
        if end:
            yield from self._split(b"".join((self._pending, memoryview(data)[:end])))
            self._pending = bytearray()
        self._pending += data[end:]
        if len(self._pending) > self._most:
            self._skipped, self._last = len(self._pending), bytes(self._pending[-len(self._feed) :])
            del self._pending[self._most :]

    def finish(self) -> Iterator[Block]:
        """Give the last line, if the stream did not end with a line end."""
        if self._skipped:
            yield self._long(bytes(self._pending), self._skipped, self._last, 0)
        elif self._pending:
            yield from self._split(bytes(self._pending))
        self._pending, self._skipped = bytearray(), 0

    def _skip(self, data: bytes | bytearray) -> None:
        self._skipped += len(data)
        self._last = bytes(data[-len(self._feed) :]) or self._last

    def _returns_to_feeds(self, data: bytes | bytearray) -> bytes:
        if self._encoding.width == 1:
            return bytes(data.replace(b"\r", b"\n"))
        whole = len(data) // self._encoding.width * self._encoding.width
        units = np.frombuffer(data[:whole], dtype=self._unit)
        return np.where(units == 13, 10, units).astype(self._unit).tobytes() + data[whole:]

    def _find(self, data: bytes | bytearray, start: int = 0) -> int:
        found = data.find(self._feed, start)
        while found % self._encoding.width and found >= 0:
            found = data.find(self._feed, found + 1)
        return found

    def _find_last(self, data: bytes | bytearray) -> int:
        """Tell where the last line end ends; 0 without one."""
        found = data.rfind(self._feed)
        while found % self._encoding.width and found >= 0:
            found = data.rfind(self._feed, 0, found + len(self._feed) - 1)
        return found + len(self._feed) if found >= 0 else 0

    def _split(self, data: bytes) -> Iterator[Block]:
        """Give whole lines as one block, or as several around lines beyond the cap."""
        done = 0
        for start, stop in self._beyond(data):
            if start > done:
                yield self._block(data[done:start])
            end = min(stop + len(self._feed), len(data))
            line = data[start:stop]
            yield self._long(line[: self._most], len(line), line[-len(self._feed) :], end - stop)
            done = end
        if done < len(data):
            yield self._block(data[done:] if done else data)

    def _beyond(self, data: bytes) -> list[tuple[int, int]]:
        """Find the lines beyond the cap.

        Mostly there is none, and a few probes tell: such a line holds a whole aligned stretch of half the
        cap without a line end.
        """
        half = self._most // 2
        if self._encoding.width == 1 and all(
            data.find(b"\n", start, start + half) >= 0 for start in range(0, len(data), half)
        ):
            return []
        starts, stops = line_bounds(data, self._unit)
        beyond = np.flatnonzero(stops - starts > self._most)
        return [(int(starts[row]), int(stops[row])) for row in beyond]

    def _block(self, data: bytes) -> Block:
        block = Block(data, self._offset)
        self._offset += len(data)
        return block

    def _long(self, kept: bytes, length: int, last: bytes, end: int) -> Block:
        """Make the block of a line beyond the cap from its beginning, its length and its last code unit."""
        content = length - (len(last) if last == self._return else 0)
        kept = _whole_characters(kept[: min(content, self._most)], self._encoding.name)
        dropped = content - len(kept)
        if dropped:
            kept += self._encoding.encode(f" …[truncated {size_in_words(dropped)}]")
        block = Block(kept + self._feed, self._offset, dropped)
        self._offset += length + end
        return block


def line_bounds(data: bytes, unit: np.dtype[np.unsignedinteger]) -> tuple[npt.NDArray[np.int64], ...]:
    r"""Tell where each line starts and where its content stops (before the line feed), in bytes.

    Examples
    --------
    >>> [bounds.tolist() for bounds in line_bounds(b"ab\n\nc", np.dtype("u1"))]
    [[0, 3, 4], [2, 3, 5]]
    """
    width = unit.itemsize
    units = np.frombuffer(data[: len(data) // width * width] if len(data) % width else data, dtype=unit)
    feeds = np.flatnonzero(units == 10) * width
    starts = np.concatenate([[0], feeds + width])
    stops = np.concatenate([feeds, [len(data)]])
    if starts[-1] == len(data):
        starts, stops = starts[:-1], stops[:-1]
    return starts.astype(np.int64), stops.astype(np.int64)


def _whole_characters(data: bytes, encoding: str) -> bytes:
    """Leave out a character that the cut went through."""
    if encoding in {"utf-16-le", "utf-16-be"}:
        high = data[-1:] if encoding.endswith("le") else data[-2:-1]
        return data[:-2] if b"\xd8" <= high <= b"\xdb" else data
    if encoding == "utf-8":
        for back in range(1, min(4, len(data)) + 1):
            byte = data[-back]
            if byte >= 0xC0:
                needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
                return data[:-back] if needed > back else data
            if byte < 0x80:
                break
    return data
