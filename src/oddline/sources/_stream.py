"""Streams of bytes that come in pieces: from a disk, from a pipe, from a stretch of an archive."""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import IO, BinaryIO, cast

from oddline.core.errors import IOFailure

PIECE = 1 << 20
"""How many bytes are asked for at once when somebody wants all of them."""


class Stream(io.RawIOBase):
    """A stream that a subclass feeds by ``piece``; ``warnings`` tells what went wrong without ending it."""

    def __init__(self) -> None:
        super().__init__()
        self.warnings: list[str] = []

    @abstractmethod
    def piece(self, size: int) -> bytes:
        """Give between 1 and ``size`` bytes, or none at the end."""

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Give at most ``size`` bytes, as a raw stream does: fewer do not mean the end, none do."""
        if size is None or size < 0:
            return self.readall()
        return self.piece(size) if size else b""

    def readall(self) -> bytes:
        """Give everything up to the end."""
        return b"".join(iter(lambda: self.piece(PIECE), b""))

    def readinto(self, buffer: object) -> int:
        """Fill a buffer with at most as many bytes as fit."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def as_binary(self) -> BinaryIO:
        """Give this stream under the name that the interfaces use; ``RawIOBase`` is one in all but name."""
        return cast("BinaryIO", self)


def fill(stream: BinaryIO, size: int) -> bytes:
    """Read until there are ``size`` bytes or the stream ends.

    Examples
    --------
    >>> fill(io.BytesIO(b"abc"), 2)
    b'ab'
    """
    first = stream.read(size)
    if not first or len(first) == size:
        return first
    pieces, missing = [first], size - len(first)
    while missing and (more := stream.read(missing)):
        pieces.append(more)
        missing -= len(more)
    return b"".join(pieces)


def refill(stream: BinaryIO, buffer: bytearray) -> int:
    r"""Read into a buffer until it is full or the stream ends, and tell how much that was.

    Who reads much has the same memory all the time: memory that is new to a process costs more than reading does.

    Examples
    --------
    >>> buffer = bytearray(4)
    >>> refill(io.BytesIO(b"abc"), buffer), buffer
    (3, bytearray(b'abc\x00'))
    """
    end = 0
    with memoryview(buffer) as view:
        while end < len(buffer):
            with view[end:] as left:
                count = _into(stream, left)
            if not count:
                break
            end += count
    return end


def _into(stream: BinaryIO, buffer: memoryview) -> int:
    if isinstance(stream, Disk):
        return stream.readinto(buffer)
    piece = stream.read(min(PIECE, len(buffer)))
    buffer[: len(piece)] = piece
    return len(piece)


class Tally:
    """Counts the bytes on disk that were read so far, for whoever draws the progress bar."""

    def __init__(self) -> None:
        self.position = 0

    def __call__(self) -> int:
        return self.position


class Disk(Stream):
    """A file, read without a buffer of its own: every reader here asks for large pieces."""

    def __init__(self, path: Path, tally: Tally) -> None:
        super().__init__()
        self._path, self._tally = path, tally
        self._file = path.open("rb", buffering=0)
        tally.position = 0

    def piece(self, size: int) -> bytes:
        """Read on."""
        try:
            data = self._file.read(size) or b""
        except OSError as error:
            raise self._broke_off(error) from error
        self._tally.position += len(data)
        return data

    def readinto(self, buffer: object) -> int:
        """Read on into the memory of who asks, which saves a copy."""
        try:
            count = self._file.readinto(buffer) or 0  # type: ignore[arg-type]
        except OSError as error:
            raise self._broke_off(error) from error
        self._tally.position += count
        return count

    def _broke_off(self, error: OSError) -> IOFailure:
        return IOFailure(f"{self._path} broke off while it was read: {error.strerror}")

    def close(self) -> None:
        """Close the file."""
        if file := getattr(self, "_file", None):
            file.close()
        super().close()


class Stretch(Stream):
    """Bytes ``start`` to ``start + length`` of something seekable; ``owned`` closes it in the end."""

    def __init__(
        self, opener: Callable[[], IO[bytes]], start: int, length: int, *, name: str, owned: bool, tally: Tally
    ) -> None:
        super().__init__()
        self._file, self._owned, self._tally, self._name = opener(), owned, tally, name
        self._start, self._length, self._position = start, length, 0
        tally.position = 0

    def piece(self, size: int) -> bytes:
        """Read on; the place is looked up each time, because others may share the file."""
        size = min(size, self._length - self._position)
        if size <= 0:
            return b""
        try:
            self._file.seek(self._start + self._position)
            data = self._file.read(size)
        except OSError as error:
            raise IOFailure(f"{self._name} broke off while it was read: {error.strerror}") from error
        if not data:
            self._length = self._position
            self.warnings.append(f"{self._name}: truncated: its archive ends before it does")
        self._position += len(data)
        self._tally.position = self._position
        return data

    def close(self) -> None:
        """Close the file if it is ours alone."""
        if getattr(self, "_owned", False):
            self._file.close()
        super().close()
