"""A request that may be sent again: the same key and the same request get the same answer, and act once.

The answer is kept in the transaction of the act, so that after a crash there are both or neither
(draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from fastapi import Request, Response
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import IdempotencyKey
from oddline.service.db.types import now
from oddline.service.errors import Conflict, Unprocessable

__all__ = ["HEADER", "once"]

HEADER = "idempotency-key"
KEPT = timedelta(days=1)
LONGEST_KEY, LARGEST = 128, 1 << 18
NOT_KEPT = frozenset({"set-cookie", "content-length"})


async def once(
    request: Request, service: Service, asker: Asker, handle: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Answer a request that carries a key: by acting, or by what was answered before.

    Raises
    ------
    Unprocessable
        If the key is no key, or was used for another request.
    Conflict
        If the first request of that key is still running.
    """
    key = request.headers[HEADER]
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Unprocessable("the Idempotency-Key is no key", expected=f"1 to {LONGEST_KEY} printable ASCII characters")
    mine = (asker.id, key)
    if mine in service.answering:
        raise _running()
    service.answering.add(mine)
    try:
        print_ = await _print(request, asker)
        kept = await run_in_threadpool(_kept, service, mine)
        if kept is not None:
            return _again(kept, print_)
        answer = await handle(request)
        await run_in_threadpool(_keep, service, request, mine, print_, answer)
        return answer
    finally:
        service.answering.discard(mine)


async def _print(request: Request, asker: Asker) -> str:
    """Tell requests apart; of a body that is no small JSON, which may be gigabytes, the length stands for it."""
    headers = request.headers
    kind, length = headers.get("content-type", ""), headers.get("content-length", "0")
    said = [asker.workspace_id, request.method, request.url.path, request.url.query, kind, length]
    seen = hashlib.sha256("\n".join(said).encode())
    if kind.startswith("application/json") and length.isdigit() and int(length) <= LARGEST:
        seen.update(await request.body())
    return seen.hexdigest()


def _kept(service: Service, mine: tuple[str, str]) -> IdempotencyKey | None:
    with service.reading() as db:
        kept = db.get(IdempotencyKey, mine)
    return kept if kept and kept.created > now() - KEPT else None


def _again(kept: IdempotencyKey, print_: str) -> Response:
    if kept.request != print_:
        raise Unprocessable("this Idempotency-Key was used for another request", hint="make a new key for each act")
    answer: dict[str, Any] = kept.answer or {}
    headers = answer["headers"] | {"Idempotency-Replayed": "true"}
    return Response(answer["body"], status_code=answer["status"], headers=headers)


def _keep(service: Service, request: Request, mine: tuple[str, str], print_: str, answer: Response) -> None:
    body = getattr(answer, "body", None)
    if body is None or len(body) > LARGEST or answer.status_code >= 400:
        return
    headers = {name: value for name, value in answer.headers.items() if name not in NOT_KEPT}
    told = {"status": answer.status_code, "headers": headers, "body": bytes(body).decode()}
    desk = request.scope.get("oddline.desk")
    open_transaction: Any = nullcontext(desk.db) if desk else service.writing()
    with open_transaction as db:
        _write(db, mine, print_, told)


def _write(db: Session, mine: tuple[str, str], print_: str, told: dict[str, Any]) -> None:
    asker_id, key = mine
    old = (IdempotencyKey.asker_id == asker_id) & (IdempotencyKey.created <= now() - KEPT)
    db.execute(delete(IdempotencyKey).where(old))
    db.add(IdempotencyKey(asker_id=asker_id, key=key, request=print_, answer=told))
    try:
        db.flush()
    except IntegrityError as error:  # another process was faster: what was done here is rolled back
        raise _running() from error


def _running() -> Conflict:
    return Conflict(
        "the first request with this Idempotency-Key is still running",
        hint="send it again in a second: you get its answer",
        headers={"Retry-After": "1"},
    )
