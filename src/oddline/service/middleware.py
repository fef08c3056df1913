"""What is done to every request, before any route: hosts, other sites' forms, sizes, rates, headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oddline.service.asker import SAFE
from oddline.service.errors import Forbidden, Refusal, Unprocessable
from oddline.service.settings import LOOPBACK, Settings

__all__ = ["Guarded"]

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

Answer = Callable[[Request, Exception], Awaitable[ASGIApp]]


class Guarded:
    """Refuses what no route should see, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, settings: Settings, refused: Answer) -> None:
        self._app, self._settings, self._refused = app, settings, refused
        own = settings.base_url.split("://", 1)[-1]
        self._hosts = {_name(host) for host in (*settings.allowed_hosts, own, settings.host)}
        if settings.loopback:
            self._hosts |= set(LOOPBACK)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False
        told: dict[str, str] = {}
        scope["oddline.headers"] = told  # what a guard further in adds

        async def headed(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (HEADERS | told).items():
                    headers.setdefault(name, value)
                if self._settings.cookies_are_secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        try:
            self._check(scope)
        except Refusal as refusal:
            answer = await self._refused(Request(scope, receive), refusal)
            await answer(scope, receive, headed)
            return
        try:
            await self._app(scope, receive, headed)
        except Exception as error:
            if not begun:  # a bug of ours: the answer has the headers too
                answer = await self._refused(Request(scope, receive), error)
                await answer(scope, receive, headed)
            raise

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = _name(headers.get("host", ""))
        # A page of another site can make its own name mean this machine; it cannot choose ours.
        if "*" not in self._hosts and host not in self._hosts:
            raise Unprocessable(
                f"the service is not called {host!r}",
                expected=", ".join(sorted(self._hosts)),
                hint="ODDLINE_ALLOWED_HOSTS, or ODDLINE_PUBLIC_URL behind a proxy",
            )
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            raise Unprocessable("a NUL is in the address", expected="text")
        if scope["method"] in SAFE or "authorization" in headers:
            return
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site not in {None, "same-origin", "none"} or (origin and not self._ours(origin)):
            raise Forbidden("this was sent by a page of another site")

    def _ours(self, origin: str) -> bool:
        return origin != "null" and ("*" in self._hosts or _name(origin.split("://", 1)[-1]) in self._hosts)


def _name(host: str) -> str:
    """Take the port off a host.

    Examples
    --------
    >>> _name("localhost:8765"), _name("[::1]:80"), _name("::1"), _name("example.org/")
    ('localhost', '::1', '::1', 'example.org')
    """
    host = host.strip().lower().split("/", 1)[0]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") != 1 else host.partition(":")[0]
