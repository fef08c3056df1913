"""One axis of time: brush, fields, incidents and points filter the table."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select

from oddline.service.db.tables import Incident
from tests.web.scans.conftest import counted, settled
from tests.web.scans.test_rows import query, rows


def incidents(live) -> dict[int, tuple[str, str | None]]:
    with live.service.reading() as db:
        mine = select(Incident).where(Incident.scan_id == live.scans["shop"])
        return {one.details["number"]: (one.state, one.owner_id) for one in db.scalars(mine)}


def drag(page, start: float, end: float) -> None:
    """Drag over the strip, by shares of its width."""
    box = page.locator("[data-strip] .strip-ground").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * (start + end) / 2, y)
    page.mouse.move(box["x"] + box["width"] * end, y)
    page.mouse.up()


def drawn(page) -> None:
    page.wait_for_selector("#plot .main-svg")


def test_a_span_dragged_on_the_strip_filters_and_goes_away_by_esc(look):
    page = look("shop")
    drag(page, 0.05, 0.3)
    page.wait_for_selector("[data-tags] .tag")
    settled(page)
    assert query(page)["since"].startswith("2026-11-22T04:5")
    assert rows(page).count() == 1
    assert "04:53:46" in rows(page).first.inner_text()
    page.keyboard.press("Escape")
    counted(page, 1, 23, 23)
    assert query(page) == {}


def test_the_ends_of_the_brush_move_by_arrow_keys(look):
    page = look("shop")
    end = page.get_by_role("slider", name="End of the span")
    before = float(end.get_attribute("aria-valuenow"))
    end.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_selector("[data-tags] .tag")
    settled(page)
    assert float(end.get_attribute("aria-valuenow")) > before + 40
    assert "until" in query(page)


def test_a_span_typed_into_the_fields(look):
    page = look("shop")
    page.get_by_label("From").fill("04:56:00")
    page.get_by_label("to", exact=True).fill("04:57")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_selector("[data-tags] .tag")
    settled(page)
    assert (query(page)["since"], query(page)["until"]) == ("2026-11-22T04:56:00Z", "2026-11-22T04:57:00Z")
    assert all("04:56:" in text for text in rows(page).all_inner_texts())


def test_a_span_that_ends_before_it_begins_is_not_taken(look):
    page = look("shop")
    page.get_by_label("From").fill("04:56:00")
    page.get_by_label("to", exact=True).fill("04:55:00")
    page.get_by_role("button", name="Show", exact=True).click()
    message = page.get_by_label("to", exact=True).evaluate("field => field.validationMessage")
    assert message == "The end must come after the start."
    assert query(page) == {}


def test_an_incident_filters_and_the_chart_looks_at_it(look):
    page = look("shop", charts=True)
    drawn(page)
    before = page.locator("[data-span]").inner_text()
    page.locator("li.inc h3 a").nth(3).click()
    page.wait_for_selector("[data-tags] .tag")
    expect(page.locator("[data-span]")).not_to_have_text(before)
    assert query(page) == {"incident": "3"}
    assert page.locator("li.inc").nth(3).get_attribute("aria-current") == "true"
    assert rows(page).count() > 0


def test_a_point_opens_its_row(look):
    page = look("shop", charts=True)
    drawn(page)
    # An odd one lies high over all others; Plotly's own layer takes the press.
    point = page.locator("#plot .scatterlayer .trace path.point").last
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(200)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("tr.detail .lines")
    assert "row" in query(page)


def test_the_chart_tells_log_text_from_markup(look):
    page = look("hostile", charts=True)
    drawn(page)
    page.get_by_role("button", name="Whole file").click()
    page.locator("#plot .annotation-text", has_text="<a href").wait_for()
    assert page.locator("#plot a, #plot script, #plot img").count() == 0


def test_acknowledge_by_key_and_undo(look, live):
    page = look("shop")
    page.keyboard.press("a")
    page.wait_for_selector("text=Acknowledged.")
    assert incidents(live)[0][0] == "acknowledged"
    assert page.locator("li.inc").first.locator(".tag").inner_text() == "acknowledged"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("li.inc").first.locator(".tag")).to_have_count(0)
    assert incidents(live)[0][0] == "open"


def test_mute_resolve_and_take_an_incident(look, live):
    page = look("shop", "?incident=1")
    card = page.locator("li.inc").nth(1)
    for item, says, state in (("Mute", "Muted.", "muted"), ("Resolve", "Resolved.", "resolved")):
        card.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name=item).click()
        page.wait_for_selector(f"text={says}")
        assert incidents(live)[1][0] == state
    card.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Take it").click()
    page.wait_for_selector("text=It is with you.")
    assert incidents(live)[1][1] is not None
    assert "Mina Analyst" in card.inner_text()


def test_more_incidents_are_a_press_away(look):
    page = look("shop")
    assert page.locator("li.inc:visible").count() == 4
    page.get_by_role("button", name="+ 5 medium").click()
    assert page.locator("li.inc:visible").count() == 9


def test_who_may_only_read_changes_no_incident(look, live):
    page = look("shop", role="viewer")
    page.wait_for_selector("li.inc[aria-current] button")
    assert page.get_by_role("button", name="Acknowledge").count() == 0
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert incidents(live)[0][0] == "open"
