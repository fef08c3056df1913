"""A fit: uploads in, one model out."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from oddline.service.context import Service
from oddline.service.db.tables import Job, Model
from oddline.service.jobs.kinds._base import Files, Kind, Order, keep
from oddline.service.jobs.kinds._order import limits_of, reading

__all__ = ["kind"]

STAGES = {"fetch": 0.08, "read": 0.3, "templates": 0.2, "features": 0.12, "detect": 0.25, "store": 0.05}


def order(db: Session, service: Service, job: Job) -> Order:
    """Give the uploads to learn from, and how."""
    del db
    return Order(reading(job.request) | {"limits": limits_of(service)}, uploads={"": job.request["uploads"]})


def finish(db: Session, job: Job, files: Files, told: dict[str, Any]) -> None:
    """Keep the bundle, and what it says of itself."""
    model = db.get(Model, job.subject_id)
    if model is not None:
        keep(db, job, model.id, files)
        model.card = told["card"]


kind = Kind(Model, STAGES, order, finish)
