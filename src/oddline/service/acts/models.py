"""Models: learnt, sent, downloaded, removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from oddline.core.errors import BundleRefused, IOFailure
from oddline.service.acts import jobs
from oddline.service.acts._asking import check_judging, title_of
from oddline.service.acts._subjects import files_of, forget, standing
from oddline.service.acts.audit import note
from oddline.service.acts.uploads import check_room, complete_ones
from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import Artifact, Model
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.errors import Conflict, NotFound
from oddline.service.jobs.problem import error_of_end
from oddline.service.jobs.process import Bounds, ran
from oddline.service.names import file_name
from oddline.service.paging import page_of
from oddline.service.schemas.models import FitRequest, ModelShown

__all__ = ["FILE", "audited", "change", "content", "find", "fit", "listed", "read", "receive", "remove", "shown"]

FILE = "model.odd"
AUDIT_SECONDS = 120.0


def fit(desk: Desk[Asker], asked: FitRequest) -> ModelShown:
    """Accept a fit.

    Raises
    ------
    UsageError
        If it makes no sense: a name that is none, a parameter that is none.
    NotFound, Conflict
        If something that it reads is not there, or not complete.
    TooMany
        If the workspace has as many jobs as it may.
    """
    uploads = complete_ones(desk, asked.uploads)
    request = asked.words()
    check_judging(request)
    name = asked.name or title_of(uploads)
    model = Model(workspace_id=desk.asker.workspace_id, user_id=desk.asker.user_id, name=name, request=request)
    model.state = "queued"
    desk.db.add(model)
    desk.db.flush()
    model.job_id = jobs.accept(desk, "fit", model.id, name, request).id
    desk.db.flush()
    note(desk, "model.fit", model.id, name=name, uploads=asked.uploads, detector=request["detector"])
    return shown(desk, model)


def audited(service: Service, folder: Path) -> dict[str, Any]:
    """Look at ``model.odd`` in a folder, in a process of its own, and give its card.

    Raises
    ------
    BundleRefused
        If it is none, or broken, or foreign, or holds what it should not.
    """
    end = ran(
        "oddline.service.jobs.run",
        ["audit"],
        {"path": FILE},
        folder,
        Bounds(AUDIT_SECONDS, service.settings.job_memory),
        heard=lambda _: None,
        wanted=lambda: True,
    )
    if end.why == "done":
        return end.outcome()["card"]  # type: ignore[no-any-return]
    if end.why == "error":
        raise error_of_end(end)
    raise BundleRefused("the bundle cannot be opened", expected="one that oddline fit has made")


def receive(desk: Desk[Asker], name: str, path: Path, card: dict[str, Any]) -> ModelShown:
    """Keep a bundle that was audited."""
    blob, size = desk.service.store.put_file(path)
    check_room(desk.service.settings, desk.db, desk.asker.workspace_id, size)
    model = Model(
        workspace_id=desk.asker.workspace_id,
        user_id=desk.asker.user_id,
        name=file_name(name, "model").removesuffix(".odd") or "model",
        request={},
        state="done",
        card=card,
        finished=now(),
    )
    desk.db.add(model)
    desk.db.flush()
    desk.db.add(Artifact(owner_id=model.id, name=FILE, workspace_id=model.workspace_id, blob=blob, size=size))
    desk.db.flush()
    if not desk.service.store.has(blob):  # the clean-up took an old copy of it, a moment before it was referred to
        raise IOFailure("the bundle could not be kept", hint="send it again")
    note(desk, "model.receive", model.id, name=model.name, size=size)
    return shown(desk, model)


def find(desk: Desk[Asker], model_id: str) -> Model:
    """Give a model of the asker's workspace.

    Raises
    ------
    NotFound
        If there is none.
    """
    model = desk.db.get(Model, model_id)
    if model is None or model.workspace_id != desk.asker.workspace_id:
        raise NotFound(f"no model {model_id[:64]}", hint="GET /api/v1/models lists those of your workspace")
    return model


def read(desk: Desk[Asker], model_id: str) -> ModelShown:
    """Tell about a model."""
    return shown(desk, find(desk, model_id))


def listed(desk: Desk[Asker], *, states: Sequence[str], q: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """List the workspace's models, newest first."""
    query = select(Model).where(Model.workspace_id == desk.asker.workspace_id)
    if states:
        query = query.where(Model.state.in_(states))
    for word in q.replace("\0", "").split()[:20]:
        query = query.where(Model.name.icontains(word, autoescape=True))
    return page_of(desk.db, query, Model.id, cursor, limit, lambda model: shown(desk, model))


def change(desk: Desk[Asker], model_id: str, name: str) -> ModelShown:
    """Call a model otherwise."""
    model = find(desk, model_id)
    note(desk, "model.rename", model.id, before=model.name, after=name)
    model.name = name
    return shown(desk, model)


def remove(desk: Desk[Asker], model_id: str) -> None:
    """Forget a model; scans that were held against it stay."""
    model = find(desk, model_id)
    note(desk, "model.remove", model.id, name=model.name)
    forget(desk, model.id, model.job_id)
    desk.db.execute(delete(Model).where(Model.id == model.id))


def content(desk: Desk[Asker], model_id: str) -> tuple[str, int, Iterator[bytes]]:
    """Give a model's bundle: what to call it, its size, its bytes piece by piece.

    Raises
    ------
    Conflict
        If it is not there yet.
    """
    model = find(desk, model_id)
    bundle = desk.db.get(Artifact, (model.id, FILE))
    if bundle is None:
        raise Conflict(f"the model is {model.state}", expected="one that is done")
    with desk.service.writing() as db:
        note(Desk(desk.service, db, desk.asker), "model.download", model.id, name=model.name)
    return f"{model.name}.odd", bundle.size, desk.service.store.chunks(bundle.blob)


def shown(desk: Desk[Asker], model: Model) -> ModelShown:
    """Put a model into what goes over the wire."""
    bundle = desk.db.get(Artifact, (model.id, FILE))
    return ModelShown(
        **standing(desk, model),
        name=model.name,
        uploads=files_of(desk, model.request.get("uploads", [])),
        card=model.card,
        size=bundle.size if bundle else None,
    )
