"""What orders of several kinds have in common."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oddline.core.errors import NoInput
from oddline.service.context import Service
from oddline.service.db.tables import Artifact, Job, Model

__all__ = ["limits_of", "model_blob"]


def limits_of(service: Service) -> dict[str, int]:
    """Give the limits that the reading of files is held to."""
    limits = service.settings.limits
    return {
        "unpacked_bytes": limits.unpacked_bytes,
        "rows": limits.rows,
        "columns": limits.columns,
        "line_bytes": limits.line_bytes,
    }


def model_blob(db: Session, job: Job, model_id: str) -> tuple[str, str]:
    """Give the name of a model and the blob of its bundle.

    Raises
    ------
    NoInput
        If it was removed since it was asked for.
    """
    model = db.get(Model, model_id)
    blob: str | None = db.scalar(select(Artifact.blob).where(Artifact.owner_id == model_id))
    if model is None or blob is None or model.workspace_id != job.workspace_id:
        raise NoInput(f"the model {model_id} is not there any more", hint="choose another one")
    return model.name, blob


def reading(request: dict[str, Any]) -> dict[str, Any]:
    """Give the part of a request that tells how to read and to judge."""
    names = ("detector", "settings", "format", "by", "feature", "threshold", "quantile", "budget", "seed", "tables")
    return {name: request.get(name) for name in (*names, "mask_pii")}
