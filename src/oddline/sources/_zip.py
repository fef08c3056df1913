"""The members of a zip archive (APPNOTE 6.3): which they are, and where the bytes of each begin."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from oddline.core.errors import BadData
from oddline.sources._names import shown
from oddline.sources._parts import Blob, Job
from oddline.sources._refusals import Encrypted, TooMuch
from oddline.sources._shelf import Member, Shelf

_METHODS = {0: "", 8: "deflate", 12: "bzip2", 93: "zstd"}
"""Compression methods of zip by number (APPNOTE 4.4.5) that we read."""


def zip_members(shelf: Shelf, blob: Blob, job: Job) -> Iterator[Member]:
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
            raise Encrypted(
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
        header = shelf.at(entry.header_offset, 30) if entry.header_offset >= 0 else b""
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            kind, header = "broken", bytes(30)
        start = entry.header_offset + 30 + sum(struct.unpack("<HH", header[26:30]))
        codec = _METHODS.get(entry.compress_type, "")
        yield Member(entry.filename, start, entry.compress_size, modified, codec, kind)


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
