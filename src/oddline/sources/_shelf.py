"""Archives that can be read anywhere, and what is found in them."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from oddline.core.errors import IOFailure
from oddline.sources._parts import Blob, Job
from oddline.sources._refusals import TooMuch
from oddline.sources._stream import PIECE, Stretch, Tally

_SPOOL_MEMORY = 1 << 20
"""An archive inside a stream is kept in memory up to here, and then in an unnamed file."""


@dataclass(frozen=True)
class Member:
    name: str
    start: int
    packed: int
    modified: float | None
    codec: str = ""
    kind: str = "file"


class Shelf:
    """An archive that can be read anywhere: a file on disk, or one that we filled from a stream."""

    def __init__(self, opener: Callable[[], IO[bytes]], *, owned: bool) -> None:
        self.open, self._owned = opener, owned

    def stretch(self, name: str, start: int, length: int, tally: Tally) -> Stretch:
        """Open a part of it."""
        return Stretch(self.open, start, length, name=name, owned=self._owned, tally=tally)

    def done(self, file: IO[bytes]) -> None:
        """Close what ``open`` gave, unless others read it too."""
        if self._owned:
            file.close()

    def at(self, start: int, length: int) -> bytes:
        """Read a few bytes."""
        with closing(self.stretch("the archive", start, length, Tally())) as stream:
            return stream.read(length)


def shelf_of(blob: Blob, job: Job) -> Shelf:
    """Make an archive readable anywhere; one inside a stream is copied to an unnamed temporary file."""
    if blob.path is not None:
        path = blob.path
        return Shelf(lambda: path.open("rb"), owned=True)
    if blob.anywhere is not None:
        return Shelf(blob.anywhere, owned=True)
    spool = tempfile.SpooledTemporaryFile(_SPOOL_MEMORY)  # noqa: SIM115 - closed with the shelf
    shelf = Shelf(lambda: spool, owned=False)
    weakref.finalize(shelf, spool.close)
    copied = 0
    with closing(blob.open()) as stream:
        while piece := stream.read(PIECE):
            copied += len(piece)
            if copied > job.limits.unpacked:
                raise TooMuch(f"{blob.name} is larger than the limit of {job.limits.unpacked} bytes")
            try:
                spool.write(piece)
            except OSError as error:
                raise IOFailure(
                    f"no room to unpack {blob.name}: {error.strerror}", hint="set TMPDIR to a larger disk"
                ) from error
        job.warnings.extend(stream.warnings)
    return shelf
