"""Routes about finished scans: what was found does not change, and many ask the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import Scan, Verdict

__all__ = ["kept"]

Handle = Callable[[Request], Coroutine[Any, Any, Response]]


async def kept(request: Request, service: Service, asker: Asker, handle: Handle) -> Response:
    """Answer with what is kept, or make it; a reader who has it already is told so (304) and sent nothing.

    The scans are those of the path and of the query. Whether they are the asker's is looked up each time; a verdict,
    or a scan that is done anew, makes another key.
    """
    named = (request.path_params.get("scan"), request.query_params.get("a"), request.query_params.get("b"))
    scans = [scan for scan in named if scan is not None]
    stamps = await run_in_threadpool(_stamps, service, asker, scans)
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


def _stamps(service: Service, asker: Asker, scans: list[str]) -> list[str] | None:
    """Say as of when each scan is; None unless all are done, and the asker's own."""
    said = select(func.count()).where(Verdict.scan_id == Scan.id).scalar_subquery()
    last = select(func.max(Verdict.created)).where(Verdict.scan_id == Scan.id).scalar_subquery()
    mine = (Scan.id.in_(scans), Scan.workspace_id == asker.workspace_id, Scan.state == "done")
    with service.reading() as db:
        found = {row[0]: row for row in db.execute(select(Scan.id, Scan.finished, said, last).where(*mine))}
    if not scans or set(found) != set(scans):
        return None
    return [" ".join(map(str, found[scan])) for scan in scans]
