"""Models as lists show them: with their job, their size, and who made them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from oddline.service.asker import Asker
from oddline.service.db.tables import Artifact, Job, Model, Scan, Upload, User
from oddline.service.door import Desk
from oddline.service.errors import NotFound

__all__ = ["ModelLine", "learnt_from", "model_line", "model_list", "scans_with"]


@dataclass(frozen=True)
class ModelLine:
    """One model; ``size`` is None until its bundle is there."""

    model: Model
    job: Job | None
    by: str | None
    size: int | None


def model_list(desk: Desk[Asker], *, q: str = "", offset: int = 0, limit: int = 50) -> tuple[list[ModelLine], int]:
    """List the models of the asker's workspace, newest first, and tell how many there are in all."""
    mine = select(Model).where(Model.workspace_id == desk.asker.workspace_id)
    for word in q.replace("\0", "").split()[:20]:
        mine = mine.where(Model.name.icontains(word, autoescape=True))
    total = desk.db.scalar(select(func.count()).select_from(mine.subquery())) or 0
    found = desk.db.scalars(mine.order_by(Model.id.desc()).offset(offset).limit(limit))
    return [_line(desk, model) for model in found], total


def model_line(desk: Desk[Asker], model_id: str) -> ModelLine:
    """Give one model of the asker's workspace.

    Raises
    ------
    NotFound
        If there is none.
    """
    model = desk.db.get(Model, model_id)
    if model is None or model.workspace_id != desk.asker.workspace_id:
        raise NotFound(f"no model {model_id[:64]}", hint="GET /api/v1/models lists those of your workspace")
    return _line(desk, model)


def scans_with(desk: Desk[Asker], model_id: str, limit: int = 10) -> list[Scan]:
    """Give the newest scans that were judged by a model."""
    mine = select(Scan).where(Scan.workspace_id == desk.asker.workspace_id)
    judged = mine.where(Scan.request["baseline"]["model"].as_string() == model_id)
    return list(desk.db.scalars(judged.order_by(Scan.id.desc()).limit(limit)))


def learnt_from(desk: Desk[Asker], model: Model) -> list[tuple[str, str]]:
    """Give the ids and the names of the uploads that a model was learnt from, as far as they are still there."""
    ids = [str(one) for one in model.request.get("uploads", [])]
    query = select(Upload.id, Upload.name).where(Upload.id.in_(ids), Upload.workspace_id == desk.asker.workspace_id)
    names = dict(desk.db.execute(query).all())
    return [(one, names[one]) for one in ids if one in names]


def _line(desk: Desk[Asker], model: Model) -> ModelLine:
    job = desk.db.get(Job, model.job_id) if model.job_id else None
    user = desk.db.get(User, model.user_id) if model.user_id else None
    size = desk.db.scalar(select(func.sum(Artifact.size)).where(Artifact.owner_id == model.id))
    return ModelLine(model, job, user.name if user else None, size)
