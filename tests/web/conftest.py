"""The site of made-up data, and a browser to look at it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.site import Site, serving

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


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


MORNING = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Visit:
    """A page, and what went wrong on it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.wrong = page, url, []
        page.on("console", lambda told: self.wrong.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def go(self, path: str = "/", *, still: bool = False) -> Page:
        if still:  # its clock goes only as far as the test says
            self.page.clock.install(time=MORNING)
        self.page.goto(self.url + path)
        self.page.wait_for_selector("html[data-ready]")  # a function would need eval, which the policy forbids
        if path.split("?", maxsplit=1)[0] in {"/", "/scans", "/chart"}:
            self.page.wait_for_selector("#findings tr.pick, #findings [data-empty] > *")
        if still:  # frames stand too: click by script, for Playwright waits for two frames before it does
            self.page.clock.pause_at(MORNING + timedelta(hours=1))
        return self.page


@pytest.fixture
def visit(site: Site, browser: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Open a page; the test fails if anything in it broke, or broke the policy."""
    made: list[Visit] = []

    def open_page(path: str = "/", *, still: bool = False, **options: Any) -> Page:
        context = browser.browser.new_context(**options) if options and browser.browser else browser  # type: ignore[union-attr]
        made.append(Visit(context.new_page(), site.url))
        return made[-1].go(path, still=still)

    yield open_page
    assert [line for one in made for line in one.wrong if "Failed to load resource" not in line] == []
