"""What an upload unfolds to: counted while it streams through, stopped at the limit, nothing kept."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass

from oddline.core.errors import BadData
from oddline.service.context import Service
from oddline.service.errors import TooLarge
from oddline.service.settings import Settings
from oddline.service.storage.uploads import Content, content_of
from oddline.sources._compression import Decompressed
from oddline.sources._limits import Limits, Meter
from oddline.sources._parts import Blob, Job, parts_of
from oddline.sources._refusals import TooMuch
from oddline.sources._sniff import look
from oddline.sources._stream import Stream, Stretch, Tally

__all__ = ["Unpacked", "blob_of", "inspect", "looks_like_a_bomb", "source_limits"]

PIECE = 1 << 20


@dataclass(frozen=True)
class Unpacked:
    """How much an upload is packed and unpacked, in bytes, and how it is packed (nothing if it is not)."""

    packed: int
    unpacked: int
    kind: str


def source_limits(settings: Settings) -> Limits:
    """Give how far a job may unfold one upload."""
    return Limits(unpacked=settings.limits.unpacked_bytes)


def blob_of(content: Content, limits: Limits) -> Blob:
    """Give an upload as something that the sources can look into, read anywhere in the store."""
    tally = Tally()

    def opener() -> Stream:
        return Stretch(content.open, 0, content.size, name=content.name, owned=True, tally=tally)

    meter = Meter(content.name, limits, lambda: content.size)
    return Blob(content.name, content.name, opener, content.size, None, tally, meter, anywhere=content.open)


def inspect(service: Service, upload_id: str, workspace_id: str | None = None, *, whole: bool = True) -> Unpacked:
    """Count what an upload unfolds to; it takes as long as unpacking it, and hardly any memory.

    Raises
    ------
    TooLarge
        If it unfolds to more than ``ODDLINE_LIMIT_UNPACKED_BYTES``, or to more than a log can that was packed.
    BadData
        If it is broken, encrypted, or no log.
    """
    content = content_of(service, upload_id, workspace_id, whole=whole)
    limits = source_limits(service.settings)
    blob = blob_of(content, limits)
    kind = look(blob.head())
    if kind.kind == "packed":
        return Unpacked(content.size, _count(blob.unpacked(kind.what).open()), kind.what)
    if kind.kind != "zip":
        return Unpacked(content.size, content.size, kind.kind if kind.kind == "tar" else "")
    total = 0
    try:
        for part in parts_of(blob, Job(limits)):
            with closing(part.open()) as stream:
                while piece := stream.read(PIECE):
                    total += len(piece)
    except TooMuch as error:
        raise _refused(error) from error
    return Unpacked(content.size, total, "zip")


def looks_like_a_bomb(service: Service, upload_id: str) -> None:
    """Refuse an upload that its beginning shows to be a bomb; it costs a fraction of a second where it is none.

    Only what unfolds suspiciously far at its beginning is unpacked on, up to the limits: a log of one repeated line
    packs as well as a bomb, and is none if it ends in time.

    Raises
    ------
    TooLarge
        If it passes the limits.
    """
    content = content_of(service, upload_id, whole=False)
    limits = source_limits(service.settings)
    blob = blob_of(content, limits)
    seen = look(blob.head()) if content.size else None
    if seen is None or seen.kind != "packed":
        return
    unlimited = Meter(content.name, Limits(unpacked=1 << 62, ratio=1 << 62), lambda: content.size)
    total = 0
    # What is broken is no bomb; the scan will tell what is wrong with it.
    with suppress(BadData), closing(Decompressed(blob.open(), seen.what, content.name, unlimited)) as stream:
        while total <= limits.free and (piece := stream.piece(PIECE)):
            total += len(piece)
    if total > limits.free and total > limits.ratio / 2 * max(1, blob.consumed()):
        inspect(service, upload_id, whole=False)


def _count(stream: Stream) -> int:
    total = 0
    try:
        with closing(stream):
            while piece := stream.piece(PIECE):
                total += len(piece)
    except TooMuch as error:
        raise _refused(error) from error
    return total


def _refused(error: TooMuch) -> TooLarge:
    return TooLarge(
        error.found,
        expected=f"{error.expected} (ODDLINE_LIMIT_UNPACKED_BYTES)",
        hint="unpack it yourself if you trust it, and send what is inside",
        limit="ODDLINE_LIMIT_UNPACKED_BYTES",
    )
