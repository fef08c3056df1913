"""Until somebody administers the service, whoever is not on this machine finds the door shut."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from oddline.service.acts import setup
from oddline.service.context import Service
from oddline.service.errors import Refusal

__all__ = ["ClosedUntilSetUp", "NotSetUp"]

OPEN = frozenset({"/health", "/ready", "/setup", "/api/v1/setup"})
Answer = Callable[[Request, Exception], Awaitable[ASGIApp]]


class NotSetUp(Refusal):
    """Nobody administers the service yet."""

    status: ClassVar[int] = 503
    kind: ClassVar[str] = "not-set-up"


class ClosedUntilSetUp:
    """Lets nothing but the set-up pass, where others can reach the service and nobody administers it."""

    def __init__(self, app: ASGIApp, service: Service, refused: Answer) -> None:
        self._app, self._service, self._refused = app, service, refused
        self._open = not service.settings.exposed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        path = scope.get("path", "")
        if scope["type"] == "lifespan" or self._open or path in OPEN or path.startswith("/static/"):
            await self._app(scope, receive, send)
            return
        if await run_in_threadpool(setup.needed, self._service):
            refusal = NotSetUp(
                "the administrator is not set up yet",
                hint="open the link that oddline serve printed when it started; a new start prints a new one",
            )
            answer = await self._refused(Request(scope, receive), refusal)
            await answer(scope, receive, send)
            return
        self._open = True  # the last administrator cannot be removed, so it stays so
        await self._app(scope, receive, send)
