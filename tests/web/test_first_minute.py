"""The first minute of a new user, as one can watch it: from the set-up link to what is odd in a file of one's own.

``ODDLINE_PICTURES=DIR`` keeps a picture of each step, and of every page: light and dark, wide and on a phone.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

EXAMPLES = Path(__file__).parents[2] / "examples"
PICTURES = os.environ.get("ODDLINE_PICTURES")
PAGES = {
    "overview": "/",
    "new-scan": "/scans/new",
    "scans": "/scans",
    "incidents": "/incidents",
    "jobs": "/jobs",
    "models": "/models",
    "compare": "/compare",
    "account": "/account",
    "people": "/people",
    "audit": "/audit",
    "settings": "/settings",
}


@pytest.fixture
def first_start(tmp_path) -> Iterator[tuple[str, str]]:
    """Runs ``oddline serve --example`` on an empty folder; gives its address and the link that it printed."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "oddline", "serve", "--example", "--data-dir", tmp_path / "data"]
    process = subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    link = ""
    while "/setup?key=" not in link:
        link = process.stderr.readline()
        assert link, "the server ended before it printed the link"
    reader = threading.Thread(target=process.stderr.read)  # so that it never waits for us
    reader.start()
    try:
        yield f"http://127.0.0.1:{port}", link.strip()
    finally:
        process.terminate()
        process.wait(30)
        reader.join()
        process.stderr.close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def set_up(page: Page, link: str) -> None:
    page.goto(link)
    picture(page, "1-set-up")
    page.get_by_label("Your name").fill("Mina Park")
    page.get_by_label("E-mail").fill("mina@example.org")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_label("First workspace").fill("Payments")
    page.get_by_role("button", name="Set up").click()


def scan(page: Page, url: str, path: Path, detector: str) -> None:
    """Drop a file, choose a detector, start, and wait for what is odd."""
    page.goto(f"{url}/scans/new")
    page.set_input_files("input[type=file]", path)
    expect(page.locator("#files .tag.ok")).to_have_text("Uploaded", timeout=30_000)
    page.get_by_role("radio", name=detector, exact=False).first.check()
    picture(page, f"2-new-scan-{detector.lower().replace(' ', '-')}")
    page.get_by_role("button", name="Start scan").click()
    page.wait_for_url(re.compile("/scans/scn_"))
    expect(page.locator(".verdict .say").first).not_to_be_empty(timeout=120_000)
    expect(page.locator(".tag.ok", has_text="Done")).to_be_visible(timeout=120_000)


def test_from_the_link_to_what_is_odd_in_ones_own_file(first_start, browser, tmp_path):
    url, link = first_start
    page = browser.new_page()
    set_up(page, link)
    expect(page.get_by_role("link", name="A shop loses its database").first).to_be_visible(timeout=60_000)
    picture(page, "1-overview")

    scan(page, url, EXAMPLES / "shop" / "app.log", "Automatic")
    expect(page.locator("#findings tr.pick").first).to_be_visible()
    picture(page, "3-scan")

    table = EXAMPLES / "cloud" / "events.csv"
    for detector in ("Isolation Forest", "One-Class SVM", "Ensemble", "k-means ensemble"):
        scan(page, url, table, detector)
        scores = page.locator("#findings tr.pick .score")
        expect(scores.first).to_be_visible()
        assert re.search(r"score-\d", scores.first.get_attribute("class") or "")  # colour-coded
        expect(page.get_by_role("switch", name="Anomalies only")).to_be_checked()
        picture(page, f"3-scan-{detector.lower().replace(' ', '-')}")

    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_role("menuitem", name=re.compile("CSV")).first.click()
    assert started.value.path().read_bytes().startswith(b"source,line,key,ts,score,")
    everything(page, url)


def everything(page: Page, url: str) -> None:
    """Look at every page; nothing of it may fail, and nothing scrolls sideways."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for name, path in PAGES.items():
                answer = page.goto(url + path)
                assert answer is not None and answer.status == 200, f"{path} answers {answer and answer.status}"
                page.wait_for_selector("html[data-ready]")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
                picture(page, f"{name}-{'wide' if width > 400 else 'phone'}-{scheme}")
            if not PICTURES:
                break  # the other scheme is for looking at
    assert wrong == []
