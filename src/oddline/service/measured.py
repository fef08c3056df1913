"""Counts and times every answer, by the template of its route."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oddline.service.people.metrics import Metrics

__all__ = ["Measured"]


class Measured:
    """Tells the metrics how each request ended; it stands outside of everything else."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and look at its clock."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._metrics.answered(scope["method"], _template(scope), status, time.perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, seen)


def _template(scope: Scope) -> str:
    """Give the route's template: the addresses themselves are without number."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return "static" if scope["path"].startswith("/static/") else "none"
    return f"/api/v1{path}" if scope["path"].startswith("/api/v1/") else str(path)
