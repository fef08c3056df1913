"""A real service with finished scans in it, a browser, and somebody who looks at them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from sqlalchemy import delete, update

from oddline.drivers.batch import Tables
from oddline.ops._labels import labels_of_tables
from oddline.service.app import create_app
from oddline.service.asker import COOKIE
from oddline.service.context import Service
from oddline.service.db.tables import Incident, Member, Session, User, Verdict, Workspace
from oddline.service.db.types import now
from oddline.service.people.secrets import digest, new_secret
from oddline.service.settings import Settings
from tests.web.scans.stage import EXAMPLES, Stage

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

HARM = "<script>window.harmed=1</script><img src=x onerror=window.harmed=1>"
FOREST = {"detector": "isolation_forest", "threshold": "quantile", "threshold_settings": {"q": 0.99}}


class Scans(dict[str, str]):
    """Scans by name, each made when a test first asks for it."""

    def __init__(self, makes: dict[str, Callable[[], str]]) -> None:
        super().__init__()
        self._makes = makes

    def __missing__(self, name: str) -> str:
        """Scan it."""
        made = self[name] = self._makes[name]()
        return made


@dataclass
class Live:
    """A service on a port, and its scans by name."""

    url: str
    service: Service
    stage: Stage
    people: dict[str, str]
    scans: dict[str, str]


def person(service: Service, workspace: str, role: str) -> str:
    """Make somebody who is signed in; the answer is what their cookie holds."""
    secret = new_secret()
    with service.writing() as db:
        user = User(email=f"{role}@example.org", name=f"Mina {role.title()}")
        db.add(user)
        db.flush()
        db.add(Member(user_id=user.id, workspace_id=workspace, role=role))
        ends = now() + timedelta(days=1)
        db.add(Session(id=digest(secret), user_id=user.id, address="", agent="", expires=ends))
    return secret


def _hostile(folder: Path) -> Path:
    """Write a log that would like to be markup, a terminal, and a very long line."""
    lines = [f"2026-11-21 12:{n // 60:02}:{n % 60:02} INFO worker 7 handled job {n}" for n in range(1200)]
    lines[300] = f"2026-11-21 12:05:00 ERROR {HARM} \x1b[31mred\x1b[0m \x07"
    lines[500] = "2026-11-21 12:08:20 ERROR user \u202egnp.exe\u202c =HYPERLINK(1) </script></template>"
    lines[600] = "2026-11-21 12:10:00 ERROR <a href=https://harm.example>press</a> <b>here</b>"
    lines[700] = "2026-11-21 12:11:40 FATAL " + "A" * 10_000_000
    path = folder / "hostile.log"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Start the service once, with a scan of each kind."""
    folder = tmp_path_factory.mktemp("scans")
    service = Service.open(Settings(data_dir=folder / "data", workers=0))
    with service.writing() as db:
        team = Workspace(slug="team", name="Team")
        db.add(team)
        db.flush()
        workspace = team.id
    stage = Stage(service, workspace)
    events = EXAMPLES / "cloud" / "events.csv"

    def forest() -> str:
        levels = {"labels": labels_of_tables([str(events)], "level", Tables()), "normal": "INFO"}
        return stage.scan(events, changes=FOREST, told=levels)

    scans = Scans(
        {
            "shop": lambda: stage.scan(EXAMPLES / "shop", title="shop"),
            "events": lambda: stage.scan(events),
            "forest": forest,
            "hostile": lambda: stage.scan(_hostile(folder)),
        }
    )
    people = {role: person(service, workspace, role) for role in ("viewer", "analyst")}
    with serving(service) as url:
        yield Live(url, service, stage, people, scans)


class serving:  # noqa: N801 - reads as a function does
    """Run the application on a free port, in a thread."""

    def __init__(self, service: Service) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(service=service), log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started:
            assert self._thread.is_alive(), "the server ended before it had begun"
            assert time.monotonic() < deadline, "the server does not begin"
            time.sleep(0.01)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture
def fresh(live: Live) -> Live:
    """Take back what an earlier test has said and done."""
    with live.service.writing() as db:
        db.execute(delete(Verdict))
        db.execute(update(Incident).values(state="open", owner_id=None))
    return live


STUB = "window.Plotly = { newPlot: async (place) => { place.on = () => {}; }, react: async () => {}, purge() {} };"
"""Stands for Plotly where a test does not look at charts: reading its five megabytes takes a second each time."""


@pytest.fixture
def look(fresh: Live, browser: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Open a page as an analyst and wait for it; the test fails if something broke on it, or broke the policy."""
    wrong: list[str] = []

    def open_page(
        name: str, query: str = "", *, role: str = "analyst", path: str = "", charts: bool = False, **options: Any
    ) -> Page:
        context = browser.browser.new_context(**options) if options and browser.browser else browser
        context.add_cookies([{"name": COOKIE, "value": fresh.people[role], "url": fresh.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if not charts:
            page.route("**/plotly.min.js", lambda route: route.fulfill(content_type="text/javascript", body=STUB))
        page.goto(fresh.url + (path.format_map(fresh.scans) or f"/scans/{fresh.scans[name]}") + query)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]")
            if not path:
                page.wait_for_selector("[data-strip] svg")
        return page

    yield open_page
    assert wrong == []


def settled(page: Page) -> None:
    """Wait until the table shows what it was asked for."""
    page.wait_for_selector("#findings table:not([aria-busy])", state="attached")


def counted(page: Page, first: int, last: int, total: int, noun: str = "Rows") -> None:
    """Wait until a table says that it shows so many."""
    page.wait_for_selector(f"text={noun} {first} \N{EN DASH} {last} of {total:,}")
