"""The members of archives as parts: nothing is unpacked to disk under a member's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath

from oddline.core.errors import BadData
from oddline.sources._compression import Decompressed
from oddline.sources._names import shown, some
from oddline.sources._parts import Blob, Job, Located, parts_of
from oddline.sources._refusals import Encrypted, LooksBinary, TooMuch
from oddline.sources._shelf import Member, Shelf, shelf_of
from oddline.sources._stream import Stream, Tally
from oddline.sources._tar import members as tar_members
from oddline.sources._zip import zip_members


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
    shelf = shelf_of(blob, job)
    listed = zip_members(shelf, blob, job) if kind == "zip" else _tar_members(shelf, blob, job)
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
            except (TooMuch, Encrypted):
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


def _reason_to_pass(member: Member) -> str:
    """Say why a member is no log; nothing if it may be one."""
    path = PurePosixPath(member.name.replace("\\", "/"))  # as some Windows programs separate folders
    if member.kind != "file":
        return member.kind
    if path.is_absolute() or ".." in path.parts or PureWindowsPath(member.name).drive:
        return "with an unsafe name"
    if any(piece.startswith(".") for piece in path.parts) or "__MACOSX" in path.parts:
        return "hidden"
    return "" if member.packed else "empty"


def _member_blob(member: Member, shelf: Shelf, archive: Blob) -> Blob:
    """Give a member as something that can be opened."""
    tally, name = Tally(), f"{archive.name}/{shown(member.name)}"

    def opener() -> Stream:
        stretch = shelf.stretch(name, member.start, member.packed, tally)
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
        anywhere=None,
    )


def _tar_members(shelf: Shelf, blob: Blob, job: Job) -> Iterator[Member]:
    file = shelf.open()
    try:
        for member in tar_members(file, lambda what: job.warnings.append(f"{blob.name}: {what}")):
            yield Member(member.name, member.start, member.size, member.modified, kind=member.kind)
    finally:
        shelf.done(file)
