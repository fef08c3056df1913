"""The bytes of uploads as they arrive: kept part by part, so that memory holds one part of each, and not much of all.

No connection to the database is held while bytes are waited for. Two senders at one offset are told apart by the
database: each part is added only if the upload still stands where the part begins.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING, Any

from anyio.to_thread import run_sync
from sqlalchemy import delete, select, update
from starlette.requests import ClientDisconnect

from oddline.service.acts.audit import note
from oddline.service.acts.uploads import check_room, check_size, find, shown
from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import Upload, UploadPart
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.errors import Conflict, Refusal, TooLarge, Unprocessable
from oddline.service.schemas.uploads import UploadShown
from oddline.service.storage.digests import digests_of
from oddline.service.storage.inspect import looks_like_a_bomb
from oddline.service.storage.turns import part_size, sending, turns_of
from oddline.service.storage.uploads import content_of

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["complete", "finish", "receive"]

AT_ONCE = 8
"""Parts that are stored at once; others wait their turn, with their senders held back."""

FINISHING = 4


async def receive(
    service: Service, asker: Asker, upload_id: str, offset: int, pieces: AsyncIterator[bytes], *, length: int | None
) -> int:
    """Append to an upload what comes in pieces, and tell how much it has then.

    Parameters
    ----------
    offset
        Where the sender thinks that the upload stands.
    length
        Bytes that are announced, where they are.

    Raises
    ------
    Conflict
        If the upload stands elsewhere, or is complete. The offset to go on from goes with it.
    TooLarge
        As soon as it is known that a limit will be passed.
    Refusal
        If the connection breaks off; what arrived before is kept.
    """
    await run_sync(partial(_check, service, asker, upload_id, offset, length))
    writer = _Writer(service, upload_id, offset)
    with sending(service):
        try:
            async for piece in pieces:
                await writer.take(piece)
        except ClientDisconnect as error:
            await writer.flush()
            raise Refusal("the connection broke off", hint="HEAD tells the offset to go on from") from error
        await writer.flush()
    return writer.offset


async def finish(
    service: Service, asker: Asker, upload_id: str, size: int | None = None, sha256: str | None = None
) -> UploadShown:
    """Complete an upload in a thread, a few at once: to look into what is packed takes processor time."""
    work = partial(complete, service, asker, upload_id, size, sha256)
    return await run_sync(work, limiter=turns_of(service, "finishing", FINISHING))


class _Writer:
    """Gathers pieces into parts."""

    def __init__(self, service: Service, upload_id: str, offset: int) -> None:
        self._service, self._upload_id, self.offset = service, upload_id, offset
        self._digest = digests_of(service).take(upload_id, offset)
        self._held = bytearray()

    async def take(self, piece: bytes) -> None:
        self._held += piece
        while len(self._held) >= (part := part_size(self._service)):
            content = bytes(memoryview(self._held)[:part])
            del self._held[:part]
            await self._keep(content)

    async def flush(self) -> None:
        if self._held:
            content, self._held = bytes(self._held), bytearray()
            await self._keep(content)

    async def _keep(self, content: bytes) -> None:
        work = partial(_keep, self._service, self._upload_id, self.offset, content, self._digest)
        self.offset = await run_sync(work, limiter=turns_of(self._service, "storing", AT_ONCE))
        digests_of(self._service).give(self._upload_id, self.offset, self._digest)


def _check(service: Service, asker: Asker, upload_id: str, offset: int, length: int | None) -> None:
    """Refuse before the first byte is read what can be refused."""
    with service.reading() as db:
        upload = find(Desk(service, db, asker), upload_id)
        if upload.state != "receiving" or upload.received != offset:
            raise _elsewhere(upload)
        _check_length(service, upload, offset + (length or 0))
        check_room(service.settings, db, upload.workspace_id, length or 0)


def _check_length(service: Service, upload: Upload, end: int) -> None:
    check_size(service.settings, end)
    if upload.size is not None and end > upload.size:
        raise Unprocessable(
            f"more bytes than were announced: {upload.size:,}",
            hint="begin another upload, of the right size or of none",
        )


def _keep(service: Service, upload_id: str, start: int, content: bytes, digest: _Hash | None) -> int:
    """Store one part and write it down, and tell where the upload stands then."""
    end = start + len(content)
    with service.reading() as db:
        upload = db.get(Upload, upload_id)
        if upload is not None:
            _check_length(service, upload, end)
    blob = service.store.put(content)
    with service.writing() as db:
        # Whoever comes second finds the upload elsewhere, and nothing of theirs is added.
        moved = db.execute(
            update(Upload)
            .where(Upload.id == upload_id, Upload.state == "receiving", Upload.received == start)
            .values(received=end)
        )
        if not moved.rowcount:  # type: ignore[attr-defined]
            raise _elsewhere(db.get(Upload, upload_id))
        workspace_id = db.scalar(select(Upload.workspace_id).where(Upload.id == upload_id))
        check_room(service.settings, db, str(workspace_id), 0)
        db.add(UploadPart(upload_id=upload_id, start=start, size=len(content), blob=blob))
        db.flush()  # from here on the clean-up sees that the blob is referred to; an old copy it may have taken before
        if not service.store.has(blob):
            service.store.put(content)
    if digest is not None:
        digest.update(content)
    return end


def _elsewhere(upload: Upload | None) -> Refusal:
    """Tell where an upload really stands."""
    if upload is None:
        return Conflict("the upload was removed while it was sent", hint="begin another one")
    if upload.state != "receiving":
        return Conflict(f"the upload is {upload.state}", hint="begin another one", offset=upload.received)
    return Conflict(
        f"the upload stands at {upload.received}",
        expected=f"Upload-Offset: {upload.received}",
        hint="go on from there",
        headers={"Upload-Offset": str(upload.received)},
        offset=upload.received,
    )


def complete(
    service: Service, asker: Asker, upload_id: str, size: int | None = None, sha256: str | None = None
) -> UploadShown:
    """Complete an upload: its sum is made and checked; to do it again changes nothing.

    Raises
    ------
    Conflict
        If not all has arrived that was announced.
    Unprocessable
        If its size or its sum is not what was told. A wrong sum ends the upload: what arrived is wrong.
    TooLarge
        If it is compressed, and unpacks to more than is allowed.
    """
    with service.reading() as db:
        desk = Desk(service, db, asker)
        upload = find(desk, upload_id)
        if upload.state == "complete":
            _check_told(upload, size, sha256)
            return shown(desk, upload)
    if upload.state != "receiving":
        raise _elsewhere(upload)
    told = upload.size if size is None else size
    if told is not None and told != upload.received:
        raise Conflict(
            f"{upload.received:,} of {told:,} bytes have arrived",
            hint="go on from Upload-Offset",
            headers={"Upload-Offset": str(upload.received)},
            offset=upload.received,
        )
    found = _sum(service, upload)
    expected = (sha256 or upload.expected or found).lower()
    if found != expected:
        _fail(service, asker, upload, "wrong sum")
        raise Unprocessable(f"the SHA-256 is {found}", expected=expected, hint="send the file again")
    try:
        looks_like_a_bomb(service, upload.id)
    except TooLarge:
        _fail(service, asker, upload, "unpacks to too much")
        raise
    return _completed(service, asker, upload, found)


def _check_told(upload: Upload, size: int | None, sha256: str | None) -> None:
    told: dict[str, tuple[Any, Any]] = {
        "size": (upload.size, size),
        "SHA-256": (upload.sha256, sha256 and sha256.lower()),
    }
    for what, (is_, said) in told.items():
        if said is not None and is_ != said:
            raise Unprocessable(f"the upload is complete, and its {what} is {is_}", expected=str(said))


def _sum(service: Service, upload: Upload) -> str:
    """Give the sum of the whole: as it was made while it came, or from the store."""
    import hashlib

    digest = digests_of(service).take(upload.id, upload.received)
    if digest is None:
        digest = hashlib.sha256()
        for piece in content_of(service, upload.id, whole=False).chunks():
            digest.update(piece)
    return digest.hexdigest()


def _completed(service: Service, asker: Asker, upload: Upload, sha256: str) -> UploadShown:
    with service.writing() as db:
        desk = Desk(service, db, asker)
        done = db.execute(
            update(Upload)
            .where(Upload.id == upload.id, Upload.state == "receiving", Upload.received == upload.received)
            .values(state="complete", size=upload.received, sha256=sha256, completed=now())
        )
        found = find(desk, upload.id)
        if done.rowcount:  # type: ignore[attr-defined]
            note(desk, "upload.complete", upload.id, name=upload.name, size=upload.received, sha256=sha256)
        elif found.state != "complete":
            raise _elsewhere(found)
        return shown(desk, found)


def _fail(service: Service, asker: Asker, upload: Upload, why: str) -> None:
    """Give up an upload: what arrived of it is let go, and takes no room."""
    with service.writing() as db:
        db.execute(delete(UploadPart).where(UploadPart.upload_id == upload.id))
        db.execute(update(Upload).where(Upload.id == upload.id).values(state="failed", received=0))
        note(Desk(service, db, asker), "upload.fail", upload.id, name=upload.name, why=why)
