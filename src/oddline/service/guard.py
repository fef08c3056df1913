"""What stands before every route, and runs before a byte of the body is read: who asks, how often, and may they."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from inspect import iscoroutinefunction
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from oddline.service.asker import COOKIE, SAFE, WORKSPACE, Asker, address_of, asker_of, may
from oddline.service.context import Service
from oddline.service.errors import Forbidden, Refusal, Stranger
from oddline.service.idempotency import HEADER, once
from oddline.service.kept import kept, scans_of, stamps_of
from oddline.service.multipart import MULTIPART, form_key_of
from oddline.service.people.pace import source
from oddline.service.people.secrets import digest

__all__ = ["KEPT", "REPEATABLE", "ROUTE_ACCESS", "Access", "GuardedRoute", "allow"]

Access = Literal["public", "signed-in", "ingest", "viewer", "analyst", "admin", "administrator"]
"""``public``: everyone; ``signed-in``: whoever is known; a role: in the workspace; ``administrator``: of the server."""

ROUTE_ACCESS = "x-oddline-access"
REPEATABLE = "x-oddline-repeatable"
KEPT = "x-oddline-kept"
"""On a route about finished scans: its answers are kept, and made once."""

FORM = "application/x-www-form-urlencoded"
UNCOUNTED = frozenset({"/health", "/ready", "/metrics"})


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
        if not asker.workspace:
            raise Forbidden("you belong to no workspace", hint="ask an administrator to let you into one")
        raise Forbidden(f"this needs the role {access}; yours in {asker.workspace} is {asker.role}")


class GuardedRoute(APIRoute):
    """A route that says in ``openapi_extra`` who may pass; one that does not, lets nobody but administrators."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the guard before FastAPI's own handler, which would read the body first."""
        handle = super().get_route_handler()
        extra = self.openapi_extra or {}
        access: Access = extra.get(ROUTE_ACCESS, "administrator")
        repeatable = bool(extra.get(REPEATABLE))

        async def guarded(request: Request) -> Response:
            service: Service = request.app.state.service
            await _read_form_key(request, service)
            async with service.gate.turn():
                asker = await let_in(request, service)
                if request.method in SAFE:
                    return await answered(request, service, asker)
            await _read_body(request)
            async with service.gate.turn():
                return await answered(request, service, asker)

        async def guarded_stream(request: Request) -> Response:
            service: Service = request.app.state.service
            await _read_form_key(request, service)
            return await answered(request, service, await let_in(request, service))

        async def let_in(request: Request, service: Service) -> Asker | None:
            asker = await _who(request, service, access, extra.get(KEPT, False))
            request.scope["oddline.asker"] = asker
            allow(access, asker)
            return asker

        async def answered(request: Request, service: Service, asker: Asker | None) -> Response:
            if repeatable and asker is not None and HEADER in request.headers:
                return await once(request, service, asker, handle)
            if extra.get(KEPT) and asker is not None:
                return await kept(request, service, request.scope["oddline.stamps"], handle)
            return await handle(request)

        # What streams a body takes as long as the sender likes.
        return guarded_stream if iscoroutinefunction(self.endpoint) else guarded


async def _who(request: Request, service: Service, access: Access, stamps: bool) -> Asker | None:
    """Tell who asks, and count it; on a public route a key that does not hold is no key."""
    key = _key(request, stamps=stamps)
    try:
        fact: tuple[Asker | None, list[str] | None] | None
        fact = service.known.get(key) if request.method in SAFE else None
        if fact is None:
            as_of = service.known.as_of
            fact = await run_in_threadpool(_looked_up, request, service, stamps)
            if request.method in SAFE and fact[0] is not None:
                service.known.put(key, fact, as_of=as_of)
        asker, request.scope["oddline.stamps"] = fact
    except Refusal:
        _count(request, service, None)
        if access != "public":
            raise
        return None
    _count(request, service, asker)
    return asker


def _key(request: Request, *, stamps: bool) -> tuple[Any, ...]:
    """Give all that the answer to who asks, and as of when it is, depends on."""
    headers = request.headers
    shown = (headers.get("authorization"), request.cookies.get(COOKIE), headers.get(WORKSPACE), address_of(request))
    # Hashed, so that no secret is kept longer than its request.
    return (digest(repr(shown)), stamps, *(scans_of(request) if stamps else ()))


def _looked_up(request: Request, service: Service, stamps: bool) -> tuple[Asker | None, list[str] | None]:
    """Find out who asks, and, in the same visit to another thread, as of when what they ask about is."""
    with service.reading() as db:
        asker = asker_of(request, service, db)
        return asker, stamps_of(scans_of(request), db, asker) if stamps and asker is not None else None


def _count(request: Request, service: Service, asker: Asker | None) -> None:
    if request.url.path in UNCOUNTED:
        return
    who = asker.id if asker else source(address_of(request))
    headers = service.pace.request(who, service.settings.limits.requests_per_minute)
    request.scope.get("oddline.headers", {}).update(headers)


async def _read_body(request: Request) -> None:
    """Read the body at the pace of its sender, for whom nobody waits; it is kept in the request for the route."""
    if "oddline.form" in request.scope:
        return  # a form with files, read as far as its key: only a route that streams goes on with it
    try:
        await request.body()
    except ClientDisconnect as error:
        raise Refusal("the connection broke off before all was sent") from error


async def _read_form_key(request: Request, service: Service) -> None:
    """Take the form key out of a form that a browser sends without a script."""
    headers = request.headers
    if request.method in SAFE or COOKIE not in request.cookies or "x-csrf-token" in headers:
        return
    length = headers.get("content-length", "")
    small = length.isdigit() and int(length) <= service.settings.limits.body_bytes
    if small and headers.get("content-type", "").startswith(FORM):
        await request.body()  # kept in the request, so that the route reads it once more
        request.scope["oddline.form_key"] = str((await request.form()).get("form_key", ""))
    elif headers.get("content-type", "").startswith(MULTIPART) and "authorization" not in headers:
        request.scope["oddline.form_key"] = await form_key_of(request)  # files that follow it are not read yet
