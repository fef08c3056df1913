"""The site of made-up data, and a browser to look at it with."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.site import Site, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

try:
    import tests.peers.fixtures  # noqa: F401 - the browser comes from there
except ImportError:
    FLAGS = [
        *("--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    ]

    @pytest.fixture(scope="session")
    def chromium() -> Iterator[tuple[Browser, Any]]:
        from playwright.sync_api import sync_playwright

        path = shutil.which("chromium")
        if path is None:
            pytest.skip("there is no chromium on this machine")
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=path, args=FLAGS)
            loop = asyncio.get_running_loop()
            asyncio._set_running_loop(None)
            yield started, loop
            asyncio._set_running_loop(loop)
            started.close()

    @pytest.fixture
    def browser(chromium: tuple[Browser, Any]) -> Iterator[BrowserContext]:
        started, loop = chromium
        asyncio._set_running_loop(loop)
        try:
            yield started.new_context()
            for context in started.contexts:
                context.close()
        finally:
            asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def serving_site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def site(serving_site: Site) -> Site:
    url = serving_site.url
    serving_site.__init__()  # type: ignore[misc]
    serving_site.url = url
    return serving_site


class Visit:
    """A page, and what went wrong on it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.wrong = page, url, []
        page.on("console", lambda told: self.wrong.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def go(self, path: str = "/") -> Page:
        self.page.goto(self.url + path)
        self.page.wait_for_selector("html[data-ready]")  # a function would need eval, which the policy forbids
        if path.split("?")[0] in {"/", "/scans"}:
            self.page.wait_for_selector("#findings tr.pick, #findings [data-empty] > *")
        return self.page


@pytest.fixture
def visit(site: Site, browser: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Open a page; the test fails if anything in it broke, or broke the policy."""
    made: list[Visit] = []

    def open_page(path: str = "/", **options: Any) -> Page:
        context = browser.browser.new_context(**options) if options and browser.browser else browser  # type: ignore[union-attr]
        made.append(Visit(context.new_page(), site.url))
        return made[-1].go(path)

    yield open_page
    assert [line for one in made for line in one.wrong if "Failed to load resource" not in line] == []
