"""A router on which every route says who may pass; a route that says nothing cannot be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Depends, Header, Request
from sqlalchemy.orm import Session

from oddline.service.asker import SAFE, Asker, address_of
from oddline.service.context import Service
from oddline.service.guard import REPEATABLE, ROUTE_ACCESS, Access, GuardedRoute, allow
from oddline.service.schemas.problem import problems

__all__ = ["ROUTE_ACCESS", "Access", "AnyDesk", "Desk", "Door", "OpenDesk", "Serving", "Visitor", "allow"]

MAKES = frozenset({201, 202})
"""What answers with these makes something: it may be sent again with an ``Idempotency-Key``."""


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]


def _visitor(request: Request) -> Asker | None:
    """Tell who asks; the guard has found out."""
    asker: Asker | None = request.scope.get("oddline.asker")
    return asker


Visitor = Annotated[Asker | None, Depends(_visitor)]


Who = TypeVar("Who")


@dataclass
class Desk(Generic[Who]):
    """What an act works with: the service, one transaction, who asks, and from where."""

    service: Service
    db: Session
    asker: Who
    address: str = ""


def _desk(request: Request, service: Serving, asker: Visitor) -> Iterator[Any]:
    """Open a transaction for one request; it is committed before the answer leaves, or not at all."""
    with service.reading() if request.method in SAFE else service.writing() as db:
        desk = Desk(service, db, asker, address_of(request))
        request.scope["oddline.desk"] = desk
        yield desk


AnyDesk = Annotated["Desk[Asker]", Depends(_desk, scope="function")]
OpenDesk = Annotated["Desk[Asker | None]", Depends(_desk, scope="function")]


def _repeatable(
    idempotency_key: Annotated[
        str | None, Header(max_length=128, description="Sent again with the same key, it is done once.")
    ] = None,
) -> None:
    """Tell the schema of the header; the guard heeds it."""


def _refusals(method: str, path: str, access: Access) -> Iterator[int | str]:
    """Say with which problems a route may answer whatever it does: for who asks, and for what its path names.

    Examples
    --------
    >>> list(_refusals("DELETE", "/{scan}", "analyst"))
    [401, 403, 404, 'default']
    """
    if access != "public":
        yield 401
        if access != "signed-in" or method not in SAFE:
            yield 403
    if "{" in path:
        yield 404
    yield "default"


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
        self.router = APIRouter(prefix=prefix, tags=[tag], include_in_schema=in_schema, route_class=GuardedRoute)

    def route(
        self, method: str, path: str, *, access: Access, idempotent: bool | None = None, **options: Any
    ) -> Callable[[Any], Any]:
        """Register a route; ``options`` go to FastAPI.

        ``idempotent`` is by default what makes something, which the status says; an answer that holds a secret is not.
        """
        extra = {ROUTE_ACCESS: access, **options.pop("openapi_extra", {})}
        dependencies = list(options.pop("dependencies", []))
        if options.get("status_code") in MAKES if idempotent is None else idempotent:
            extra[REPEATABLE] = True
            dependencies.append(Depends(_repeatable))
        refusals = problems(*_refusals(method, path, access)) | options.pop("responses", {})
        options |= {"dependencies": dependencies, "openapi_extra": extra, "responses": refusals}
        return self.router.api_route(path, methods=[method], **options)

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
