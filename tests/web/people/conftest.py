"""A service with people in it: by TestClient for forms, on a port for a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from oddline.service.app import create_app
from oddline.service.asker import COOKIE
from oddline.service.context import Service
from oddline.service.settings import Settings
from tests.service.accounts import browser as client_of
from tests.service.conftest import People, app, migrated, people, service, stranger, team  # noqa: F401 - fixtures
from tests.web.scans.conftest import serving

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path / "data", workers=0)


class Live:
    """A service on a port, with a team in it; ``cookies`` are of those who are signed in."""

    def __init__(self, url: str, over: Service) -> None:
        self.url, self.service, self.people = url, over, People(over)
        self.team = self.people.workspace("team")
        self.cookies: dict[str, str] = {}

    def sign_in(self, name: str, role: str, *, administrator: bool = False) -> None:
        client = client_of(
            create_app(service=self.service), self.people, name, self.team, role, administrator=administrator
        )
        self.cookies[name] = client.cookies[COOKIE]


@pytest.fixture
def live(service: Service) -> Iterator[Live]:  # noqa: F811
    with serving(service) as url:
        made = Live(url, service)
        made.sign_in("ada", "admin", administrator=True)
        made.sign_in("vera", "viewer")
        yield made


@pytest.fixture
def visit(live: Live, browser: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody; the test fails if anything in it broke, or broke the policy."""
    wrong: list[str] = []
    pages: list[Page] = []

    def open_page(path: str, name: str = "ada", **options: Any) -> Page:
        context = browser.browser.new_context(**options) if options and browser.browser else browser
        if name:
            context.add_cookies([{"name": COOKIE, "value": live.cookies[name], "url": live.url}])
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(live.url + path)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]")
        pages.append(page)
        return page

    yield open_page
    assert [line for line in wrong if "Failed to load resource" not in line] == []
    assert [page.url for page in pages if page.evaluate("window.harmed")] == []
