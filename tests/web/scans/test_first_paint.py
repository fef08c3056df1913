"""What the server draws of a scan: all of the answer is there before a script runs."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from oddline.service.app import create_app
from oddline.service.asker import COOKIE
from oddline.service.db.tables import Job
from oddline.web.pages._scan_address import Address
from tests.web.scans.conftest import Live

HOME = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def client(live: Live) -> TestClient:
    return TestClient(create_app(service=live.service), base_url=HOME, cookies={COOKIE: live.people["viewer"]})


def page(client: TestClient, path: str) -> str:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_answer_stands_on_the_page_without_a_script(look):
    page = look("shop", java_script_enabled=False)
    assert "7 odd lines at 04:55:40" in page.locator(".verdict .say").inner_text()
    assert page.locator(".verdict .figures dd").first.inner_text() == "9"
    assert page.locator("li.inc:visible").count() == 4
    rows = page.locator("#findings tbody tr.pick")
    assert rows.count() == 23
    assert "invalid record length" in rows.first.inner_text()
    assert page.locator("[data-status]").first.inner_text() == "Rows 1 \N{EN DASH} 23 of 23"


def test_the_first_rows_are_those_that_the_address_asks_for(client, live):
    told = page(client, f"/scans/{live.scans['shop']}?severity=high&q=attempt")
    assert told.count('<tr class="pick') == 3
    assert "invalid record length" not in told.split("<tbody")[1].split("</tbody>")[0]


def test_every_row_is_there_in_the_order_of_the_file(client, live):
    told = page(client, f"/scans/{live.scans['events']}?tab=rows")
    assert told.count('<tr class="pick normal-row"') > 90
    assert 'id="panel-findings" role="tabpanel" aria-labelledby="tab-findings" hidden' in told


def test_an_address_that_makes_no_sense_shows_the_rest():
    told = Address.of({"since": "yesterday", "incident": "x", "sort": "-time", "severity": "odd", "row": "1e9"})
    assert told.query.since is None
    assert told.query.incident is None
    assert (told.query.sort, told.query.severity, told.row) == ("-time", [], None)


def test_an_order_that_there_is_not_is_no_error(client, live):
    assert page(client, f"/scans/{live.scans['shop']}?sort=-beauty").count('<tr class="pick') == 23


def test_another_workspace_sees_nothing(live):
    stranger = TestClient(create_app(service=live.service), base_url=HOME, follow_redirects=False)
    answer = stranger.get(f"/scans/{live.scans['shop']}", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin?next=/scans/".replace("/", "%2F", 0)[:7])


@pytest.mark.parametrize(
    ("state", "says"), [("queued", "Waiting for its turn."), ("running", "Looking for odd lines.")]
)
def test_a_scan_that_is_not_done_says_how_far_it_is(client, live, state, says):
    told = page(client, f"/scans/{_unfinished(live, state)}")
    assert says in told
    assert 'value="0.4"' in told


def test_a_scan_that_failed_says_why_and_what_to_do(client, live):
    problem = {
        "title": "the file is binary",
        "expected": "a log or a table",
        "hint": "choose its format",
        "status": 422,
    }
    told = page(client, f"/scans/{_unfinished(live, 'failed', problem)}")
    assert "The file is binary" in told
    assert "Expected a log or a table." in told
    assert "Choose its format." in told
    assert "while reading" in told


def test_who_may_only_read_gets_no_button_to_try_again(client, live):
    name = _unfinished(live, "cancelled")
    assert "Scan again" not in page(client, f"/scans/{name}")
    analyst = TestClient(create_app(service=live.service), base_url=HOME, cookies={COOKIE: live.people["analyst"]})
    assert "Scan again" in page(analyst, f"/scans/{name}")


def _unfinished(live: Live, state: str, problem: dict[str, object] | None = None) -> str:
    with live.service.writing() as db:
        job = Job(workspace_id=live.stage.workspace, kind="scan", state=state, stage="read", share=0.4, problem=problem)
        db.add(job)
        db.flush()
        name: str = job.id
    return live.stage.unfinished(state, job_id=name)
