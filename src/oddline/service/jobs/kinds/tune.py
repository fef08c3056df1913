"""A search for the detector and the parameters that tell odd from normal best."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from oddline.service.context import Service
from oddline.service.db.tables import Artifact, Evaluation, Job, Upload
from oddline.service.jobs.kinds._base import Files, Kind, Order
from oddline.service.jobs.kinds._command import command_of
from oddline.service.jobs.kinds._order import limits_of

__all__ = ["kind"]

STAGES = {"fetch": 0.05, "read": 0.15, "tune": 0.8}
JOURNAL = "journal.log"


def order(db: Session, service: Service, job: Job) -> Order:
    """Give the uploads, what to search, and the trials that were made before."""
    names = {one.id: one.name for one in db.scalars(select(Upload).where(Upload.id.in_(job.request["uploads"])))}
    told = job.request | {"limits": limits_of(service)}
    told["names"] = [names.get(upload, upload) for upload in job.request["uploads"]]
    made = Order(told, uploads={"": job.request["uploads"]})
    blob = db.scalar(select(Artifact.blob).where(Artifact.owner_id == job.id, Artifact.name == JOURNAL))
    if blob is not None:
        made.blobs[f"../out/{JOURNAL}"] = blob
    return made


def finish(db: Session, job: Job, files: Files, told: dict[str, Any]) -> None:
    """Keep the table of trials; the journal has served its purpose."""
    del files
    db.execute(delete(Artifact).where(Artifact.owner_id == job.id))
    evaluation = db.get(Evaluation, job.subject_id)
    if evaluation is None:
        return
    request, report = job.request, told["report"]
    best = request | {"detector": report["best"]["detector"], "settings": report["best"]["settings"]}
    report["command"] = command_of(best, told["names"], verb="fit") + " -o best.odd"
    evaluation.report = report


kind = Kind(Evaluation, STAGES, order, finish, kept=JOURNAL)
