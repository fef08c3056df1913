"""The application: routes are the files of ``routes``, pages those of ``oddline.web``; nothing is listed by hand."""

from __future__ import annotations

import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

import oddline
from oddline.service import problems, routes
from oddline.service.closed import ClosedUntilSetUp
from oddline.service.context import Service
from oddline.service.measured import Measured
from oddline.service.middleware import Guarded
from oddline.service.settings import Settings

__all__ = ["API", "create_app"]

API = "/api/v1"
WORDS = """Finds the odd lines in logs, and says why.

Send a token as `Authorization: Bearer odl_…`. Errors are problem details (RFC 9457). Lists come in pages: pass `next`
on as `cursor`. A request that creates something may carry an `Idempotency-Key`, and can then be sent again.
"""


def create_app(settings: Settings | None = None, *, service: Service | None = None) -> FastAPI:
    """Build the application over a service, or over one that is opened from settings.

    Examples
    --------
    >>> import tempfile
    >>> app = create_app(Settings(data_dir=tempfile.mkdtemp()))
    >>> app.openapi()["info"]["title"]
    'Oddline'
    """
    service = service or Service.open(settings or Settings())

    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        for hook in _hooks():
            hook(service)
        try:
            yield
        finally:
            for part in reversed(list(service.parts.values())):
                part.stop()
            service.close()

    app = FastAPI(
        title="Oddline",
        version=oddline.__version__,
        description=WORDS,
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation,
        max_body_size=service.settings.limits.body_bytes,
    )
    app.state.service = service
    app.state.error_page = None
    problems.install(app)
    for module in _modules("oddline.service.routes", routes.__path__):
        app.include_router(module.door.router, prefix="" if getattr(module, "AT_ROOT", False) else API)
    _pages(app)
    app.add_middleware(ClosedUntilSetUp, service=service, refused=problems.answer)
    app.add_middleware(Guarded, settings=service.settings, refused=problems.answer)
    app.add_middleware(Measured, metrics=service.metrics)
    return app


def _modules(package: str, path: Any) -> list[Any]:
    names = sorted(found.name for found in pkgutil.iter_modules(path) if not found.name.startswith("_"))
    return [import_module(f"{package}.{name}") for name in names]


def _hooks() -> list[Callable[[Service], None]]:
    """What a service starts with: each file of ``starts`` has one function, ``start``."""
    from oddline.service import starts

    return [module.start for module in _modules("oddline.service.starts", starts.__path__)]


def _pages(app: FastAPI) -> None:
    """Put the web UI on; it stands above the service, which knows it by name only."""
    import_module("oddline.web").install(app)


def _operation(route: APIRoute) -> str:
    """Name an operation after its function and its noun, as clients that are made from the schema call it."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name
