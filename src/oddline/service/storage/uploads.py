"""What was uploaded, as one file again: read anywhere in the store, or written into a folder."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import select

from oddline.service.context import Service
from oddline.service.db.tables import Upload, UploadPart
from oddline.service.errors import Conflict, NotFound
from oddline.service.storage.store import Store

__all__ = ["Content", "content_of", "materialise", "opened"]

PIECE = 1 << 19
"""Bytes of a piece: many may download at once."""

READ_AHEAD = 1 << 18
"""Bytes that are fetched for a small read: whoever reads a directory of an archive reads many small things."""


@dataclass(frozen=True)
class Content:
    """The bytes of an upload: ``starts``, ``sizes`` and ``blobs`` are those of its parts, in order.

    ``modified`` is when the file was last changed where it came from, as a POSIX time.
    """

    store: Store
    name: str
    modified: float
    size: int
    starts: tuple[int, ...]
    sizes: tuple[int, ...]
    blobs: tuple[str, ...]

    def open(self) -> BinaryIO:
        """Open it for reading anywhere; nothing is copied."""
        return cast("BinaryIO", io.BufferedReader(_Parts(self), READ_AHEAD))

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give the bytes from ``start`` to before ``end`` piece by piece."""
        end = self.size if end is None else min(end, self.size)
        for begins, size, blob in zip(self.starts, self.sizes, self.blobs, strict=True):
            first, last = max(start, begins), min(end, begins + size)
            if first == begins and last == begins + size:
                yield from self.store.chunks(blob, PIECE)
            elif first < last:
                yield self.store.stretch(blob, first - begins, last - first)

    def at(self, position: int, length: int) -> bytes:
        """Give at most so many bytes at a place: never more than the part there has."""
        number = bisect_right(self.starts, position) - 1
        if number < 0 or position >= self.size:
            return b""
        inside = position - self.starts[number]
        return self.store.stretch(self.blobs[number], inside, min(length, self.sizes[number] - inside))


def content_of(service: Service, upload_id: str, workspace_id: str | None = None, *, whole: bool = True) -> Content:
    """Find the bytes of an upload.

    Parameters
    ----------
    workspace_id
        If given, an upload of another workspace is not found.
    whole
        Refuse an upload of which not all has arrived.

    Raises
    ------
    NotFound
        If there is no such upload.
    Conflict
        If it is not complete.
    """
    with service.reading() as db:
        upload = db.get(Upload, upload_id)
        if upload is None or (workspace_id is not None and upload.workspace_id != workspace_id):
            raise NotFound(f"no upload {upload_id}")
        if whole and upload.state != "complete":
            raise Conflict(f"the upload {upload_id} is not complete", hint="send the rest of it, or send it again")
        parts = db.scalars(select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.start)).all()
    return Content(
        service.store,
        upload.name,
        (upload.modified or upload.created).timestamp(),
        sum(part.size for part in parts),
        tuple(part.start for part in parts),
        tuple(part.size for part in parts),
        tuple(part.blob for part in parts),
    )


def opened(service: Service, upload_id: str, workspace_id: str | None = None) -> BinaryIO:
    """Open an upload for reading anywhere in it; what is read is fetched from the store.

    Raises
    ------
    NotFound, Conflict
        If it is not there, or not complete.
    """
    return content_of(service, upload_id, workspace_id).open()


def materialise(service: Service, upload_id: str, folder: Path, workspace_id: str | None = None) -> Path:
    """Write an upload into a folder under its own name, and give its path; a name that is taken gets a number.

    Raises
    ------
    NotFound, Conflict
        If it is not there, or not complete.
    """
    content = content_of(service, upload_id, workspace_id)
    path, file = _free(folder, content.name)
    with file:
        for piece in content.chunks():
            file.write(piece)
    # Some logs tell no year: it is told by when their file was last changed.
    os.utime(path, (content.modified, content.modified))
    return path


def _free(folder: Path, name: str) -> tuple[Path, BinaryIO]:
    """Create a file that was not there: ``app.log``, else ``app (2).log`` and so on."""
    stem, dot, suffix = name.rpartition(".")
    stem, tail = (stem, dot + suffix) if stem else (name, "")
    number, path = 1, folder / name
    while True:
        try:
            return path, path.open("xb")
        except FileExistsError:
            number += 1
            path = folder / f"{stem} ({number}){tail}"


class _Parts(io.RawIOBase):
    """The parts of an upload as one file."""

    def __init__(self, content: Content) -> None:
        super().__init__()
        self._content, self._position = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._content.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self._content.at(self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)
