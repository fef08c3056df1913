"""New scan: files are sent, the format is recognised and can be changed, a detector is chosen, the scan starts."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from oddline.service.db.tables import Scan, Upload

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

LOG = "".join(
    f"Nov 21 00:{n // 60:02}:{n % 60:02} edge-1 gateway[2190]: order {n} accepted, 3 items\n" for n in range(400)
)
TABLE = "duration,protocol,src_bytes,label\n" + "".join(
    f"{n % 7},tcp,{n * 3},{'normal' if n % 9 else 'neptune'}\n" for n in range(300)
)
DROP = """([zone, files]) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name));
  const told = {bubbles: true, cancelable: true, dataTransfer: carried};
  const fire = (kind) => zone.dispatchEvent(new DragEvent(kind, told));
  fire("dragenter"); fire("dragover"); fire("drop");
}"""


def drop(page, where, *files):
    page.evaluate(DROP, [page.locator(where).element_handle(), [list(one) for one in files]])


def scans(stage):
    with stage.service.reading() as db:
        return list(db.scalars(select(Scan)))


def test_a_dropped_file_is_recognised_and_scanned_with_the_detector_that_was_chosen(visit, stage):
    page = visit("/scans/new")
    drop(page, "#step-files .drop", ("app.log", LOG))
    expect(page.locator("#files .tag.ok")).to_have_text("Uploaded")
    expect(page.locator("#format-hint")).to_contain_text("Looks like syslog")
    expect(page.locator("#preview tbody tr").first).to_contain_text("order 0 accepted")
    page.get_by_role("radio", name="Isolation Forest").check()
    expect(page.locator("[data-plan=detector]")).to_have_text("Isolation Forest")
    expect(page.locator("#command")).to_contain_text("oddline scan app.log")
    expect(page.locator("#command")).to_contain_text("--detector isolation_forest")
    page.get_by_role("button", name="Start scan").click()
    page.wait_for_url(re.compile("/scans/scn_"))
    (scan,) = scans(stage)
    assert scan.request["detector"] == "isolation_forest"
    assert page.url.endswith(scan.id)


def test_another_format_redraws_the_preview_and_goes_with_the_scan(visit, stage):
    page = visit("/scans/new")
    drop(page, "#step-files .drop", ("app.log", LOG))
    cells = page.locator("#preview tbody tr").first.locator("td")
    expect(page.locator("#preview th", has_text="service")).to_be_visible()
    before = cells.count()
    page.get_by_label("Change the format").select_option("plain")
    expect(page.locator("#format-hint")).to_contain_text("Read as plain, as you chose")
    expect(page.locator("#preview th", has_text="service")).to_have_count(0)
    assert cells.count() < before
    expect(page.locator("[data-plan=format]")).to_have_text("plain")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/scans/scn_"))
    assert scans(stage)[0].request["format"] == "plain"


def test_a_table_offers_its_label_column_and_columns_to_leave_out(visit, stage):
    page = visit("/scans/new")
    drop(page, "#step-files .drop", ("flows.csv", TABLE))
    expect(page.get_by_label("Label column")).to_have_value("label")
    expect(page.get_by_label("Normal rows say")).to_have_value("normal")
    page.locator("#table-options summary").click()
    page.get_by_role("checkbox", name=re.compile("^duration")).check()
    expect(page.locator("#command")).to_contain_text("--drop duration")
    page.get_by_role("button", name="Start scan").click()
    page.wait_for_url(re.compile("/scans/scn_"))
    asked = scans(stage)[0].request["tables"]
    assert (asked["label_column"], asked["normal"], asked["drop"]) == ("label", "normal", ["duration"])


def gone(page, stage):
    for _ in range(100):  # the page does not wait for the server to forget it
        page.wait_for_timeout(100)
        with stage.service.reading() as db:
            if not list(db.scalars(select(Upload.name))):
                return True
    return False


def test_a_cancelled_file_is_gone_here_and_on_the_server(visit, stage):
    page = visit("/scans/new")
    part = re.compile(r"/api/v1/uploads/upl_\w+$")
    page.route(part, lambda route: None if route.request.method == "PATCH" else route.continue_())
    with page.expect_request(lambda request: request.method == "PATCH"):
        drop(page, "#step-files .drop", ("app.log", LOG))
    expect(page.locator("#start-hint")).to_contain_text("Starts when app.log is here")
    page.get_by_role("button", name="Cancel app.log").click()
    expect(page.locator("#files li")).to_have_count(0)
    expect(page.locator("#start-hint")).to_have_text("Choose a file first.")
    assert gone(page, stage)
    assert scans(stage) == []


def test_a_file_cancelled_before_the_server_has_named_it_is_gone_too(visit, stage):
    page = visit("/scans/new")
    held = []

    def hold(route):
        held.append(route)

    page.route(re.compile(r"/api/v1/uploads\?"), hold)
    drop(page, "#step-files .drop", ("app.log", LOG))
    expect(page.locator("#start-hint")).to_contain_text("Starts when app.log is here")
    answer = held[0].fetch()
    page.get_by_role("button", name="Cancel app.log").click()
    expect(page.locator("#files li")).to_have_count(0)
    with stage.service.reading() as db:
        assert list(db.scalars(select(Upload.name))) == ["app.log"]
    held[0].fulfill(response=answer)
    assert gone(page, stage)


def test_a_scan_that_is_wanted_early_starts_when_the_file_is_here(visit, stage):
    page = visit("/scans/new")
    held = []

    def hold(route):
        if route.request.method == "PATCH" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile(r"/api/v1/uploads/upl_\w+$"), hold)
    drop(page, "#step-files .drop", ("app.log", LOG))
    expect(page.locator("#start-hint")).to_contain_text("Starts when app.log is here")
    page.get_by_role("button", name="Start scan").click()
    expect(page.locator("#start-hint")).to_contain_text("It starts by itself")
    assert scans(stage) == []
    held[0].continue_()
    page.wait_for_url(re.compile("/scans/scn_"))
    assert len(scans(stage)) == 1


def test_a_file_that_is_empty_or_cannot_be_sent_says_what_to_do(visit, stage):
    page = visit("/scans/new")
    page.locator("#step-files input[type=file]").set_input_files(
        [{"name": "empty.log", "mimeType": "text/plain", "buffer": b""}]
    )
    expect(page.get_by_role("alert")).to_contain_text("The file is empty")
    page.get_by_role("button", name="Remove empty.log").click()
    expect(page.locator("#files li")).to_have_count(0)


def test_a_parameter_that_makes_no_sense_is_said_beside_it(visit, stage):
    page = visit("/scans/new")
    drop(page, "#step-files .drop", ("flows.csv", TABLE))
    page.get_by_role("radio", name="Isolation Forest").check()
    page.locator("#parameters summary").click()
    page.get_by_label("Quantile").fill("1.4")
    expect(page.locator("#f-quantile-error")).to_have_text("Between 0 and 1, for example 0.999.")
    page.get_by_role("button", name="Start scan").click()
    expect(page.get_by_label("Quantile")).to_be_focused()
    assert scans(stage) == []
    page.get_by_label("Quantile").fill("0.99")
    expect(page.locator("#f-quantile-error")).to_have_count(0)
    page.get_by_label("n estimators").fill("30")
    expect(page.locator("#command")).to_contain_text("--set n_estimators=30")
    page.get_by_role("button", name="Start scan").click()
    page.wait_for_url(re.compile("/scans/scn_"))
    asked = scans(stage)[0].request
    assert (asked["quantile"], asked["settings"]) == (0.99, {"n_estimators": 30})


def test_an_earlier_scan_can_be_the_baseline_and_the_address_can_choose_it(visit, stage):
    earlier = stage.scan("yesterday.log")
    page = visit(f"/scans/new?baseline=scan:{earlier}")
    expect(page.locator("[data-plan=baseline]")).to_have_text("yesterday.log")
    expect(page.locator("#command")).to_contain_text("--baseline yesterday.log")
    page.get_by_text("None", exact=True).click()
    expect(page.locator("[data-plan=baseline]")).to_have_text("none")


def test_a_file_dropped_anywhere_goes_to_new_scan(visit, stage):
    stage.scan("app.log")
    page = visit("/scans")
    page.evaluate("window.stays = 1")
    drop(page, "main", ("today.log", LOG))
    page.wait_for_url(re.compile("/scans/new$"))
    expect(page.locator("#files .tag.ok")).to_have_text("Uploaded")
    expect(page.locator("#format-hint")).to_contain_text("Looks like syslog")
    assert page.evaluate("window.stays") == 1  # no reload, which would have lost the file
    assert page.title() == "New scan · Oddline"


def test_who_may_only_read_is_refused_the_page(visit, stage):
    page = visit("/scans/new", role="viewer")
    expect(page.locator("main")).to_contain_text("analyst")
    assert page.locator("a[href='/scans/new']").count() == 0


def test_detectors_are_found_by_what_they_do(visit, stage):
    page = visit("/scans/new")
    page.locator("#all-detectors summary").click()
    search = page.get_by_label("Search detectors")
    search.fill("nearest rows")
    expect(page.locator("#all-detectors .choice:visible")).to_have_count(1)
    search.fill("nonsense")
    expect(page.locator("#detector-found")).to_contain_text("None of the")
