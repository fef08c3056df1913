"""The peers as fixtures: `postgresql` (URL of a fresh database), `s3` (a fresh bucket), `browser` (a fresh context).

Nothing is started before a test asks. PostgreSQL and S3 are one server a run, whatever the number of workers; Chromium
is one a worker. A missing peer skips the test with its reason, and fails it where ``CI=true``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.peers import keeper, peer
from tests.peers.postgresql import Postgresql
from tests.peers.s3 import S3, Bucket

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

RUN = pytest.StashKey[tuple[Path, int]]()
"""The folder through which the processes of a run find its servers, and the number of the first process."""


def pytest_configure(config: pytest.Config) -> None:
    """Agree on the folder; what is in it at the end is stopped."""
    told = getattr(config, "workerinput", {}).get("peers")
    if told:
        config.stash[RUN] = Path(told[0]), told[1]
        return
    folder = keeper.meeting_place()
    config.stash[RUN] = folder, os.getpid()
    config.add_cleanup(lambda: keeper.end(folder))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of pytest-xdist."""
    folder, owner = node.config.stash[RUN]
    node.workerinput["peers"] = str(folder), owner


def need(name: str) -> None:
    """Skip the test if a peer is missing; fail it in CI, where none may be."""
    reason = peer(name).find()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql_server(pytestconfig: pytest.Config) -> Postgresql:
    """The PostgreSQL server of the run: for more databases, or copies of one (`server.database(template)`)."""
    need("postgresql")
    return Postgresql(**keeper.borrow("postgresql", *pytestconfig.stash[RUN]))


@pytest.fixture
def postgresql(postgresql_server: Postgresql) -> Iterator[str]:
    """The URL of a fresh, empty database, dropped after the test."""
    with postgresql_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def s3_server(pytestconfig: pytest.Config) -> S3:
    """The S3 server of the run, for more buckets (`server.bucket()`)."""
    need("s3")
    return S3(**keeper.borrow("s3", *pytestconfig.stash[RUN]))


@pytest.fixture
def s3(s3_server: S3) -> Iterator[Bucket]:
    """A fresh, empty bucket, deleted after the test."""
    with s3_server.bucket() as bucket:
        yield bucket


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """The Chromium of this worker, and the event loop that Playwright leaves running; tests ask for `browser`."""
    need("browser")
    with peer("browser").start(tmp_path_factory.mktemp("browser")) as started:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        try:
            yield started, loop
        finally:
            asyncio._set_running_loop(loop)


@pytest.fixture
def browser(chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[BrowserContext]:
    """A fresh context: no cookies, no storage. Others, a phone's say, come from `browser.browser.new_context(...)`.

    Playwright's loop counts as running in this thread from its start to its end, and every `asyncio.run` of later tests
    would fail. So it is put aside between the tests that have a browser.
    """
    started, loop = chromium
    asyncio._set_running_loop(loop)
    try:
        yield started.new_context()
        for context in started.contexts:
            context.close()
    finally:
        asyncio._set_running_loop(None)
