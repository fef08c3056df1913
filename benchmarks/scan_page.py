"""How soon the page of a scan with a million rows can be used, how soon it answers, and what the browser holds.

A log of a million lines (fixed seed) is sent to ``oddline serve`` and scanned there. Then a person opens the page in
headless Chromium, each time in a browser that has never seen it. *Usable* is the moment when the verdict, the rows and
the strip stand there and every control works; the chart of Plotly comes after it, and what holds up the page longest
is starting it. The first visit is the first
question that anybody asks about this scan. Memory is that of the tab (its renderer process, proportional share), and
what all processes of the browser have more than they had with an empty page; both are looked at after each step of a
visit that filters, sorts, searches, turns pages and opens a row.

    python -m benchmarks.scan_page [--lines 1000000] [--visits 6]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._data import write_result
from benchmarks._service import Served, served
from benchmarks.findings import build
from oddline.client import Client
from oddline.service.asker import COOKIE

if TYPE_CHECKING:
    from playwright.sync_api import Page

USABLE = "html[data-ready]:has(#findings tr.pick):has([data-strip] svg)"
CHART = "#plot svg"
WATCH = """
const at = (window.reached = {}), wanted = %s;
new MutationObserver(() => {
  for (const [name, what] of Object.entries(wanted)) {
    if (!at[name] && document.querySelector(what)) at[name] = performance.now();
  }
}).observe(document, { subtree: true, childList: true, attributes: true });
new PerformanceObserver((seen) => {
  for (const task of seen.getEntries()) at.longest = Math.max(at.longest ?? 0, task.duration);
}).observe({ type: "longtask", buffered: true });
"""
"""Notes in the page itself when something is reached: who asks from outside waits behind what the page does."""
SETTLED = "#findings table:not([aria-busy])"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--visits", type=int, default=6)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(workers=1) as service:
        log = Path(folder, "app.log")
        build(log, asked.lines)
        path = scanned(service, log)
        load = round(os.getloadavg()[0], 1)
        visits = [visit(service, path) for _ in range(asked.visits)]
    last = visits[-1]
    row = {"lines": asked.lines, "load_before": load, "first": visits[0], "server_mb": service_mb(visits)}
    row |= {"median_usable_ms": round(statistics.median(one["usable_ms"] for one in visits[1:]))}
    row |= {"most_tab_mb": max(one["tab_mb"] for one in visits), "last": last}
    write_result("scan_page", [row])


def service_mb(visits: list[dict[str, Any]]) -> float:
    """Give the most memory that the server had."""
    return float(max(one.pop("server_mb") for one in visits))


def scanned(service: Served, log: Path) -> str:
    """Send the log, have it scanned, and give the path of its page."""
    client = Client(service.url, service.token)
    upload = client.uploads.send(log)
    scan = client.scans.start([upload.id])
    client.scans.wait(scan.id, timeout=600)
    return f"/scans/{scan.id}"


def visit(service: Served, path: str) -> dict[str, Any]:
    """Open the page in a new browser, use it, and tell how long each step took."""
    with browsing() as (page, memory):
        empty = memory()
        page.context.add_cookies([{"name": COOKIE, "value": service.cookie, "url": service.url}])
        told: dict[str, Any] = {}
        page.add_init_script(WATCH % json.dumps({"usable": USABLE, "chart": CHART}))
        start = time.perf_counter()
        page.goto(service.url + path, wait_until="commit")
        told["first_byte_ms"] = since(start)
        page.wait_for_selector(CHART, state="attached")
        page.wait_for_timeout(500)
        reached = page.evaluate("window.reached")
        told |= {f"{name}_ms": round(reached[name]) for name in ("usable", "chart", "longest")}
        held = [memory()]
        for name, act in STEPS.items():
            start = time.perf_counter()
            act(page)
            page.wait_for_selector(SETTLED, state="attached")
            told[f"{name}_ms"] = since(start)
            held.append(memory())
        told |= {"tab_mb": round(max(one["tab"] for one in held))}
        told |= {
            "browser_mb": round(max(sum(one.values()) for one in held)),
            "empty_browser_mb": round(sum(empty.values())),
        }
        told |= {"server_mb": round(service.memory(), 1)}
    print(told, flush=True)
    return told


def _find(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("gateway")
    page.wait_for_selector("#findings mark.hit")


def _turn(page: Page) -> None:
    for number in range(1, 6):
        page.locator("#findings [data-next]").click()
        page.wait_for_selector(f"text=Rows {number * 100 + 1} ")
        page.wait_for_selector(SETTLED, state="attached")


def _sort(page: Page) -> None:
    page.get_by_role("button", name="When : line").click()
    page.wait_for_selector('th[aria-sort]:has-text("When")')


def _open(page: Page) -> None:
    page.locator("#findings tr.pick").first.click()
    page.wait_for_selector("tr.detail .lines")


STEPS = {
    "all_rows": lambda page: (page.keyboard.press("o"), page.wait_for_selector("text=Rows 1 \N{EN DASH} 100 of")),
    "search": _find,
    "sort": _sort,
    "five_pages": _turn,
    "open_a_row": _open,
}


def since(start: float) -> int:
    return round(1000 * (time.perf_counter() - start))


@contextmanager
def browsing() -> Iterator[tuple[Page, Any]]:
    """Start a browser of its own, and give a page and what tells its memory in MB."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"],
            viewport={"width": 1280, "height": 900},
        )
        try:
            yield context.pages[0], lambda: held_by(profile)
        finally:
            context.close()


def held_by(profile: str) -> dict[str, float]:
    """Add up the shares of the processes of a browser, in MB: of its tabs, and of all others."""
    parents: dict[int, int] = {}
    commands: dict[int, bytes] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            commands[int(process.name)] = (process / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
    family = {process for process, command in commands.items() if profile.encode() in command}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    held = {"tab": 0.0, "other": 0.0}
    for process in family:
        held["tab" if b"--type=renderer" in commands.get(process, b"") else "other"] += _share(process)
    return held


def _share(process: int) -> float:
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0
    return int(told.split("\nPss:")[1].split()[0]) / 1000


if __name__ == "__main__":
    main()
