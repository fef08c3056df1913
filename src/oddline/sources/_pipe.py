"""A pipe: it can be read once, so its beginning is remembered for whoever looked at it first."""

from __future__ import annotations

import weakref
from typing import Any

from oddline.core.errors import IOFailure
from oddline.sources._limits import Limits, Meter
from oddline.sources._parts import Blob
from oddline.sources._stream import Stream

REMEMBERED = 16 << 20
"""Bytes of the beginning that are kept: enough to guess a format and then read from the start."""


class Pipe:
    """A pipe that several readers may open one after the other, as long as none went past what is remembered."""

    def __init__(self, file: Any, name: str, *, owned: bool = True) -> None:
        self.file, self.name = file, name
        self.position, self.start = 0, bytearray()
        # Unbuffered files give what is there; buffered ones would wait for the whole size with ``read``.
        self.read = getattr(file, "read1", file.read)
        if owned:
            weakref.finalize(self, file.close)

    def blob(self, limits: Limits) -> Blob:
        """Give the pipe as something that can be opened."""
        return Blob(
            self.name,
            f"pipe:{self.name}",
            lambda: _Reader(self),
            None,
            None,
            lambda: self.position,
            Meter(self.name, limits, lambda: self.position),
        )


class _Reader(Stream):
    """Reads what is remembered, then the pipe itself."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe, self._position = pipe, 0

    def piece(self, size: int) -> bytes:
        """Read on, as much as is there.

        Raises
        ------
        IOFailure
            If another reader took bytes that are no longer remembered.
        """
        pipe = self._pipe
        if self._position < len(pipe.start):
            data = bytes(pipe.start[self._position : self._position + size])
        elif self._position < pipe.position:
            raise IOFailure(f"{pipe.name} is a pipe and was read once already", hint="save it to a file, and give that")
        else:
            try:
                data = pipe.read(size) or b""
            except OSError as error:
                raise IOFailure(f"{pipe.name} broke off while it was read: {error.strerror}") from error
            if len(pipe.start) == pipe.position:
                pipe.start += data[: REMEMBERED - len(pipe.start)]
            pipe.position += len(data)
        self._position += len(data)
        return data
