"""A small site of made-up data under the real policy: the shell is tried on it, without the service."""

# ruff: noqa: E501 - made-up data

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from oddline.service.middleware import CSP
from oddline.web.environment import environment
from oddline.web.rendering import render, theme_of
from oddline.web.shell import Place, Shell
from oddline.web.static_files import assets

PAGES = Path(__file__).parent / "pages"
HOSTILE = "</td><script>window.harmed=1</script>\x1b[2J\u202egnp.exe <img src=x onerror=window.harmed=1>"
SHELL = Shell(
    here="scans", form_key="key-1", name="Mina Park", email="mina@payments.example", workspace=Place("payments", "payments"),
    workspaces=(Place("payments", "payments"), Place("search", "search")), role="admin", administrator=True,
    incidents=2, incidents_hot=True, jobs=1,
)  # fmt: skip
SEVERITIES = ("critical", "high", "medium", "low")


def row(number: int) -> dict[str, Any]:
    severity = SEVERITIES[number * 4 // 250]
    text = HOSTILE if number == 3 else f"connection to 10.3.7.{number}:5432 refused"
    return {
        "row": number, "line": 31_000 + number, "ts": f"2026-11-21T12:{number // 60:02}:{number % 60:02}Z", "score": 97 - number * 97 // 250,
        "severity": severity, "text": text, "why": "188 in 5 min, expected ≤ 2", "host": f"edge-{number % 3}",
    }  # fmt: skip


class Site:
    """What the site remembers of what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.hold: str | None = None
        self.broken = 0
        self.lost = 0
        self.uploads: dict[str, dict[str, Any]] = {}
        self.heard: list[str] = []
        self.acts: list[tuple[str, str, dict[str, str], bytes]] = []
        self.url = ""

    async def rows(self, request: Request) -> Response:
        query = request.query_params
        self.asked.append(str(query))
        while self.hold is not None and self.hold in str(query):  # until the test lets go
            await asyncio.sleep(0.01)
        if self.broken:
            self.broken -= 1
            return problem(422, "the search is no search", hint="take the bracket away")
        found = [row(number) for number in range(250)]
        found = [one for one in found if query.get("q", "").lower() in str(one["text"]).lower()]
        chosen = query.getlist("severity")
        found = [one for one in found if not chosen or one["severity"] in chosen]
        if not query.get("sort", "-score").startswith("-"):
            found.reverse()
        begin, limit = int(query.get("cursor") or 0), int(query.get("limit", 100))
        after = str(begin + limit) if begin + limit < len(found) else None
        return JSONResponse({"items": found[begin : begin + limit], "next": after, "total": len(found)})

    async def row(self, request: Request) -> Response:
        return JSONResponse(row(int(request.path_params["row"])))

    async def act(self, request: Request) -> Response:
        self.acts.append((request.method, request.url.path, dict(request.headers), await request.body()))
        if self.broken:
            self.broken -= 1
            errors = [{"loc": ["body", "name"], "msg": "is taken"}]
            return problem(422, "name: is taken", errors=errors)
        return JSONResponse({"id": "tok_1"})

    async def upload(self, request: Request) -> Response:
        if request.method == "POST":
            key = f"upl_{len(self.uploads)}"
            self.uploads[key] = {
                "id": key,
                "name": request.query_params["name"],
                "size": int(request.query_params["size"]),
                "data": b"",
            }
            return JSONResponse({"id": key}, 201)
        one = self.uploads[request.path_params["key"]]
        if request.method == "PATCH":
            if self.broken:
                self.broken -= 1
                return problem(503, "not ready")
            if int(request.headers["upload-offset"]) != len(one["data"]):
                return problem(409, "another offset")
            one["data"] += await request.body()
            if self.lost:  # it arrived; that it did is never told
                self.lost -= 1
                return problem(502, "bad gateway")
        if request.method == "DELETE":
            one["gone"] = True
        told = {"id": one["id"], "offset": len(one["data"]), "size": one["size"]}
        return JSONResponse(told, headers={"upload-offset": str(len(one["data"]))})

    async def complete(self, request: Request) -> Response:
        one = self.uploads[request.path_params["key"]]
        return JSONResponse({"id": one["id"], "bytes": len(one["data"])})

    async def events(self, request: Request) -> Response:
        """Two events a connection, then the line is cut."""
        last = int(request.headers.get("last-event-id", "0"))
        self.heard.append(str(last))

        async def stream() -> AsyncIterator[str]:
            for number in (last + 1, last + 2):
                yield f'id: {number}\nevent: progress\ndata: {{"n": {number}}}\n\n'
            if last >= 4:
                await asyncio.sleep(30)

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def components(self, request: Request) -> HTMLResponse:
        made = environment().overlay()
        made.loader = ChoiceLoader([FileSystemLoader(PAGES), environment().loader])  # type: ignore[list-item]
        page = made.get_template("components.html.j2").render(shell=SHELL, theme=theme_of(request))
        return HTMLResponse(page)

    async def script(self, _request: Request) -> Response:
        return Response((PAGES / "components.js").read_text(), media_type="text/javascript")

    async def plain(self, request: Request) -> HTMLResponse:
        name = request.path_params["name"]
        contexts: dict[str, dict[str, Any]] = {
            "signin": {
                "email": "mina@payments.example", "sso_name": "single sign-on", "next": "/scans?q=a&b=1",
                "error": "E-mail and password do not match. 4 tries left, then a pause of one minute.",
            },
            "registration": {"invited": {"workspace": "payments", "role": "analyst"}, "key": "t", "errors": {"password": "At least 12 characters; this has 4."}},
            "closed": {"closed": True},
            "setup": {"key": "t", "errors": {}},
        }  # fmt: skip
        if name.isdigit():
            return render(
                request,
                "error.html.j2",
                status=int(name),
                problem={"status": int(name), "title": "no scan scn_1", "hint": "look under Scans"},
            )
        template = "registration" if name == "closed" else name
        return render(request, f"{template}.html.j2", **contexts[name])

    def app(self) -> Starlette:
        routes = [
            Route("/", self.components),
            Route("/scans", self.components),
            Route("/chart", self.components),
            Route("/try/components.js", self.script),
            Route("/plain/{name}", self.plain),
            Route("/api/v1/rows", self.rows),
            Route("/api/v1/rows/{row}", self.row),
            Route("/api/v1/events", self.events),
            Route("/api/v1/uploads", self.upload, methods=["POST"]),
            Route("/api/v1/uploads/{key}", self.upload, methods=["GET", "HEAD", "PATCH", "DELETE"]),
            Route("/api/v1/uploads/{key}/complete", self.complete, methods=["POST"]),
            Route("/api/v1/tokens", self.act, methods=["POST"]),
            Mount("/static", assets()),
        ]
        return Starlette(routes=routes, middleware=[Middleware(Policy)])


class Policy:
    """The policy of the service on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headed(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", CSP.encode())]
            await send(message)

        await self.app(scope, receive, headed)


def problem(status: int, title: str, **more: Any) -> Response:
    told = {"type": "about:blank", "title": title, "status": status, **more}
    return JSONResponse(told, status, media_type="application/problem+json")


@contextmanager
def serving() -> Iterator[Site]:
    """Serve the site on a free port."""
    site = Site()
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app(), log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    site.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield site
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(5)
