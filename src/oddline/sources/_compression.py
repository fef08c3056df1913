"""Decompression that reads in bounded pieces, stops bombs, and keeps what a broken stream still gives."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

import zstandard

from oddline.core.errors import BadData
from oddline.sources._limits import Meter, size_in_words
from oddline.sources._stream import PIECE, Stream

BLOCK = 1 << 17
"""Packed bytes read at once."""

STEP = 2048
"""Packed bytes given to a codec at once.

What it unpacked of them is lost if it then finds an error; and zstandard cannot bound its output, which from so
many bytes (blocks of 128 KiB from 4 bytes each) is at most 64 MiB.
"""

XZ_MEMORY = 512 << 20
"""Memory that an xz stream may ask for; ``xz -9`` needs 65 MiB, a hostile header could ask for 4 GiB."""


class Codec(Protocol):
    """What the decompressors of ``bz2`` and ``lzma`` look like; the others are fitted to it."""

    @property
    def eof(self) -> bool:
        """True after the end-of-stream marker."""

    @property
    def needs_input(self) -> bool:
        """True if more output needs more input."""

    @property
    def unused_data(self) -> bytes:
        """What came after the end-of-stream marker."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Take input, give output."""


class _Inflate:
    """zlib in the shape of :class:`Codec`."""

    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)
        self.needs_input = True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        output = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self.needs_input = not self._inner.unconsumed_tail and len(output) < max_length
        return output

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


class _Zstandard:
    """zstandard in the shape of :class:`Codec`; it takes all input at once and cannot bound its output."""

    needs_input = True

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor().decompressobj()

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(data)

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


CODECS: dict[str, tuple[Callable[[], Codec], tuple[bytes, ...]]] = {
    "gzip": (lambda: _Inflate(31), (b"\x1f\x8b",)),
    "bzip2": (bz2.BZ2Decompressor, (b"BZh",)),
    "xz": (lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY), (b"\xfd7zXZ\x00",)),
    "zstd": (
        _Zstandard,
        # A frame, or a skippable frame, as parallel compressors put first.
        (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + low]) + b"\x2a\x4d\x18" for low in range(16))),
    ),
    "deflate": (lambda: _Inflate(-15), ()),
}
"""How to make a decompressor, and how a stream that it reads begins. ``deflate`` lives inside zip only."""

_ERRORS = (zlib.error, OSError, lzma.LZMAError, zstandard.ZstdError, EOFError, ValueError)


class Decompressed(Stream):
    """The unpacked bytes of a packed stream, with as many streams as were joined end to end.

    Raises
    ------
    BadData
        While reading: if a limit is passed, or if the stream is broken before it gave one byte. Broken
        later, it ends there and says so in ``warnings``, so that nothing that could be read is lost.
    """

    def __init__(self, inner: Stream, codec: str, name: str, meter: Meter) -> None:
        super().__init__()
        self._inner, self._name, self._format, self._meter = inner, name, codec, meter
        self._make, self._magic = CODECS[codec]
        self._codec = self._make()
        self._packed = b""
        self._produced, self._ready, self._done = 0, b"", False
        meter.restart(name)

    def piece(self, size: int) -> bytes:
        """Unpack on."""
        while not self._ready and not self._done:
            try:
                self._ready = self._unpack(min(size, PIECE))
            except _ERRORS as error:
                self._broken("damaged", str(error))
            self._produced += len(self._ready)
            self._meter.add(self._name, len(self._ready))
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    @property
    def waiting(self) -> int:
        """Packed bytes that were read ahead and are not unpacked yet."""
        return len(self._packed)

    def _unpack(self, size: int) -> bytes:
        if self._codec.eof:
            return self._next_stream(size)
        if not self._codec.needs_input:
            return self._codec.decompress(b"", size)
        self._packed = self._packed or self._inner.piece(BLOCK)
        if not self._packed:
            self._broken("truncated", "it ends before its end mark")
            return b""
        step, self._packed = self._packed[:STEP], self._packed[STEP:]
        return self._codec.decompress(step, size)

    def _next_stream(self, size: int) -> bytes:
        """Go on with what follows the end mark: another stream, padding with zeros, or nothing."""
        rest = (self._codec.unused_data + self._packed).lstrip(b"\0")
        while len(rest) < 8 and (more := self._inner.piece(BLOCK)):
            rest = (rest + more).lstrip(b"\0")
        if rest.startswith(self._magic) and self._magic:
            self._codec, self._packed = self._make(), rest
            return self._unpack(size)
        self._done = True
        if rest and self._magic:
            self.warnings.append(f"{self._name}: what follows the end of the {self._format} stream was left out")
        return b""

    def _broken(self, how: str, why: str) -> None:
        """End here: with a warning if something was read, with an error if nothing was."""
        self._done = True
        if not self._produced:
            raise BadData(
                f"{self._name} is {how}: nothing could be unpacked from its {self._format} stream ({why})",
                hint="copy or fetch it again",
            )
        self.warnings.append(
            f"{self._name}: {how}: its {self._format} stream could be read only in part "
            f"({size_in_words(self._produced)} unpacked; {why})"
        )

    def close(self) -> None:
        """Close the packed stream as well."""
        if inner := getattr(self, "_inner", None):
            inner.close()
        super().close()
