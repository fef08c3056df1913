"""Send files: in one go, in parts that can be resumed, or by a form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Body, Header, Query, Request, Response
from pydantic import AwareDatetime

from oddline.service.acts import receiving
from oddline.service.acts import uploads as acts
from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.door import AnyDesk, Desk, Door, Serving, Visitor
from oddline.service.errors import Unprocessable
from oddline.service.multipart import MULTIPART, Form
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.routes._content import sent_as_file
from oddline.service.schemas.problem import problems
from oddline.service.schemas.uploads import SHA256, Completion, State, UploadShown, UploadsSent
from oddline.service.storage.uploads import content_of

door = Door("/uploads", "uploads")

UNLIMITED = 1 << 62
"""The limit on bodies is for JSON and forms; bytes of uploads are counted against the limits of uploads."""

BYTES = {"schema": {"type": "string", "format": "binary"}}
FILES = {"schema": {"type": "object", "properties": {"file": {"type": "array", "items": BYTES["schema"]}}}}
OFFSET = {"Upload-Offset": {"description": "Bytes that have arrived.", "schema": {"type": "integer"}}}


def _body(**kinds: Any) -> dict[str, Any]:
    return {"requestBody": {"required": False, "content": kinds}}


@door.post(
    "",
    access="ingest",
    status_code=201,
    max_body_size=UNLIMITED,
    response_model=UploadShown | UploadsSent,
    responses=problems(400, 403, 413, 422),
    openapi_extra=_body(**{"application/octet-stream": BYTES, MULTIPART: FILES}),
)
async def send(
    request: Request,
    answer: Response,
    service: Serving,
    asker: Visitor,
    name: Annotated[str, Query(max_length=1024, description="What the file is called.")] = "upload",
    size: Annotated[int | None, Query(ge=0, le=UNLIMITED, description="Bytes of the whole, if known.")] = None,
    sha256: Annotated[str | None, Query(pattern=SHA256, description="Checked at the end, if given.")] = None,
    modified: Annotated[AwareDatetime | None, Query(description="When the file was last changed.")] = None,
) -> UploadShown | UploadsSent:
    """Send a file as the raw body, or several as a form; with an empty body, begin an upload that parts follow.

    The body is stored as it comes. If it breaks off, what arrived is kept: find the upload in the list, and go on
    with `PATCH`. With `size`, an upload is complete when so many bytes have arrived.
    """
    asker = _known(asker)
    if request.headers.get("content-type", "").startswith(MULTIPART):
        return UploadsSent(items=[one async for one in _form_files(request, service, asker)])
    announced = _length(request)
    acts.check_size(service.settings, max(announced or 0, size or 0))
    pieces = request.stream()
    # Only what follows tells whether a body without a length is empty.
    first = b"" if announced == 0 else await anext(pieces, b"")
    upload_id = await run_sync(partial(_begin, service, asker, name, size, sha256, modified))
    received = 0
    if first:
        received = await receiving.receive(service, asker, upload_id, 0, _with(first, pieces), length=announced)
    shown = await _after(service, asker, upload_id, received, ended=bool(first) and size is None)
    answer.headers["Location"] = f"/api/v1/uploads/{upload_id}"
    answer.headers["Upload-Offset"] = str(shown.received)
    return shown


@door.patch(
    "/{upload}",
    access="ingest",
    max_body_size=UNLIMITED,
    responses=problems(400, 404, 409, 413, 422) | {200: {"headers": OFFSET}},
    openapi_extra=_body(**{"application/octet-stream": BYTES}),
)
async def append(
    upload: str,
    request: Request,
    answer: Response,
    service: Serving,
    asker: Visitor,
    upload_offset: Annotated[int, Header(ge=0, le=UNLIMITED, description="Where this part begins.")],
) -> UploadShown:
    """Send a part. It must begin where the upload stands; 409 tells where that is."""
    asker = _known(asker)
    received = await receiving.receive(service, asker, upload, upload_offset, request.stream(), length=_length(request))
    shown = await _after(service, asker, upload, received, ended=False)
    answer.headers["Upload-Offset"] = str(shown.received)
    return shown


@door.post("/{upload}/complete", access="ingest", responses=problems(404, 409, 413, 422))
async def complete(
    upload: str, service: Serving, asker: Visitor, body: Annotated[Completion | None, Body()] = None
) -> UploadShown:
    """Say that all has been sent. Its size and SHA-256 are checked if they are told; asked again, it answers again."""
    told = body or Completion(size=None, sha256=None)
    return await receiving.finish(service, _known(asker), upload, told.size, told.sha256)


@door.get("", access="viewer", response_model=Page[UploadShown], responses=problems(422))
def listed(
    desk: AnyDesk,
    q: Annotated[str, Query(max_length=200, description="Part of the name.")] = "",
    state: Annotated[State | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """List the workspace's uploads, newest first."""
    return acts.listed(desk, q, state, cursor, limit)


@door.route(
    "HEAD", "/{upload}", access="signed-in", status_code=204, responses=problems(404) | {204: {"headers": OFFSET}}
)
def offset(upload: str, desk: AnyDesk) -> Response:
    """Tell in `Upload-Offset` where to go on."""
    found = acts.find(desk, upload)
    headers = {"Upload-Offset": str(found.received), "Upload-State": found.state, "Cache-Control": "no-store"}
    if found.size is not None:
        headers["Upload-Length"] = str(found.size)
    return Response(status_code=204, headers=headers)


@door.get("/{upload}", access="signed-in", responses=problems(404))
def read(upload: str, desk: AnyDesk) -> UploadShown:
    """Tell about an upload."""
    return acts.read(desk, upload)


@door.delete("/{upload}", access="ingest", status_code=204, responses=problems(403, 404, 409))
def remove(upload: str, desk: AnyDesk) -> None:
    """Remove an upload; what scans have found in it stays."""
    acts.remove(desk, upload)


@door.get(
    "/{upload}/content",
    access="viewer",
    response_class=Response,
    responses=problems(404, 409, 416) | {200: {"content": {"application/octet-stream": BYTES}}, 206: {}},
)
def content(upload: str, service: Serving, asker: Visitor, request: Request) -> Response:
    """Download an upload as it was sent; one `Range` of bytes can be asked for."""
    asker = _known(asker)
    with service.reading() as db:
        found = acts.find(Desk(service, db, asker), upload)
    return sent_as_file(request, content_of(service, upload, asker.workspace_id), etag=found.sha256 or "")


def _known(asker: Asker | None) -> Asker:
    assert asker is not None  # the door lets nobody else in
    return asker


def _length(request: Request) -> int | None:
    told = request.headers.get("content-length", "")
    return int(told) if told.isdigit() else None


def _begin(service: Service, asker: Asker, name: str, *told: Any) -> str:
    with service.writing() as db:
        return acts.begin(Desk(service, db, asker), name, *told).id


async def _with(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in others:
        yield piece


async def _after(service: Service, asker: Asker, upload_id: str, received: int, *, ended: bool) -> UploadShown:
    """Complete what is all there; tell how the rest stands."""
    shown = await run_sync(partial(_look, service, asker, upload_id))
    full = shown.size is not None and shown.size == received
    if shown.state == "receiving" and (ended or full):
        return await receiving.finish(service, asker, upload_id)
    return shown


def _look(service: Service, asker: Asker, upload_id: str) -> UploadShown:
    with service.reading() as db:
        return acts.read(Desk(service, db, asker), upload_id)


async def _form_files(request: Request, service: Service, asker: Asker) -> AsyncIterator[UploadShown]:
    form: Form = request.scope.get("oddline.form") or Form(request)
    acts.check_size(service.settings, 0)
    count = 0
    async for name, pieces in form.files():
        if not name:  # a file field that was left empty
            continue
        count += 1
        upload_id = await run_sync(partial(_begin, service, asker, name))
        await receiving.receive(service, asker, upload_id, 0, pieces, length=None)
        yield await receiving.finish(service, asker, upload_id)
    if not count:
        raise Unprocessable("no file in the form", expected="at least one field of type file")
