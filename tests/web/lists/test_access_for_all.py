"""Every page of lists, full, empty and opened, wide and on a phone: axe finds nothing, nothing goes off to the side."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

expect = pytest.importorskip("playwright.sync_api").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PAGES = {
    "overview": "/",
    "scans": "/scans",
    "new-scan": "/scans/new",
    "incidents": "/incidents",
    "jobs": "/jobs",
    "models": "/models",
}
WORTH = {"moderate", "serious", "critical"}
TABLE = "duration,protocol,src_bytes,label\n" + "".join(f"{n % 7},tcp,{n * 3},normal\n" for n in range(300))


def filled(stage) -> dict[str, str]:
    scan = stage.scan("app.log")
    stage.scan("flows.csv", "running", stage="read", share=0.3)
    stage.scan("db-main.log.gz", "failed", problem={"title": "the archive ends early", "hint": "send it again"})
    stage.incident(scan, "high", 86, title="order <NUM> gave up after <NUM> retries")
    return {"model": f"/models/{stage.model('payments-v7')}", "incident": f"/incidents/{stage.incident(scan)}"}


def findings(page) -> list[tuple[str, str]]:
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    told = axe.Axe().run(page).response["violations"]
    found = [(one["id"], one["nodes"][0]["html"][:160]) for one in told if one["impact"] in WORTH]
    return [*found, ("sideways", f"{sideways} px")] if sideways > 0 else found


def picture(page, name: str) -> None:
    """Keep a picture for people to look at, where ODDLINE_PICTURES names a folder."""
    folder = os.environ.get("ODDLINE_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture(params=["light", "dark"])
def scheme(request) -> str:
    return request.param


@pytest.fixture(params=[360, 1440])
def width(request) -> int:
    return request.param


@pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
def test_pages_are_for_everyone(visit, stage, live, scheme, width, full):
    paths = PAGES | filled(stage) if full else PAGES
    page = visit("/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = {}
    for name, path in paths.items():
        page.goto(live.url + path)
        page.wait_for_selector("html[data-ready]")
        expect(page.locator("h1")).to_be_visible()
        found[name] = findings(page)
        picture(page, f"{name}{'' if full else '-empty'}-{scheme}-{width}")
    assert [(name, *one) for name, told in found.items() for one in told] == []


def test_what_opens_is_for_everyone(visit, stage, live, scheme, width):
    scan = stage.scan("flows.csv", "running", stage="read", share=0.3)
    stage.say(scan, "3 lines are no UTF-8", "warning")
    stage.model("payments-v7")
    page = visit("/jobs", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.get_by_role("button", name="Log of flows.csv").click()
    expect(page.locator(".lines")).to_contain_text("3 lines are no UTF-8")
    found = {"log": findings(page)}
    page.goto(f"{live.url}/models")
    page.get_by_role("button", name="Fit a model").click()
    found["fit"] = findings(page)
    page.goto(f"{live.url}/scans/new")
    page.locator("#step-files input[type=file]").set_input_files(
        [
            {"name": "flows.csv", "mimeType": "", "buffer": TABLE.encode()},
            {"name": "no.log", "mimeType": "x/y", "buffer": b""},
        ]
    )
    expect(page.get_by_label("Label column")).to_have_value("label")
    for part in ("#all-detectors", "#parameters", "#table-options details", "#earlier"):
        if page.locator(part).count():
            page.locator(f"{part} > summary").click()
    page.get_by_role("radio", name=re.compile("^Isolation Forest")).check()
    expect(page.get_by_label("n estimators")).to_be_visible()
    page.get_by_label("Quantile").fill("7")
    page.get_by_text("At most so many").click()
    page.get_by_text("Earlier scan", exact=True).click()
    found["new scan"] = findings(page)
    picture(page, f"new-scan-filled-{scheme}-{width}")
    assert [(name, *one) for name, told in found.items() for one in told] == []
