"""The table of a scan in a browser: filter, search, sort, columns, pages, keys, deep links."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

import pytest

from tests.web.scans.conftest import counted, settled


def rows(page):
    return page.locator("#findings tbody tr.pick")


def query(page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def test_severities_filter_and_the_address_says_so(look):
    page = look("shop")
    page.locator('[data-filter=severity][data-value="medium"]').click()
    counted(page, 1, 7, 7)
    assert rows(page).locator(".sev.high").count() == rows(page).count() == 7
    assert query(page)["severity"] == "critical,high,low"
    page.reload()
    settled(page)
    assert rows(page).count() == 7
    assert page.locator('[data-filter=severity][data-value="medium"]').get_attribute("aria-pressed") == "false"


def test_search_narrows_and_marks_what_was_found(look):
    page = look("shop")
    page.keyboard.press("/")
    page.keyboard.type("pool")
    counted(page, 1, 4, 4)
    assert rows(page).first.locator("mark.hit").first.inner_text() == "pool"
    assert query(page) == {"q": "pool"}


def test_a_search_that_finds_nothing_odd_offers_to_look_everywhere(look):
    page = look("shop", "?q=heartbeat+nowhere")
    assert "matches “heartbeat nowhere”" in page.locator("[data-empty] h3").inner_text()
    page.get_by_role("button", name="Look in all rows").click()
    page.wait_for_selector("text=No row")
    assert query(page)["anomalies"] == "0"
    page.get_by_role("button", name="Clear filters").click()
    counted(page, 1, 23, 23)
    assert query(page) == {}


def test_sort_by_time_both_ways(look):
    page = look("shop")
    page.get_by_role("button", name="When : line").click()
    page.wait_for_selector('th[aria-sort="descending"]:has-text("When")')
    settled(page)
    last = rows(page).first.inner_text()
    page.get_by_role("button", name="When : line").click()
    page.wait_for_selector('th[aria-sort="ascending"]:has-text("When")')
    settled(page)
    assert "04:57:33" in last
    assert "04:52:13" in rows(page).first.inner_text()
    assert query(page)["sort"] == "time"


def test_the_switch_shows_all_rows_a_page_at_a_time(look):
    page = look("shop")
    page.keyboard.press("o")
    counted(page, 1, 100, 5_930)
    page.locator("#findings [data-next]").click()
    counted(page, 101, 200, 5_930)
    page.locator("#findings [data-previous]").click()
    counted(page, 1, 100, 5_930)
    assert not page.get_by_role("switch", name="Anomalies only").is_checked()


def test_every_row_has_a_tab_of_its_own(look):
    page = look("events")
    page.get_by_role("tab", name="Rows").click()
    counted(page, 1, 100, 2_140)
    assert query(page)["tab"] == "rows"
    assert page.locator("#panel-rows #findings").is_visible()
    page.get_by_role("tab", name="Findings").click()
    counted(page, 1, 4, 4)
    assert query(page) == {}


def test_a_column_of_the_file_can_be_shown(look):
    page = look("events")
    page.get_by_role("button", name="Columns").scroll_into_view_if_needed()
    page.wait_for_timeout(200)  # a menu closes when the page scrolls
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("menuitemcheckbox", name="level").last.click()
    page.keyboard.press("Escape")
    settled(page)
    assert page.get_by_role("columnheader", name="level", exact=True).count() == 1
    assert "f.level" in query(page)["columns"]
    assert {"WARNING", "ERROR", "INFO"} >= set(page.locator("#findings tbody td .one.log").all_inner_texts()[::2])


def test_keys_move_open_and_close_and_the_focus_comes_back(look):
    page = look("shop")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert rows(page).nth(1).get_attribute("data-cursor") == "true"
    page.keyboard.press("Enter")
    page.wait_for_selector("tr.detail .lines")
    opened = rows(page).nth(1).get_attribute("data-id")
    assert query(page)["row"] == opened
    page.keyboard.press("Escape")
    assert page.locator("tr.detail").count() == 0
    assert page.evaluate("document.activeElement.closest('tr').dataset.id") == opened
    assert "row" not in query(page)


def test_a_link_to_a_state_shows_that_state_again(look):
    state = "?severity=high&q=attempt&sort=time&columns=score,severity,line,why&incident=0"
    page = look("shop", state)
    counted(page, 1, 3, 3)
    assert query(page) == {name: values[0] for name, values in parse_qs(state[1:]).items()}
    assert page.get_by_role("searchbox", name="Search lines").input_value() == "attempt"
    assert page.locator("li.inc[aria-current]").get_attribute("data-number") == "0"
    assert page.get_by_role("columnheader", name="Source").count() == 0
    assert "incident" in page.locator("[data-tags]").inner_text()


def test_back_undoes_what_was_chosen(look):
    page = look("shop")
    page.locator("li.inc h3 a").nth(1).click()
    counted(page, 1, 2, 2)
    page.go_back()
    counted(page, 1, 23, 23)
    assert page.locator("[data-tags] .tag").count() == 0


def test_a_tag_takes_its_filter_away(look):
    page = look("shop", "?incident=1")
    page.get_by_role("button", name="Show other incidents too").click()
    counted(page, 1, 23, 23)
    assert query(page) == {}


def test_downloads_follow_the_filters_or_take_all(look, live):
    page = look("shop", "?severity=high")
    counted(page, 1, 7, 7)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as got:
        page.get_by_role("menuitem", name="CSV").click()
    assert len(got.value.path().read_text().splitlines()) > 7
    assert got.value.suggested_filename.endswith(".csv")
    filtered = got.value.path().stat().st_size
    page.get_by_role("button", name="Download").click()
    page.get_by_role("menuitemradio", name="All lines").click()
    with page.expect_download() as got:
        page.get_by_role("menuitem", name="CSV").click()
    assert got.value.path().stat().st_size > 20 * filtered


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_moves_sideways(look, width):
    page = look("shop", "?row=1799", viewport={"width": width, "height": 800})
    page.wait_for_selector("tr.detail .lines")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
