"""A scan on its way: it moves by itself, its answer appears, and labels that are given later are held against it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oddline.service.asker import COOKIE
from oddline.service.context import Service
from oddline.service.db.tables import Upload, UploadPart, Workspace
from oddline.service.db.types import now
from oddline.service.settings import Settings
from tests.web.scans.conftest import Live, person, serving
from tests.web.scans.stage import EXAMPLES, Stage

PATIENCE = 90_000


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service that runs jobs."""
    service = Service.open(Settings(data_dir=tmp_path_factory.mktemp("working") / "data", workers=1))
    with service.writing() as db:
        team = Workspace(slug="team", name="Team")
        db.add(team)
        db.flush()
        workspace = team.id
    with serving(service) as url:
        yield Live(url, service, Stage(service, workspace), {"analyst": person(service, workspace, "analyst")}, {})


def sent(live: Live, name: str, content: bytes) -> str:
    """Put an upload straight into database and store."""
    with live.service.writing() as db:
        made = Upload(workspace_id=live.stage.workspace, name=name, state="complete", completed=now())
        made.received = made.size = len(content)
        db.add(made)
        db.flush()
        db.add(UploadPart(upload_id=made.id, start=0, size=len(content), blob=live.service.store.put(content)))
        return made.id


@pytest.fixture
def page(working, browser):
    browser.add_cookies([{"name": COOKIE, "value": working.people["analyst"], "url": working.url}])
    made = browser.new_page()
    made.set_default_timeout(PATIENCE)
    made.goto(working.url + "/compare")
    return made


def begin(page, body: dict) -> dict:
    """Ask the API as the pages do."""
    return page.evaluate(
        """async ([path, body]) => {
            const csrf = document.querySelector("meta[name=csrf]").content;
            const headers = { "content-type": "application/json", "x-csrf-token": csrf };
            const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
            return answer.json();
        }""",
        ["/api/v1/scans", body],
    )


def test_a_scan_shows_its_phases_and_then_its_answer_and_takes_labels(working, page):
    content = (EXAMPLES / "cloud" / "events.csv").read_bytes()
    scan = begin(page, {"uploads": [sent(working, "events.csv", content)]})
    page.goto(f"{working.url}/scans/{scan['id']}")
    page.wait_for_selector(".phases li, #findings tbody tr.pick")
    page.wait_for_selector("#findings tbody tr.pick")  # by itself
    assert page.locator(".title .tag").inner_text().startswith("Done in")
    page.get_by_role("tab", name="Metrics").click()
    page.get_by_role("radio", name="In a column of the table").check()
    page.get_by_label("Column", exact=True).select_option("level")
    page.get_by_label("What means normal").fill("INFO")
    page.get_by_role("button", name="Evaluate").click()
    page.wait_for_selector(".confusion-table")
    assert "41 odd of 2,140 rows" in page.locator("#panel-metrics").inner_text()


def test_a_scan_that_fails_says_why_and_can_be_tried_again(working, page):
    scan = begin(page, {"uploads": [sent(working, "broken.log", bytes(range(256)) * 400)]})
    page.goto(f"{working.url}/scans/{scan['id']}")
    page.wait_for_selector("text=The scan failed")
    assert page.get_by_role("alert").inner_text().strip()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("text=This was attempt 2.")
    page.get_by_text("Log of the job").click()
    page.wait_for_selector("[data-log-lines] li, [data-log-lines] p")
