"""Overview, scans, incidents, jobs and models: what is there, what moves, what can be undone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from oddline.service.db.tables import Incident, Job, Scan
from tests.web.lists.stage import HARM

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

BROKEN = {"title": "the archive ends after 81 MB of 120 MB", "hint": "send the file again", "status": 422}


def of(stage, table, name):
    with stage.service.reading() as db:
        return db.get_one(table, name)


def test_the_overview_says_how_things_are_and_leads_to_the_worst(visit, stage):
    scan = stage.scan("app.log")
    worst = stage.incident(scan)
    stage.incident(scan, "high", 86, title="order <NUM> gave up")
    stage.verdicts(scan, real=7, expected=2)
    page = visit("/")
    expect(page.locator(".verdict .say")).to_have_text(re.compile("^2 incidents are open. One is critical, since "))
    expect(page.locator("#incidents")).to_contain_text("order <NUM> gave up")
    expect(page.locator("#scans")).to_contain_text("48,211")
    expect(page.locator("#alerts")).to_contain_text("78 %")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{worst}")


def test_a_day_with_more_alerts_than_the_budget_is_named(visit, stage):
    scan = stage.scan("app.log")
    for _ in range(6):
        stage.incident(scan, state="resolved")
    page = visit("/")
    expect(page.locator("#alerts")).to_contain_text("One day over the budget")
    assert page.locator("#alerts .spark .c-high").count() == 1
    expect(page.locator(".verdict .say")).to_have_text("All quiet: no incident is open.")


def test_an_empty_workspace_offers_a_scan_and_the_example(visit):
    page = visit("/")
    expect(page.locator("main")).to_contain_text("Nothing here yet")
    expect(page.get_by_role("link", name="Scan a file")).to_have_attribute("href", "/scans/new")
    expect(page.get_by_role("button", name="Look at the example")).to_be_visible()


def test_a_running_scan_moves_and_its_end_appears_without_a_reload(visit, stage):
    scan = stage.scan("flows.csv", "running", stage="read", share=0.1)
    page = visit("/")
    page.evaluate("window.stays = 1")
    stage.move(scan, "detect", 0.62)
    row = page.locator(f"[data-scan={scan}]")
    expect(row.locator("[data-stage]")).to_have_text("Scoring")
    expect(row.locator("progress")).to_have_js_property("value", 62)
    stage.finish(scan)
    expect(row.locator(".tally")).to_be_visible()
    expect(row).to_contain_text("48,211")
    assert page.evaluate("window.stays") == 1


def test_a_stopped_scan_says_why_and_can_be_tried_again(visit, stage):
    scan = stage.scan("db-main.log.gz", "failed", problem=BROKEN)
    page = visit("/scans")
    row = page.locator(f"[data-scan={scan}]")
    expect(row).to_contain_text("The archive ends after 81 MB of 120 MB. Send the file again.")
    row.get_by_role("button", name="Try db-main.log.gz again").click()
    expect(row.locator("[data-stage]")).to_have_text("Waiting")
    assert of(stage, Scan, scan).state == "queued"


def test_scans_are_searched_while_one_types_and_the_address_follows(visit, stage):
    stage.scan("app.log")
    stage.scan("audit.ndjson")
    page = visit("/scans")
    page.keyboard.press("/")
    page.keyboard.type("audit")
    expect(page.locator("tr.pick")).to_have_count(1)
    page.wait_for_url("**/scans?q=audit")
    page.get_by_role("searchbox").fill("nothing like it")
    expect(page.locator("main")).to_contain_text("No scan matches “nothing like it”")


def test_two_scans_can_be_chosen_to_compare(visit, stage):
    first, second = stage.scan("app.log"), stage.scan("audit.ndjson")
    page = visit("/scans")
    page.get_by_label("Choose app.log to compare").check()
    expect(page.locator("#compare")).to_be_hidden()
    page.get_by_label("Choose audit.ndjson to compare").check()
    expect(page.locator("#compare")).to_have_attribute("href", f"/compare?a={first}&b={second}")


def test_deleting_a_scan_asks_first(visit, stage):
    scan = stage.scan("app.log")
    page = visit("/scans")
    page.get_by_role("button", name="Delete the scan of app.log").click()
    page.get_by_role("button", name="Keep").click()
    assert of(stage, Scan, scan).title == "app.log"
    page.get_by_role("button", name="Delete the scan of app.log").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("tr.pick")).to_have_count(0)


def test_an_incident_is_acknowledged_at_once_and_that_can_be_undone(visit, stage):
    incident = stage.incident(stage.scan("app.log"))
    page = visit(f"/incidents/{incident}")
    page.keyboard.press("a")
    expect(page.locator(".title .tag")).to_have_text("Acknowledged")
    assert of(stage, Incident, incident).state == "acknowledged"
    page.keyboard.press("z")
    expect(page.locator(".title .tag")).to_have_text("Open")
    assert of(stage, Incident, incident).state == "open"


def test_an_incident_has_an_owner_and_comments(visit, stage):
    incident = stage.incident(stage.scan("app.log"))
    page = visit(f"/incidents/{incident}")
    page.get_by_label("Looked after by").select_option(label="Mina Park")
    expect(page.locator(".facts")).to_contain_text("with Mina Park")
    assert of(stage, Incident, incident).owner_id == stage.people["analyst"]
    page.get_by_label("Add a comment").fill(f"The pool was full. {HARM}")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator(".said-text")).to_have_text(re.compile("The pool was full"))
    expect(page.get_by_label("Add a comment")).to_have_value("")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_label("Looked after by")).to_have_value("")


def test_the_list_of_incidents_shows_what_is_open_and_what_else_is_asked_for(visit, stage):
    scan = stage.scan("app.log")
    stage.incident(scan)
    stage.incident(scan, "low", 12, title="slow query <NUM> ms")
    stage.incident(scan, state="resolved", title="disk <PATH> is full")
    page = visit("/incidents")
    expect(page.locator(".verdict .say")).to_have_text("2 incidents are open: 1 critical, 1 low.")
    expect(page.locator(".inc")).to_have_count(2)
    page.get_by_role("checkbox", name="Low").check()
    expect(page.locator(".inc")).to_have_count(1)
    page.get_by_role("checkbox", name="Low").uncheck()
    page.get_by_text("Resolved", exact=True).click()
    expect(page.locator(".inc h3")).to_have_text(["disk <PATH> is full"])
    page.get_by_text("Open", exact=True).click()
    expect(page.locator(".inc")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".inc")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".inc")).to_have_count(2)


def test_an_incident_leads_into_its_scan(visit, stage):
    scan = stage.scan("app.log")
    incident = stage.incident(scan)
    page = visit(f"/incidents/{incident}")
    link = page.get_by_role("link", name=re.compile("^In its scan"))
    expect(link).to_have_attribute("href", f"/scans/{scan}?incident=0")


def test_who_may_only_read_sees_incidents_and_cannot_change_them(visit, stage):
    incident = stage.incident(stage.scan("app.log"))
    page = visit(f"/incidents/{incident}", role="viewer")
    expect(page.locator("#next")).to_contain_text("An analyst can change it.")
    assert page.locator("button[data-incident], #comment").count() == 0


def test_a_job_moves_through_its_phases_and_its_log_grows(visit, stage):
    scan = stage.scan("flows.csv", "running", stage="read", share=0.1)
    page = visit("/jobs")
    card = page.locator("section[data-job]")
    card.get_by_role("button", name="Log of flows.csv").click()
    expect(card.locator(".lines")).to_contain_text("Nothing was said yet.")
    stage.say(scan, f"3 lines are no UTF-8 {HARM}", "warning")
    expect(card.locator(".lines")).to_contain_text("3 lines are no UTF-8 <img")
    stage.move(scan, "detect", 0.5)
    expect(card.locator("[aria-current=step]")).to_contain_text("Score")
    expect(card.locator("[data-left]")).to_contain_text("50 %")
    stage.finish(scan)
    expect(page.locator("section[data-job]")).to_have_count(0)
    expect(page.locator("tr[data-ended]")).to_contain_text("flows.csv")
    expect(page.locator(".verdict .say")).to_have_text("Nothing runs.")


def test_a_job_can_be_cancelled_and_tried_again(visit, stage):
    scan = stage.scan("flows.csv", "running", stage="read", share=0.1)
    page = visit("/jobs")
    page.get_by_role("button", name="Cancel flows.csv").click()
    expect(page.locator("tr[data-ended]")).to_contain_text("Cancelled")
    job = of(stage, Scan, scan).job_id
    assert of(stage, Job, job).state == "cancelled"
    page.get_by_role("button", name="Try flows.csv again").click()
    expect(page.locator("section[data-job]")).to_contain_text("Waiting")
    assert of(stage, Job, job).attempt == 2


def test_a_model_shows_its_card_and_goes_into_a_new_scan(visit, stage):
    model = stage.model("payments-v7")
    page = visit("/models")
    page.locator("tr.pick", has_text="payments-v7").click()
    page.wait_for_url(f"**/models/{model}")
    expect(page.locator("#card")).to_contain_text("4,120,000 events")
    page.get_by_role("link", name="Scan with it").first.click()
    page.wait_for_url("**/scans/new?*")
    expect(page.locator("[data-plan=baseline]")).to_have_text("payments-v7")
    expect(page.locator("#command")).to_contain_text("--model payments-v7.odd")
    expect(page.locator("[data-plan=detector]")).to_have_text("the model's")
    expect(page.get_by_role("radio", name="Isolation Forest")).to_be_disabled()


def test_an_old_model_is_named_on_the_overview_with_the_act_that_helps(visit, stage):
    stage.scan("app.log")
    model = stage.model("payments-v7", age=timedelta(days=40))
    page = visit("/")
    page.get_by_role("link", name="Refit payments-v7 on later files").click()
    page.wait_for_url(f"**/models?again={model}")
    expect(page.locator("#fit").get_by_label("Name", exact=True)).to_have_value("payments-v7")


def test_a_bundle_that_is_none_says_so(visit):
    page = visit("/models")
    page.locator("#bundle").set_input_files([{"name": "x.odd", "mimeType": "", "buffer": b"no bundle"}])
    expect(page.get_by_role("alert")).to_contain_text("x.odd was not taken", timeout=30_000)


@pytest.mark.parametrize("path", ["/", "/scans", "/incidents", "/jobs"])
def test_hostile_names_do_no_harm(visit, stage, path):
    scan = stage.scan(f"{HARM}.log")
    stage.incident(scan, title=HARM, source=HARM)
    stage.scan(HARM, "failed", problem={"title": HARM, "hint": HARM})
    stage.scan(HARM, "running", stage="read", share=0.1)
    page = visit(path)
    expect(page.locator("main")).to_contain_text("<img src=x")
    assert "\u202e" not in page.locator("main").inner_text()
    assert page.locator("main img").count() == 0


def test_another_workspace_is_never_seen(visit, stage):
    scan = stage.scan("app.log")
    incident = stage.incident(scan)
    with stage.service.writing() as db:
        db.get_one(Scan, scan).workspace_id = stage.example
        db.get_one(Incident, incident).workspace_id = stage.example
    page = visit("/scans")
    expect(page.locator("main")).to_contain_text("Nothing here yet")
    page.goto(page.url.replace("/scans", f"/incidents/{incident}"))
    expect(page.locator("main")).to_contain_text(f"no incident {incident}", ignore_case=True)
