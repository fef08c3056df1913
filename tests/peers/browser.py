"""A browser: Debian's Chromium without a window, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.peers.processes import missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["PACKAGES", "answers", "find", "start"]

PACKAGES = ("chromium",)

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Say what is missing."""
    return missing("Chromium", [_program()], PACKAGES)


@contextmanager
def start(home: Path | None = None) -> Iterator[Browser]:
    """Start Chromium with a profile of its own under that folder (the temporary one if none), which goes when it ends.

    Playwright's driver ends with the process that started it, and takes Chromium along.
    """
    from playwright.sync_api import sync_playwright

    # Chromium's sandbox refuses root.
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory(prefix="oddline-browser-", dir=home, ignore_cleanup_errors=True) as profile:
        environment: dict[str, str | float | bool] = {**os.environ}
        environment |= {"XDG_CONFIG_HOME": profile, "XDG_CACHE_HOME": profile}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_program(), args=flags, env=environment)
            try:
                yield browser
            finally:
                browser.close()


def answers(browser: Browser) -> str:
    """Render a page and read what its script made of the title."""
    page = browser.new_page()
    page.set_content("<title>odd</title><p>a line<script>document.title += document.body.offsetWidth</script>")
    title = page.title()
    page.close()
    assert title.startswith("odd") and int(title[3:]) > 0
    return f"Chromium {browser.version} rendered a page"


def _program() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
