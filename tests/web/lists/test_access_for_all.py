"""Every page of lists, full and empty, wide and on a phone: axe finds nothing serious, nothing goes off to the side."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PAGES = ["/", "/scans", "/scans/new", "/incidents", "/jobs", "/models"]
SERIOUS = {"serious", "critical"}


def filled(stage):
    scan = stage.scan("app.log")
    stage.scan("flows.csv", "running", stage="read", share=0.3)
    stage.scan("db-main.log.gz", "failed", problem={"title": "the archive ends early", "hint": "send it again"})
    stage.model("payments-v7")
    return stage.incident(scan)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
def test_pages_are_for_everyone(visit, stage, scheme, width, full):
    paths = [*PAGES, f"/incidents/{filled(stage)}"] if full else PAGES
    page = visit(paths[0], viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = []
    for path in paths:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
        page.wait_for_selector("html[data-ready]")
        page.wait_for_timeout(150)
        sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if sideways > 0:
            found.append((path, f"{sideways} px off to the side"))
        told = axe.Axe().run(page).response["violations"]
        found += [(path, one["id"], one["nodes"][0]["html"][:160]) for one in told if one["impact"] in SERIOUS]
    assert found == []
