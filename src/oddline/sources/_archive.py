"""The members of archives as parts: nothing is unpacked to disk under a member's name."""

from __future__ import annotations

import stat
import struct
import tempfile
import weakref
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

from oddline.core.errors import BadData, IOFailure
from oddline.sources._compression import Decompressed
from oddline.sources._names import shown, some
from oddline.sources._parts import Blob, Job, Located, parts_of
from oddline.sources._refusals import LooksBinary, TooMuch
from oddline.sources._stream import PIECE, Stream, Stretch, Tally
from oddline.sources._tar import members as tar_members

_SPOOL_MEMORY = 1 << 20
"""An archive inside a stream is kept in memory up to here, and then in an unnamed file."""

_METHODS = {0: "", 8: "deflate", 12: "bzip2", 93: "zstd"}
"""Compression methods of zip by number (APPNOTE 4.4.5) that we read."""


@dataclass(frozen=True)
class _Member:
    name: str
    start: int
    packed: int
    modified: float | None
    codec: str = ""
    kind: str = "file"


class _Encrypted(BadData):
    """An archive with a password."""


def archive_parts(blob: Blob, kind: str, job: Job) -> Iterator[Located]:
    """List the logs in an archive, and in the archives in it down to the limit on depth.

    Links, devices, hidden and binary members, and names that would lead out of a folder are passed over with a
    warning.

    Raises
    ------
    BadData
        If it is broken, encrypted, passes a limit, or is nested too deep.
    """
    if blob.depth > job.limits.depth:
        raise BadData(
            f"{blob.name} is an archive inside an archive inside an archive",
            expected=f"a depth of at most {job.limits.depth}",
            hint="unpack the outer one, and give the folder",
        )
    shelf = _shelf(blob, job)
    listed = _zip_members(shelf, blob, job) if kind == "zip" else _tar_members(shelf)
    passed: dict[str, list[str]] = {}
    count = 0
    for member in listed:
        count += 1
        if count > job.limits.members:
            raise TooMuch(
                f"{blob.name} has more than {job.limits.members:,} members",
                expected=f"at most {job.limits.members}",
                hint="unpack it, and give the folder",
            )
        why = _reason_to_pass(member)
        if not why:
            try:
                yield from parts_of(_member_blob(member, shelf, blob), job)
                continue
            except (TooMuch, _Encrypted):
                raise
            except LooksBinary:
                why = "binary"
            except BadData as error:
                why = "unreadable"
                job.warnings.append(error.found)
        if why != "folder":
            passed.setdefault(why, []).append(shown(member.name))
    job.warnings.extend(
        f"{blob.name}: passed over {len(names)} {why} ({some(names)})" for why, names in sorted(passed.items())
    )


def _reason_to_pass(member: _Member) -> str:
    """Say why a member is no log; nothing if it may be one."""
    path = PurePosixPath(member.name)
    if member.kind != "file":
        return member.kind
    if path.is_absolute() or ".." in path.parts or PureWindowsPath(member.name).drive or "\\" in member.name:
        return "with an unsafe name"
    if any(piece.startswith(".") for piece in path.parts) or "__MACOSX" in path.parts:
        return "hidden"
    return "" if member.packed else "empty"


def _member_blob(member: _Member, shelf: _Shelf, archive: Blob) -> Blob:
    """Give a member as something that can be opened."""
    tally, name = Tally(), f"{archive.name}/{shown(member.name)}"

    def opener() -> Stream:
        stretch = shelf.stretch(member.start, member.packed, tally)
        return Decompressed(stretch, member.codec, name, archive.meter) if member.codec else stretch

    return replace(
        archive,
        name=name,
        key=f"{archive.key}\0{member.name}\0{member.start}",
        open=opener,
        size=member.packed,
        modified=member.modified,
        consumed=tally,
        depth=archive.depth + 1,
        path=None,
    )


class _Shelf:
    """An archive that can be read anywhere: a file on disk, or one that we filled from a stream."""

    def __init__(self, opener: Callable[[], IO[bytes]], *, owned: bool) -> None:
        self.open, self._owned = opener, owned

    def stretch(self, start: int, length: int, tally: Tally) -> Stretch:
        """Open a part of it."""
        return Stretch(self.open, start, length, owned=self._owned, tally=tally)

    def done(self, file: IO[bytes]) -> None:
        """Close what ``open`` gave, unless others read it too."""
        if self._owned:
            file.close()

    def at(self, start: int, length: int) -> bytes:
        """Read a few bytes."""
        with closing(self.stretch(start, length, Tally())) as stream:
            return stream.read(length)


def _shelf(blob: Blob, job: Job) -> _Shelf:
    """Make an archive readable anywhere; one inside a stream is copied to an unnamed temporary file."""
    if blob.path is not None:
        path = blob.path
        return _Shelf(lambda: path.open("rb"), owned=True)
    spool = tempfile.SpooledTemporaryFile(_SPOOL_MEMORY)  # noqa: SIM115 - closed with the shelf
    shelf = _Shelf(lambda: spool, owned=False)
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


def _tar_members(shelf: _Shelf) -> Iterator[_Member]:
    file = shelf.open()
    try:
        for member in tar_members(file):
            yield _Member(member.name, member.start, member.size, member.modified, kind=member.kind)
    finally:
        shelf.done(file)


def _zip_members(shelf: _Shelf, blob: Blob, job: Job) -> Iterator[_Member]:
    """List a zip archive; where the bytes of a member begin is told by its own header (APPNOTE 4.3.7)."""
    file = shelf.open()
    try:
        _check_directory(file, blob, job)
        try:
            entries = zipfile.ZipFile(file).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
            raise BadData(f"{blob.name} is a broken zip archive ({error})", hint="copy or fetch it again") from error
    finally:
        shelf.done(file)
    for entry in entries:
        if entry.flag_bits & 1:
            raise _Encrypted(
                f"{blob.name} is encrypted: {shown(entry.filename)} needs a password",
                expected="an archive without one",
                hint="unpack it yourself, and give the folder",
            )
        mode = entry.external_attr >> 16
        kind = "folder" if entry.is_dir() else "link" if stat.S_ISLNK(mode) else "file"
        if entry.compress_type not in _METHODS:
            kind = f"packed in a way that we do not read ({entry.compress_type})"
        try:
            modified = datetime(*entry.date_time, tzinfo=UTC).timestamp()
        except ValueError:
            modified = None
        header = shelf.at(entry.header_offset, 30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            kind, header = "broken", bytes(30)
        start = entry.header_offset + 30 + sum(struct.unpack("<HH", header[26:30]))
        codec = _METHODS.get(entry.compress_type, "")
        yield _Member(entry.filename, start, entry.compress_size, modified, codec, kind)


def _check_directory(file: IO[bytes], blob: Blob, job: Job) -> None:
    """Refuse a directory too large for the limit on members before it is taken into memory.

    Its size stands in the end record (APPNOTE 4.3.16), which is among the last 64 KiB.
    """
    end = file.seek(0, 2)
    file.seek(max(0, end - (1 << 16) - 22))
    tail = file.read()
    at, at64 = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if size == 0xFFFFFFFF and at64 >= 0:
        size = int.from_bytes(tail[at64 + 40 : at64 + 48], "little")
    if size > job.limits.members * 1024:
        raise TooMuch(
            f"{blob.name} lists more members than the limit of {job.limits.members:,} allows",
            hint="unpack it, and give the folder",
        )
