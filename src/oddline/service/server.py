"""The processes of the service: the server, and workers beside it."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
import webbrowser
from contextlib import closing, suppress
from importlib import import_module
from threading import Event, Thread
from typing import Any

import uvicorn
from pydantic import ValidationError

from oddline.core.errors import ConfigError
from oddline.service.acts import catalogue
from oddline.service.context import Service
from oddline.service.settings import Settings

__all__ = ["serve", "settings_of", "work"]

PATIENCE = 5
"""Seconds that requests have to end when the server is stopped."""

QUEUE = 512
"""Connections that may wait to be accepted."""


def settings_of(told: dict[str, Any]) -> Settings:
    """Make settings of the environment and of what the command line tells.

    Raises
    ------
    ConfigError
        If one of them is not what it should be; the message names it.
    """
    try:
        return Settings(**{name: value for name, value in told.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper().removeprefix("ODDLINE_")
        raise ConfigError(f"ODDLINE_{name}: {first['msg']}", hint="docs/serve.md lists the settings") from error


def serve(settings: Settings, *, open_browser: bool = False) -> None:
    """Serve until somebody stops it.

    Raises
    ------
    ConfigError
        If the address cannot be listened on, or another process works on the data folder.
    """
    _prepare()
    with closing(_listening(settings)) as listening:
        port = listening.getsockname()[1]
        from oddline.service.app import create_app

        service = Service.open(settings.model_copy(update={"port": port}))
        config = uvicorn.Config(
            create_app(service=service),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=PATIENCE,
        )
        server = _Server(config, service, open_browser=open_browser)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
        if not server.started:
            raise ConfigError("the service did not start", hint="what is above says why")


def work(settings: Settings) -> None:
    """Run jobs until somebody stops it.

    Raises
    ------
    ConfigError
        If the database is SQLite, which one process alone can work on.
    """
    if settings.database_url.startswith("sqlite"):
        raise ConfigError(
            "oddline worker on a SQLite database",
            expected="PostgreSQL: ODDLINE_DATABASE_URL=postgresql://…",
            hint="oddline serve --workers 4, for on SQLite the server runs the jobs itself",
        )
    _prepare()
    from oddline.service.jobs.crew import Crew

    service = Service.open(settings)
    crew = Crew(service, max(1, settings.workers))
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    crew.start()
    _say(f"{crew.places} jobs at once, as {crew.name}")
    while not stopped.wait(1.0):
        pass
    crew.stop()
    service.close()


class _Server(uvicorn.Server):
    """Says where it listens, and lets go of those who only listen when it is stopped."""

    def __init__(self, config: uvicorn.Config, service: Service, *, open_browser: bool) -> None:
        super().__init__(config)
        self._service, self._open = service, open_browser

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            url = self._service.settings.base_url
            _say(f"{url} (stop with Ctrl-C)")
            Thread(target=_warm, name="warm", daemon=True).start()
            if self._open:
                webbrowser.open(url)

    def handle_exit(self, sig: int, frame: Any) -> None:
        feed = self._service.parts.get("feed")
        if feed is not None:
            feed.close()
        super().handle_exit(sig, frame)


def _listening(settings: Settings) -> socket.socket:
    """Take the address, before anything else is begun."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=QUEUE)
    except OSError as error:
        raise ConfigError(
            f"{settings.host} port {settings.port} cannot be listened on ({error.strerror or error})",
            hint=f"--port {settings.port + 1}, or stop what listens there",
        ) from error
    # asyncio does this for sockets of its own making only; else each answer waits 40 ms for its head to be confirmed.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _warm() -> None:
    """Read what is read once, before somebody waits for it, or fifty read it at the same time."""
    catalogue.detectors()
    import_module("oddline.web").warm()


def _prepare() -> None:
    """Be a process that stays: collect garbage, and say on standard error what goes wrong."""
    gc.enable()
    gc.set_threshold(20_000, 20, 20)
    logging.basicConfig(level=logging.WARNING, format="oddline: %(asctime)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _say(words: str) -> None:
    sys.stderr.write(f"oddline: {words}\n")
    sys.stderr.flush()
