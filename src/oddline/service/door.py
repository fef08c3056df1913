"""A router on which every route says who may pass; a route that says nothing cannot be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from oddline.service.asker import COOKIE, SAFE, Asker, asker_of, may
from oddline.service.context import Service
from oddline.service.errors import Forbidden, Stranger
from oddline.service.multipart import MULTIPART, form_key_of

__all__ = ["ROUTE_ACCESS", "Access", "AnyDesk", "Desk", "Door", "OpenDesk", "Serving", "Visitor", "allow"]

Access = Literal["public", "signed-in", "ingest", "viewer", "analyst", "admin", "administrator"]
"""``public``: everyone; ``signed-in``: whoever is known; a role: in the workspace; ``administrator``: of the server."""

ROUTE_ACCESS = "x-oddline-access"
FORM = "application/x-www-form-urlencoded"


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]


async def _visitor(request: Request, service: Serving) -> Asker | None:
    """Tell who asks, once a request."""
    if request.method not in SAFE and COOKIE in request.cookies and "authorization" not in request.headers:
        kind = request.headers.get("content-type", "")
        if kind.startswith(FORM):
            request.scope["oddline.form_key"] = str((await request.form()).get("form_key", ""))
        elif kind.startswith(MULTIPART):
            request.scope["oddline.form_key"] = await form_key_of(request)
    return await run_in_threadpool(asker_of, request, service)


Visitor = Annotated[Asker | None, Depends(_visitor)]


Who = TypeVar("Who")


@dataclass
class Desk(Generic[Who]):
    """What an act works with: the service, one transaction, and who asks."""

    service: Service
    db: Session
    asker: Who


def _desk(request: Request, service: Serving, asker: Visitor) -> Iterator[Any]:
    """Open a transaction for one request; it is committed before the answer leaves, or not at all."""
    with service.reading() if request.method in SAFE else service.writing() as db:
        yield Desk(service, db, asker)


AnyDesk = Annotated["Desk[Asker]", Depends(_desk, scope="function")]
OpenDesk = Annotated["Desk[Asker | None]", Depends(_desk, scope="function")]


def allow(access: Access, asker: Asker | None) -> None:
    """Let pass, or refuse.

    Raises
    ------
    Stranger
        If nobody is signed in.
    Forbidden
        If who asks may not do this.
    """
    if access == "public":
        return
    if asker is None:
        raise Stranger("you are not signed in", hint="sign in, or send Authorization: Bearer with a token")
    if access == "administrator":
        if not asker.administrator:
            raise Forbidden("only an administrator of this server may do this")
    elif access != "signed-in" and not may(asker.role, access):
        raise Forbidden(f"this needs the role {access}; yours in {asker.workspace} is {asker.role}")


def _guard(access: Access) -> Callable[[Asker | None], None]:
    def guard(asker: Visitor) -> None:
        allow(access, asker)

    return guard


class Door:
    """Registers routes with their access; ``router`` goes into the application.

    Examples
    --------
    >>> door = Door("/scans", "scans")
    >>> @door.get("/{scan}", access="viewer")
    ... def read(scan: str) -> str:
    ...     return scan
    >>> door.router.routes[0].openapi_extra
    {'x-oddline-access': 'viewer'}
    """

    def __init__(self, prefix: str, tag: str, *, in_schema: bool = True) -> None:
        self.router = APIRouter(prefix=prefix, tags=[tag], include_in_schema=in_schema)

    def route(self, method: str, path: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:
        """Register a route; ``options`` go to FastAPI."""
        guards = [Depends(_guard(access)), *options.pop("dependencies", [])]
        extra = {ROUTE_ACCESS: access, **options.pop("openapi_extra", {})}
        return self.router.api_route(path, methods=[method], dependencies=guards, openapi_extra=extra, **options)

    def get(self, path: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:
        """Register a route for reading."""
        return self.route("GET", path, access=access, **options)

    def post(self, path: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:
        """Register a route that makes or starts something."""
        return self.route("POST", path, access=access, **options)

    def put(self, path: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:
        """Register a route that sets something."""
        return self.route("PUT", path, access=access, **options)

    def patch(self, path: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:
        """Register a route that changes something."""
        return self.route("PATCH", path, access=access, **options)

    def delete(self, path: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:
        """Register a route that removes something."""
        return self.route("DELETE", path, access=access, **options)
