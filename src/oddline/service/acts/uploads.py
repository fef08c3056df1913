"""Uploads: begun, listed, read, removed. Their bytes come by :mod:`oddline.service.acts.receiving`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Artifact, Scan, ScanUpload, Upload, User
from oddline.service.door import Desk
from oddline.service.errors import Conflict, Forbidden, NotFound, TooLarge
from oddline.service.names import file_name
from oddline.service.paging import page_of
from oddline.service.schemas.uploads import UploadShown
from oddline.service.settings import Settings

__all__ = ["begin", "check_room", "check_size", "complete_ones", "find", "listed", "read", "remove", "shown"]

BUSY = ("queued", "running")


def begin(desk: Desk[Asker], name: str, size: int | None = None, sha256: str | None = None) -> Upload:
    """Begin an upload: nothing of it has arrived yet.

    Raises
    ------
    TooLarge
        If it is announced to be larger than one may be, or than there is room for.
    """
    check_size(desk.service.settings, size or 0)
    check_room(desk.service.settings, desk.db, desk.asker.workspace_id, size or 0)
    upload = Upload(
        workspace_id=desk.asker.workspace_id,
        user_id=desk.asker.user_id,
        name=file_name(name),
        size=size,
        expected=sha256.lower() if sha256 else None,
    )
    desk.db.add(upload)
    desk.db.flush()
    note(desk, "upload.begin", upload.id, name=upload.name, size=size)
    return upload


def find(desk: Desk[Asker], upload_id: str) -> Upload:
    """Give an upload of the asker's workspace; one who may only send finds only what they sent.

    Raises
    ------
    NotFound
        If there is none.
    """
    upload = desk.db.get(Upload, upload_id)
    theirs = upload is not None and upload.workspace_id == desk.asker.workspace_id
    if upload is None or not theirs or (desk.asker.role == "ingest" and upload.user_id != desk.asker.user_id):
        raise NotFound(f"no upload {upload_id[:64]}", hint="see GET /api/v1/uploads")
    return upload


def read(desk: Desk[Asker], upload_id: str) -> UploadShown:
    """Tell about an upload."""
    return shown(desk, find(desk, upload_id))


def listed(desk: Desk[Asker], q: str, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """List the workspace's uploads, newest first; ``q`` is a part of their names."""
    query = select(Upload).where(Upload.workspace_id == desk.asker.workspace_id)
    if q:
        query = query.where(Upload.name.icontains(q.replace("\0", ""), autoescape=True))
    if state:
        query = query.where(Upload.state == state)
    return page_of(desk.db, query, Upload.id, cursor, limit, lambda upload: shown(desk, upload))


def remove(desk: Desk[Asker], upload_id: str) -> None:
    """Forget an upload. Its blobs are left to the clean-up: another upload may hold the same bytes.

    Raises
    ------
    Forbidden
        If who may only send removes what is complete.
    Conflict
        If a scan that waits or runs reads it.
    """
    upload = find(desk, upload_id)
    if desk.asker.role == "ingest" and upload.state == "complete":
        raise Forbidden("who may only send cannot remove what was sent", hint="ask an analyst")
    reading = select(Scan.id).join(ScanUpload).where(ScanUpload.upload_id == upload_id, Scan.state.in_(BUSY)).limit(1)
    if busy := desk.db.scalar(reading):
        raise Conflict(f"the scan {busy} reads {upload.name}", hint="cancel the scan, or wait for it")
    desk.db.execute(delete(Upload).where(Upload.id == upload_id))
    note(desk, "upload.remove", upload_id, name=upload.name, size=upload.received)


def complete_ones(desk: Desk[Asker], upload_ids: Sequence[str]) -> list[Upload]:
    """Give uploads that can be read, in the order they are named in.

    Raises
    ------
    NotFound
        If one is none of the workspace's.
    Conflict
        If one is not complete.
    """
    found = [find(desk, upload_id) for upload_id in upload_ids]
    for upload in found:
        if upload.state != "complete":
            raise Conflict(
                f"the upload {upload.name} is not complete: {upload.received} bytes have arrived",
                hint="send the rest, then POST /api/v1/uploads/ID/complete",
            )
    return found


def shown(desk: Desk[Asker], upload: Upload) -> UploadShown:
    """Put an upload into what goes over the wire."""
    user = desk.db.get(User, upload.user_id) if upload.user_id else None
    return UploadShown(
        id=upload.id,
        name=upload.name,
        state=upload.state,
        received=upload.received,
        size=upload.size,
        sha256=upload.sha256,
        created=upload.created,
        completed=upload.completed,
        user=user.name if user else None,
        part_bytes=desk.service.settings.limits.part_bytes,
    )


def check_size(settings: Settings, size: int) -> None:
    """Refuse an upload of more bytes than one may have.

    Raises
    ------
    TooLarge
        If it has more.
    """
    most = settings.limits.upload_bytes
    if size > most:
        raise TooLarge(
            f"more than {most:,} bytes in one upload",
            expected=f"at most {most:,} (ODDLINE_LIMIT_UPLOAD_BYTES)",
            hint="send it compressed or in several files, or have the limit raised",
            limit="ODDLINE_LIMIT_UPLOAD_BYTES",
        )


def check_room(settings: Settings, db: Session, workspace_id: str, more: int) -> None:
    """Refuse what the workspace has no room for.

    Raises
    ------
    TooLarge
        If it has none.
    """
    most = settings.limits.workspace_bytes
    sent = select(func.coalesce(func.sum(Upload.received), 0)).where(Upload.workspace_id == workspace_id)
    made = select(func.coalesce(func.sum(Artifact.size), 0)).where(Artifact.workspace_id == workspace_id)
    used = int(db.scalar(sent) or 0) + int(db.scalar(made) or 0)
    if used + more > most:
        raise TooLarge(
            f"the workspace stores {used:,} bytes and has no room for {more:,} more",
            expected=f"at most {most:,} (ODDLINE_LIMIT_WORKSPACE_BYTES)",
            hint="remove uploads and scans that nobody needs, or have the limit raised",
            limit="ODDLINE_LIMIT_WORKSPACE_BYTES",
        )
