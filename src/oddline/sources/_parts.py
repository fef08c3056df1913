"""Files into parts: compression unpacked, archives listed, what is no log refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from oddline.sources._compression import Decompressed
from oddline.sources._limits import Limits, Meter
from oddline.sources._refusals import LooksBinary
from oddline.sources._sniff import HEAD, Look, look
from oddline.sources._stream import Stream, fill
from oddline.sources.base import Part


@dataclass(frozen=True)
class Located(Part):
    """A part that knows where it is: ``key`` is the same for every way of writing its path."""

    key: str = ""


@dataclass(frozen=True)
class Job:
    """What one listing is held to, and what it has to say afterwards."""

    limits: Limits = field(default_factory=Limits)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Blob:
    """Bytes before anybody looked at them; ``open`` can be called again and again.

    ``path`` is told for a file on disk, ``anywhere`` by what can be read anywhere without being one.
    """

    name: str
    key: str
    open: Callable[[], Stream]
    size: int | None
    modified: float | None
    consumed: Callable[[], int]
    meter: Meter
    depth: int = 0
    path: Path | None = None
    anywhere: Callable[[], IO[bytes]] | None = None

    def head(self) -> bytes:
        """Read the first bytes."""
        with closing(self.open()) as stream:
            return fill(stream.as_binary(), HEAD)

    def part(self) -> Located:
        """Make it a part as it is."""
        opener = self.open
        return Located(self.name, lambda: opener().as_binary(), self.size, self.modified, self.consumed, self.key)

    def unpacked(self, codec: str) -> Blob:
        """Give the blob behind one layer of compression."""
        opener, name, meter = self.open, self.name, self.meter
        return replace(self, open=lambda: Decompressed(opener(), codec, name, meter), path=None, anywhere=None)


def parts_of(blob: Blob, job: Job) -> Iterator[Located]:
    """Look into a blob and give its part, or one a member if it is an archive.

    Raises
    ------
    BadData
        If it is binary (:class:`LooksBinary`), broken, or passes a limit (:class:`TooMuch`).
    """
    seen = look(blob.head())
    if seen.kind == "packed":
        blob = blob.unpacked(seen.what)
        seen = look(blob.head())
        if seen.kind in ("packed", "zip"):
            seen = Look("binary", f"a {seen.what or seen.kind} file packed twice", "unpack it once yourself")
    if seen.kind in ("zip", "tar"):
        from oddline.sources._archive import archive_parts

        yield from archive_parts(blob, seen.kind, job)
    elif seen.kind == "binary":
        raise LooksBinary(
            f"{blob.name} looks binary: {seen.what}",
            expected="text, or a table as CSV or Parquet",
            hint=seen.hint or "name the log files, or give a folder and leave the choice to Oddline",
        )
    else:
        yield blob.part()
