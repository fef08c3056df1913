"""A scan: uploads in, results and incidents out."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oddline.core.errors import NoInput
from oddline.service.context import Service
from oddline.service.db.tables import Incident, Job, Scan, ScanUpload, Upload
from oddline.service.ids import ALPHABET
from oddline.service.jobs.kinds._base import Files, Kind, Order, keep
from oddline.service.jobs.kinds._command import command_of
from oddline.service.jobs.kinds._order import limits_of, model_blob, reading

__all__ = ["kind"]

STAGES = {
    "fetch": 0.08,
    "read": 0.25,
    "templates": 0.2,
    "features": 0.12,
    "detect": 0.2,
    "explain": 0.05,
    "results": 0.08,
    "store": 0.02,
}
ID_LENGTH = 20


def order(db: Session, service: Service, job: Job) -> Order:
    """Give the scan's uploads, those of its baseline or its model, and how to judge."""
    query = (
        select(ScanUpload.baseline, Upload.id, Upload.name)
        .join(Upload, ScanUpload.upload_id == Upload.id)
        .where(ScanUpload.scan_id == job.subject_id)
        .order_by(ScanUpload.place)
    )
    found = [(baseline, upload, name) for baseline, upload, name in db.execute(query)]
    uploads = [upload for baseline, upload, _ in found if not baseline]
    normal = [upload for baseline, upload, _ in found if baseline]
    request = job.request
    if len(uploads) < len(request["uploads"]) or len(normal) < len(_asked(request)):
        raise NoInput("an upload of this scan is not there any more", hint="send it again, and scan that")
    names = [name for baseline, _, name in found if baseline]
    model = (request.get("baseline") or {}).get("model")
    told = reading(request) | {"limits": limits_of(service), "made": job.created.isoformat(), "model": ""}
    made = Order(told | {"against": ", ".join(names)}, uploads={"": uploads, "baseline": normal})
    called = ""
    if model:
        called, made.blobs["model/model.odd"] = model_blob(db, job, model)
        made.request |= {"model": "model/model.odd", "against": called}
    own = [name for baseline, _, name in found if not baseline]
    made.request["command"] = command_of(request, own, names, called)
    return made


def _asked(request: dict[str, Any]) -> list[str]:
    return list((request.get("baseline") or {}).get("uploads") or [])


def finish(db: Session, job: Job, files: Files, told: dict[str, Any]) -> None:
    """Keep results, summary and incidents."""
    scan = db.get(Scan, job.subject_id)
    if scan is None:
        return
    keep(db, job, scan.id, files)
    scan.summary = told["summary"]
    known = set(db.scalars(select(Incident.fingerprint).where(Incident.scan_id == scan.id)))
    db.add_all(_incident(scan, one) for one in told["incidents"] if one["fingerprint"] not in known)


def _incident(scan: Scan, told: dict[str, Any]) -> Incident:
    return Incident(
        id=incident_id(scan.id, told["fingerprint"]),
        workspace_id=scan.workspace_id,
        scan_id=scan.id,
        fingerprint=told["fingerprint"],
        title=told["name"],
        severity=told["severity"],
        score=told["score"],
        source=told["source"],
        line=told["line"],
        count=told["count"],
        opened=_moment(told["opened"]),
        last_seen=_moment(told["last_seen"]),
        details=told,
    )


def incident_id(scan_id: str, fingerprint: str) -> str:
    """Give the id of an incident: the same however often it is found in the same scan.

    Examples
    --------
    >>> incident_id("scn_1", "9f2c") == incident_id("scn_1", "9f2c"), len(incident_id("scn_1", "9f2c"))
    (True, 24)
    """
    number = int.from_bytes(hashlib.sha256(f"{scan_id}/{fingerprint}".encode()).digest())
    return "inc_" + "".join(ALPHABET[number >> 5 * place & 31] for place in range(ID_LENGTH))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


kind = Kind(Scan, STAGES, order, finish)
