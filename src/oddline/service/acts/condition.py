"""How the service is for a workspace: workers, queue, storage, models, the last clean-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from oddline.service.asker import Asker
from oddline.service.db.tables import Artifact, Job, Model, Upload, Worker
from oddline.service.db.types import now
from oddline.service.door import Desk

__all__ = ["Condition", "condition"]

HEARD_OF = timedelta(minutes=2)
NEARLY = 0.9


@dataclass(frozen=True)
class Condition:
    """Figures of the health card.

    Parameters
    ----------
    workers
        Processes that run jobs and were heard of lately.
    waits, runs
        Jobs of the workspace.
    longest
        When the job that waits longest was asked for.
    stored, room
        Bytes that the workspace stores, and may store.
    models
        Models that can judge, newest first.
    failed_fit
        The newest model that could not be learnt, unless a later one could.
    cleaned
        When the last clean-up ended.
    """

    workers: int
    waits: int
    runs: int
    longest: datetime | None
    stored: int
    room: int
    models: list[Model]
    failed_fit: Model | None
    cleaned: datetime | None

    @property
    def nobody_works(self) -> bool:
        """Tell whether jobs wait and nobody is there to run them."""
        return self.workers == 0 and self.waits > 0

    @property
    def nearly_full(self) -> bool:
        """Tell whether uploads will soon be refused."""
        return self.stored > NEARLY * self.room


def condition(desk: Desk[Asker]) -> Condition:
    """Look at how the service is for the asker's workspace."""
    here = desk.asker.workspace_id
    db = desk.db
    counts = select(Job.state, func.count(), func.min(Job.created)).where(Job.workspace_id == here).group_by(Job.state)
    jobs = {state: (count, first) for state, count, first in db.execute(counts)}
    mine = select(Model).where(Model.workspace_id == here).order_by(Model.id.desc()).limit(100)
    models = list(db.scalars(mine))
    newest = models[0] if models else None
    return Condition(
        workers=db.scalar(select(func.count()).select_from(Worker).where(Worker.seen > now() - HEARD_OF)) or 0,
        waits=jobs.get("queued", (0, None))[0],
        runs=jobs.get("running", (0, None))[0],
        longest=jobs.get("queued", (0, None))[1],
        stored=_stored(desk),
        room=desk.service.settings.limits.workspace_bytes,
        models=[model for model in models if model.state == "done"],
        failed_fit=newest if newest is not None and newest.state == "failed" else None,
        cleaned=db.scalar(select(func.max(Job.finished)).where(Job.kind == "clean", Job.state == "done")),
    )


def _stored(desk: Desk[Asker]) -> int:
    here = desk.asker.workspace_id
    uploads = desk.db.scalar(select(func.sum(Upload.received)).where(Upload.workspace_id == here)) or 0
    return uploads + (desk.db.scalar(select(func.sum(Artifact.size)).where(Artifact.workspace_id == here)) or 0)
