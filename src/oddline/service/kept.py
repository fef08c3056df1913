"""Routes about finished scans: what was found does not change, and many ask the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import Scan, Verdict

__all__ = ["kept", "scans_of", "stamps_of"]

_SAID = select(func.count()).where(Verdict.scan_id == Scan.id).scalar_subquery()
_LAST = select(func.max(Verdict.created)).where(Verdict.scan_id == Scan.id).scalar_subquery()
STAMPS = select(Scan.id, Scan.finished, _SAID, _LAST).where(
    Scan.id.in_(bindparam("scans", expanding=True)), Scan.workspace_id == bindparam("workspace"), Scan.state == "done"
)

Handle = Callable[[Request], Coroutine[Any, Any, Response]]


async def kept(request: Request, service: Service, stamps: list[str] | None, handle: Handle) -> Response:
    """Answer with what is kept, or make it; a reader who has it already is told so (304) and sent nothing.

    ``stamps`` are those of the scans, which :func:`stamps_of` looks up each time.
    """
    if stamps is None:
        return await handle(request)
    key = hashlib.sha256("\n".join((*stamps, request.url.path, request.url.query)).encode()).hexdigest()
    headers = {"etag": f'"{key[:32]}"', "cache-control": "private, no-cache"}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = service.answers.get(key)
    if body is not None:
        return Response(body, headers=headers, media_type="application/json")
    answer = await handle(request)
    if answer.status_code == 200:
        answer.headers.update(headers)
        service.answers.put(key, bytes(answer.body))
    return answer


def scans_of(request: Request) -> list[str]:
    """List the scans that a request is about: those of the path and of the query."""
    named = (request.path_params.get("scan"), request.query_params.get("a"), request.query_params.get("b"))
    return [scan for scan in named if scan is not None]


def stamps_of(scans: list[str], db: Session, asker: Asker) -> list[str] | None:
    """Say as of when each scan is; None unless all are done, and the asker's own.

    A verdict, or a scan that is done anew, makes another stamp.
    """
    told = db.execute(STAMPS, {"scans": scans, "workspace": asker.workspace_id})
    found = {row[0]: row for row in told}
    if not scans or set(found) != set(scans):
        return None
    return [" ".join(map(str, found[scan])) for scan in scans]
