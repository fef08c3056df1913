"""Removes what nobody needs: what is too old, blobs that nobody refers to, folders of processes that are gone."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, or_, select, text
from sqlalchemy.orm import Session

from oddline.service.context import Service
from oddline.service.db.tables import (
    Artifact,
    AuditEntry,
    IdempotencyKey,
    Job,
    JobEvent,
    Scan,
    ScanUpload,
    Upload,
    UploadPart,
    Worker,
    Workspace,
)
from oddline.service.db.types import now

__all__ = ["run"]

GRACE = 24 * 3600.0
"""Seconds that a blob is left alone which nobody refers to: somebody may be about to."""

HALF = timedelta(days=2)
"""After which an upload is given up of which not all has arrived."""

TOLD = timedelta(days=7)
"""How long it is kept what a job told while it ran."""

ANSWERED = timedelta(days=1)
"""How long an answer is kept for a request that may be sent again."""

BUSY = ("queued", "running")
AT_ONCE = 200


def run(service: Service) -> dict[str, int]:
    """Clean up, and tell how much of what was removed."""
    settings = service.settings
    told = {"scans": 0, "uploads": 0}
    if settings.scan_days:
        told["scans"] = _old_scans(service, timedelta(days=settings.scan_days))
    told["uploads"] = _old_uploads(service)
    with service.writing() as db:
        ended = select(Job.id).where(Job.finished < now() - TOLD)
        db.execute(delete(JobEvent).where(JobEvent.job_id.in_(ended), JobEvent.kind == "progress"))
        db.execute(delete(IdempotencyKey).where(IdempotencyKey.created < now() - ANSWERED))
    told["files"] = _orphans(service)
    told["folders"] = _folders(service)
    return told


def _old_scans(service: Service, age: timedelta) -> int:
    query = select(Scan).where(Scan.created < now() - age, Scan.state.not_in(BUSY))
    with service.writing() as db:
        found = list(db.scalars(query))
        for scan in found:
            _note(db, scan.workspace_id, "scan.expire", scan.id, title=scan.title)
            db.execute(delete(Artifact).where(Artifact.owner_id.in_([scan.id, scan.job_id])))
            db.execute(delete(Scan).where(Scan.id == scan.id))
    if service.shelf is not None:
        for scan in found:
            service.shelf.forget(scan.id)
    return len(found)


def _old_uploads(service: Service) -> int:
    """Remove uploads that are too old, but none that a job waits to read, and none that came only half."""
    days = service.settings.upload_days
    half = (Upload.state == "receiving") & (Upload.created < now() - HALF)
    old = or_(half, Upload.created < now() - timedelta(days=days)) if days else half
    with service.writing() as db:
        waited_for = set(db.scalars(select(ScanUpload.upload_id).join(Scan).where(Scan.state.in_(BUSY))))
        for request in db.scalars(select(Job.request).where(Job.state.in_(BUSY))):
            waited_for |= {*request.get("uploads", ()), str((request.get("labels") or {}).get("upload"))}
        found = [upload for upload in db.scalars(select(Upload).where(old)) if upload.id not in waited_for]
        for upload in found:
            _note(db, upload.workspace_id, "upload.expire", upload.id, name=upload.name)
            db.execute(delete(Upload).where(Upload.id == upload.id))
    return len(found)


def _orphans(service: Service) -> int:
    """Remove blobs that nobody refers to.

    What refers to a blob is written after the blob, and looks then whether the blob is there still. So it is asked and
    removed while nobody can write such a thing: either it is seen here, or its writer sees that the blob is gone.
    """
    old = time.time() - GRACE
    candidates = (name for name, _, written in service.store.names() if written < old)
    count = 0
    while unknown := set(islice(candidates, AT_ONCE)):
        with service.reading() as db:
            unknown -= _known(db, unknown)
        with service.writing() as db:
            if db.get_bind().dialect.name == "postgresql":
                db.execute(text("LOCK TABLE artifacts, upload_parts IN EXCLUSIVE MODE"))
            for name in sorted(unknown - _known(db, unknown)):
                service.store.remove(name)
                count += 1
    return count


def _known(db: Session, names: Iterable[str]) -> set[str]:
    wanted = list(names)
    found = set(db.scalars(select(Artifact.blob).where(Artifact.blob.in_(wanted))))
    return found | set(db.scalars(select(UploadPart.blob).where(UploadPart.blob.in_(wanted))))


def _folders(service: Service) -> int:
    """Remove the folders of processes that are gone."""
    place = service.settings.data_dir / "work"
    if not place.is_dir():
        return 0
    with service.reading() as db:
        alive = set(db.scalars(select(Worker.id)))
    dead = [folder for folder in place.iterdir() if folder.name not in alive]
    for folder in dead:
        shutil.rmtree(folder, ignore_errors=True)
    return len(dead)


def _note(db: Session, workspace_id: str, action: str, subject: str, **details: Any) -> None:
    """Write down what nobody in particular did."""
    if db.get(Workspace, workspace_id) is not None:
        entry = AuditEntry(workspace_id=workspace_id, who="Oddline", action=action, subject=subject, details=details)
        db.add(entry)
