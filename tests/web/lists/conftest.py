"""A real service on a port, a workspace that can be set up, and a browser of somebody who is signed in."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from oddline.service.app import create_app
from oddline.service.asker import COOKIE
from oddline.service.context import Service
from oddline.service.settings import Settings
from tests.web.lists.stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


@dataclass
class Live:
    """A service on a port; jobs move only when the stage moves them."""

    url: str
    stage: Stage


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(data_dir=tmp_path_factory.mktemp("lists") / "data", workers=0, port=port)
    service = Service.open(settings)
    stage = Stage(service)
    server = uvicorn.Server(uvicorn.Config(create_app(service=service), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    assert server.started
    yield Live(f"http://127.0.0.1:{port}", stage)
    server.should_exit, server.force_exit = True, True
    thread.join(10)


@pytest.fixture
def live(serving: Live) -> Live:
    serving.stage.clear()
    return serving


@pytest.fixture
def stage(live: Live) -> Stage:
    return live.stage


@pytest.fixture
def visit(live: Live, browser: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody; the test fails if anything in it broke, broke the policy, or let a log do harm."""
    wrong: list[str] = []
    pages: list[Page] = []

    def open_page(path: str = "/", role: str = "analyst", **options: Any) -> Page:
        context = browser.browser.new_context(**options) if options and browser.browser else browser
        context.add_cookies([{"name": COOKIE, "value": live.stage.cookies[role], "url": live.url}])
        page = context.new_page()
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(live.url + path)
        page.wait_for_selector("html[data-ready]")
        pages.append(page)
        return page

    yield open_page
    assert [line for line in wrong if "Failed to load resource" not in line] == []
    assert [page.url for page in pages if page.evaluate("window.harmed")] == []
