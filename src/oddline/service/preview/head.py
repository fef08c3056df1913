"""The beginning of an upload, or of one file in it, unpacked: bounded in bytes, members and time."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from time import monotonic

from oddline.core.errors import BadData, NoInput
from oddline.service.errors import NotFound
from oddline.service.storage.inspect import blob_of
from oddline.service.storage.uploads import Content
from oddline.sources._compression import Decompressed
from oddline.sources._limits import Limits, Meter
from oddline.sources._parts import Blob, Job, Located, parts_of
from oddline.sources._sniff import Look, look
from oddline.sources._stream import Stream, Stretch, Tally, fill
from oddline.sources.base import Part

__all__ = ["HEAD", "Head", "head_of"]

HEAD = 1 << 20
"""Bytes that are looked at, after unpacking: as many as the format of a scan is recognised from."""

MEMBERS, SECONDS = 100, 2.0
"""Files of an archive that are listed, and how long that may take."""

PARQUET_BYTES = 64 << 20
"""A packed table whose end says what its beginning means is unpacked up to here."""


@dataclass(frozen=True)
class Head:
    """The first bytes of one log; ``size`` is what the whole of it has, if that is known or can be guessed."""

    part: Part
    data: bytes
    whole: bool
    size: int | None
    packed: str = ""
    member: str = ""
    members: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)

    @property
    def is_parquet(self) -> bool:
        """True for a table in Parquet."""
        return self.data.startswith(b"PAR1")


def head_of(content: Content, limits: Limits, member: str = "") -> Head:
    """Read the beginning of an upload.

    Parameters
    ----------
    member
        Which file of an archive; the first log in it, if none is told.

    Raises
    ------
    NotFound
        If the archive has no such member.
    BadData
        If it is binary, broken or encrypted.
    """
    blob = blob_of(content, limits)
    seen = look(blob.head())
    if seen.kind in ("zip", "tar"):
        return _in_archive(blob, seen.kind, member)
    if seen.kind == "packed":
        return _packed(content, blob, seen, member)
    job = Job(limits)
    part = next(iter(parts_of(blob, job)))
    data, warnings = _read(part)
    return Head(part, data, len(data) == content.size, content.size, warnings=warnings)


def _packed(content: Content, blob: Blob, seen: Look, member: str) -> Head:
    """Unpack the beginning only, and look into that: an archive in it is not unpacked to its end."""
    # However little it may unpack to in the end, its beginning is bounded here.
    meter = Meter(blob.name, Limits(unpacked=1 << 62, ratio=1 << 62), lambda: content.size)
    with closing(Decompressed(blob.open(), seen.what, blob.name, meter)) as stream:
        data = fill(stream.as_binary(), HEAD)
        ended = len(data) < HEAD or not stream.piece(1)
        warnings = list(stream.warnings)
        share = len(data) / max(1, blob.consumed() - stream.waiting)
    size = len(data) if ended else max(len(data) + 1, round(share * content.size))
    inside = look(data[:8192])
    if inside.kind == "tar":
        shelf = _memory(content.name, data)
        return _in_archive(shelf, f"{seen.what} tar", member, cut=not ended)
    if inside.kind in ("packed", "zip", "binary"):
        what = inside.what or inside.kind
        raise BadData(f"{content.name} holds {what} in {seen.what}", expected="text, a table, or a tar archive")
    part: Part = Part(content.name, lambda: io.BytesIO(data), modified=content.modified)
    if inside.kind == "table":
        part = blob.unpacked(seen.what).part()
    return Head(part, data, ended, size, seen.what, warnings=warnings)


def _memory(name: str, data: bytes) -> Blob:
    """Give bytes at hand as something the sources can look into."""
    tally = Tally()

    def opener() -> Stream:
        return Stretch(lambda: io.BytesIO(data), 0, len(data), name=name, owned=True, tally=tally)

    meter = Meter(name, Limits(), lambda: len(data))
    return Blob(name, name, opener, len(data), None, tally, meter, anywhere=lambda: io.BytesIO(data))


def _in_archive(blob: Blob, packed: str, member: str, *, cut: bool = False) -> Head:
    job = Job(blob.meter.limits)
    parts = _listed(parts_of(blob, job))
    if not parts:
        raise NoInput(
            f"{blob.name} has no logs in it" + (", as far as its beginning tells" if cut else ""),
            hint="; ".join(job.warnings[:3]) or "send the logs themselves",
        )
    prefix = f"{blob.name}/"
    names = tuple(part.name.removeprefix(prefix) for part in parts)
    if member and member not in names:
        raise NotFound(f"no {member[:200]!r} among the first {len(names)} files of {blob.name}")
    place = names.index(member) if member else 0
    data, warnings = _read(parts[place])
    whole = len(data) < HEAD and not (cut and place == len(parts) - 1)
    if not whole:  # where the archive itself was cut off here is no fault of its own
        warnings = [warning for warning in warnings if "truncated" not in warning]
    size = len(data) if whole else None
    return Head(parts[place], data, whole, size, packed, names[place], names, job.warnings + warnings)


def _listed(parts: Iterable[Located]) -> list[Located]:
    """List the first members; whatever is wrong with a later one does not take away those before it."""
    found: list[Located] = []
    until = monotonic() + SECONDS
    try:
        for part in parts:
            found.append(part)
            if len(found) >= MEMBERS or monotonic() > until:
                break
    except BadData:
        if not found:
            raise
    return found


def _read(part: Part) -> tuple[bytes, list[str]]:
    with closing(part.open()) as stream:
        data = fill(stream, HEAD)
        return data, list(getattr(stream, "warnings", []))


def table_bytes(head: Head, content: Content) -> bytes | None:
    """Give the whole of a Parquet table, if that is little enough; None if it is not."""
    if not head.packed:
        return None if content.size > PARQUET_BYTES else b"".join(content.chunks())
    with closing(head.part.open()) as stream:
        data = fill(stream, PARQUET_BYTES + 1)
    return data if len(data) <= PARQUET_BYTES else None
