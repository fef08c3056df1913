"""An evaluation: a scan and labels in, figures out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oddline.core.errors import NoInput
from oddline.service.context import Service
from oddline.service.db.tables import Artifact, Evaluation, Job, Scan
from oddline.service.jobs.kinds._base import Files, Kind, Order
from oddline.service.jobs.kinds._order import limits_of

__all__ = ["kind"]

STAGES = {"fetch": 0.2, "read": 0.4, "measure": 0.4}


def order(db: Session, service: Service, job: Job) -> Order:
    """Give the files of the scan and its labels."""
    evaluation = db.get(Evaluation, job.subject_id)
    scan = db.get(Scan, evaluation.scan_id) if evaluation is not None else None
    if scan is None or scan.state != "done":
        raise NoInput("the scan has no results any more", hint="scan again")
    asked, labels = job.request, job.request["labels"]
    made = Order({"labels": labels, "normal": asked["normal"], "budget": asked["budget"], "limits": limits_of(service)})
    made.request |= {"tables": scan.request["tables"], "format": scan.request["format"]}
    query = select(Artifact.name, Artifact.blob).where(Artifact.owner_id == scan.id)
    made.blobs = {f"scan/{name}": blob for name, blob in db.execute(query)}
    made.uploads = {"labels": [labels["upload"]]} if labels["upload"] else {"": list(scan.request["uploads"])}
    return made


def finish(db: Session, job: Job, files: Files, told: dict[str, Any]) -> None:
    """Keep the figures."""
    del files
    evaluation = db.get(Evaluation, job.subject_id)
    if evaluation is not None:
        evaluation.report = told["report"]


kind = Kind(Evaluation, STAGES, order, finish)
