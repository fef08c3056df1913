"""Models."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from oddline.service.acts import models as acts
from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.door import AnyDesk, Desk, Door, Serving, Visitor
from oddline.service.errors import Stranger, TooLarge
from oddline.service.names import attachment
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.jobs import JobState
from oddline.service.schemas.models import FitRequest, ModelChange, ModelShown
from oddline.service.schemas.problem import problems

door = Door("/models", "models")

UNLIMITED = 1 << 62
"""The limit on bodies is for JSON and forms; a bundle is counted against the limit of models."""

BUNDLE = "application/octet-stream"
BYTES = {BUNDLE: {"schema": {"type": "string", "format": "binary"}}}


@door.post(
    "",
    access="analyst",
    status_code=201,
    max_body_size=UNLIMITED,
    responses=problems(403, 413, 422),
    openapi_extra={"requestBody": {"required": True, "content": BYTES}},
)
async def receive(
    request: Request,
    service: Serving,
    asker: Visitor,
    name: Annotated[str, Query(max_length=200, description="What to call it.")] = "model",
) -> ModelShown:
    """Send a bundle that `oddline fit` has made. It is audited in a process of its own before it is kept."""
    if asker is None:
        raise Stranger("you are not signed in")
    most = service.settings.limits.model_bytes
    with TemporaryDirectory(prefix="oddline-model-") as place:
        folder = Path(place) / "in"
        folder.mkdir()
        (Path(place) / "out").mkdir()
        await _written(request.stream(), folder / acts.FILE, most)
        return await run_sync(partial(_kept, service, asker, name, folder))


async def _written(pieces: AsyncIterator[bytes], path: Path, most: int) -> None:
    """Write a body into a file, as far as it may go."""
    size = 0
    with path.open("wb") as file:
        async for piece in pieces:
            size += len(piece)
            if size > most:
                raise TooLarge(
                    f"more than {most:,} bytes in one model",
                    expected=f"at most {most:,} (ODDLINE_LIMIT_MODEL_BYTES)",
                    hint="have the limit raised",
                    limit="ODDLINE_LIMIT_MODEL_BYTES",
                )
            await run_sync(file.write, piece)


def _kept(service: Service, asker: Asker, name: str, folder: Path) -> ModelShown:
    card = acts.audited(service, folder)
    with service.writing() as db:
        return acts.receive(Desk(service, db, asker), name, folder / acts.FILE, card)


@door.post("/fit", access="analyst", status_code=202, responses=problems(403, 404, 409, 422, 429))
def fit(desk: AnyDesk, body: FitRequest) -> ModelShown:
    """Learn what is normal. The answer comes at once; the job tells how far it is."""
    return acts.fit(desk, body)


@door.get("", access="viewer", response_model=Page[ModelShown])
def listed(
    desk: AnyDesk,
    state: Annotated[list[JobState] | None, Query(description="May be repeated.")] = None,
    q: Annotated[str, Query(max_length=200, description="Words of the name.")] = "",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Any:
    """List models, newest first."""
    return acts.listed(desk, states=state or (), q=q, cursor=cursor, limit=limit)


@door.get("/{model}", access="viewer", responses=problems(404))
def read(desk: AnyDesk, model: str) -> ModelShown:
    """Tell about a model."""
    return acts.read(desk, model)


@door.get(
    "/{model}/download",
    access="viewer",
    response_class=StreamingResponse,
    responses=problems(404, 409) | {200: {"content": BYTES}},
)
def download(desk: AnyDesk, model: str) -> StreamingResponse:
    """Download a model as a bundle, for `oddline scan --model`."""
    name, size, pieces = acts.content(desk, model)
    headers = {"Content-Disposition": attachment(name), "Content-Length": str(size)}
    return StreamingResponse(pieces, media_type=BUNDLE, headers=headers)


@door.patch("/{model}", access="analyst", responses=problems(403, 404, 422))
def change(desk: AnyDesk, model: str, body: ModelChange) -> ModelShown:
    """Call a model otherwise."""
    return acts.change(desk, model, body.name)


@door.delete("/{model}", access="analyst", status_code=204, responses=problems(403, 404))
def remove(desk: AnyDesk, model: str) -> None:
    """Forget a model; scans that were held against it stay."""
    acts.remove(desk, model)
