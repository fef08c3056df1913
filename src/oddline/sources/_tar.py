"""The members of a tar archive, read header by header.

Our own reading and not :mod:`tarfile`'s, because that one takes hostile headers of any size into memory, and
because logs are wanted from an archive that breaks off half-way too. Format: POSIX.1-2001 (ustar, pax)
and the long names of GNU tar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

BLOCK = 512
_LONGEST = 64 << 10
"""Bytes of an extended header that are read: a path, and little else."""


@dataclass(frozen=True)
class TarMember:
    """One entry: a regular file if ``kind`` is ``file``, else what it is instead."""

    name: str
    start: int
    size: int
    modified: float
    kind: str = "file"


_KINDS = {
    b"0": "file", b"\0": "file", b"7": "file", b"5": "folder", b"1": "link", b"2": "link",
    b"3": "device", b"4": "device", b"6": "device", b"S": "sparse file",
}  # fmt: skip


def is_tar(head: bytes) -> bool:
    """Tell whether these bytes begin a tar archive: the checksum of the first header is right.

    Examples
    --------
    >>> is_tar(b"x" * 512)
    False
    """
    header = head[:BLOCK]
    if len(header) < BLOCK or not header[0]:
        return False
    stated = _number(header[148:156])
    return stated is not None and stated == sum(header) - sum(header[148:156]) + 8 * 32


def members(file: IO[bytes], warn: Callable[[str], None]) -> Iterator[TarMember]:
    """List the entries until the archive ends; ``warn`` is told where it breaks off instead."""
    position, long_name, size_of_next = 0, "", None
    end = file.seek(0, 2)
    while position < end:
        file.seek(position)
        header = file.read(BLOCK)
        if not is_tar(header):
            if any(header):
                warn(f"damaged at byte {position}: the members after it are not read")
            return
        kind, size = header[156:157], _number(header[124:136]) or 0
        data = position + BLOCK
        if kind in (b"L", b"x"):
            extended = file.read(min(size, _LONGEST))
            if kind == b"L":
                long_name = _text(extended.split(b"\0")[0])
            else:
                fields = _pax(extended)
                long_name = _text(fields.get(b"path", b"")) or long_name
                stated = fields.get(b"size", b"")
                size_of_next = int(stated) if stated.isdigit() and len(stated) < 20 else None
        elif kind not in (b"g", b"K", b"V", b"M"):
            size = size if size_of_next is None else size_of_next
            size = 0 if kind in b"123456" else size
            yield TarMember(
                long_name or _short_name(header),
                data,
                size,
                float(min(_number(header[136:148]) or 0, 2**40)),
                _KINDS.get(kind, "file"),
            )
            long_name, size_of_next = "", None
        position = data + (size + BLOCK - 1) // BLOCK * BLOCK


def _text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")


def _short_name(header: bytes) -> str:
    name, prefix = header[:100].split(b"\0")[0], header[345:500].split(b"\0")[0]
    # GNU tar ("ustar  ") uses the place of the prefix for times.
    return _text(prefix + b"/" + name if prefix and header[257:263] == b"ustar\0" else name)


def _number(field: bytes) -> int | None:
    """Read an octal number, or a binary one as GNU tar writes large ones; None if it is neither."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    return int(digits, 8) if all(48 <= digit < 56 for digit in digits) else None


def _pax(data: bytes) -> dict[bytes, bytes]:
    """Read the records ``length key=value`` of an extended header, as far as they make sense."""
    fields: dict[bytes, bytes] = {}
    position = 0
    while position < len(data):
        digits, space, _ = data[position : position + 20].partition(b" ")
        if not space or not digits.isdigit() or int(digits) <= len(digits) + 1:
            break
        record = data[position + len(digits) + 1 : position + int(digits) - 1]
        key, _, value = record.partition(b"=")
        fields[key] = value
        position += int(digits)
    return fields
