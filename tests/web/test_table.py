"""The table of an API list in Chromium: filters, search, order, columns, rows, keys, and the address of it all."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.web.test_shell import PHONE, expect


def query(page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def asked(site) -> dict[str, list[str]]:
    return parse_qs(site.asked[-1])


def rows(page):
    return page.locator("#findings tr.pick")


def test_rows_are_drawn_with_what_is_hostile_as_text(visit):
    page = visit("/")
    expect(rows(page)).to_have_count(50)
    expect(page.locator("#findings [data-status]")).to_have_text("Findings 1 – 50 of 250")  # noqa: RUF001
    assert r"\x1b[2J\u202egnp.exe" in rows(page).nth(3).inner_text()
    assert page.evaluate("window.harmed") is None
    assert page.locator("#findings script, #findings img").count() == 0


def test_search_waits_for_a_pause_and_marks_what_it_found(visit, site):
    page = visit("/", still=True)
    before = len(site.asked)
    page.get_by_role("searchbox", name="Search lines").press_sequentially("3.7.12")
    page.clock.run_for(200)
    assert len(site.asked) == before
    page.clock.run_for(100)
    expect(page.locator("#findings [data-status]")).to_contain_text("of 11")
    assert len(site.asked) == before + 1, "one request, not one a letter"
    assert query(page) == {"q": "3.7.12"}
    expect(rows(page).first.locator("mark.hit")).to_have_text("3.7.12")
    page.keyboard.press("Escape")
    expect(page.locator("#findings [data-status]")).to_contain_text("of 250")
    assert query(page) == {}


def test_filters_are_in_the_request_and_in_the_address(visit, site):
    page = visit("/")
    page.get_by_role("button", name="critical: 12").click()
    expect(page.locator("#findings [data-status]")).to_contain_text("of 187")
    assert asked(site)["severity"] == ["high", "medium", "low"]
    assert query(page) == {"severity": "high,medium,low"}
    page.locator("#findings").get_by_role("switch").uncheck()
    expect(rows(page)).to_have_count(50)
    assert asked(site)["anomalies"] == ["0"]
    assert query(page) == {"severity": "high,medium,low", "anomalies": "0"}


def test_a_link_restores_what_was_seen(visit, site):
    page = visit("/?severity=low&q=refused&sort=score&anomalies=0&columns=score,text,host&row=200")
    assert asked(site)["severity"] == ["low"]
    assert asked(site)["sort"] == ["score"]
    expect(page.get_by_role("button", name="critical: 12")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("searchbox", name="Search lines")).to_have_value("refused")
    expect(page.locator("#findings").get_by_role("switch")).not_to_be_checked()
    assert page.locator("#findings th").all_inner_texts() == ["Open", "Score", "Line", "Host"]
    expect(page.locator("tr.detail")).to_contain_text("Why it is odd")
    expect(page.locator("tr[data-open=true]")).to_have_attribute("data-id", "200")


def test_a_row_that_is_not_on_this_page_of_the_list_is_fetched_by_its_link(visit):
    page = visit("/?row=240")
    expect(page.locator("tr[data-open=true]")).to_have_attribute("data-id", "240")
    expect(rows(page)).to_have_count(51)


def test_a_head_sorts_and_says_so(visit, site):
    page = visit("/")
    head = page.get_by_role("columnheader", name="Score")
    expect(head).to_have_attribute("aria-sort", "descending")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(head.get_by_role("button")).to_be_focused()
    expect(rows(page).first).to_have_attribute("data-id", "249")
    assert query(page) == {"sort": "score"}


def test_pages_go_forth_and_back(visit, site):
    page = visit("/")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#findings [data-status]")).to_have_text("Findings 51 – 100 of 250")  # noqa: RUF001
    expect(rows(page).first.get_by_role("button")).to_be_focused()
    page.reload()
    expect(page.locator("#findings [data-status]")).to_have_text("Findings 51 – 100 of 250")  # noqa: RUF001
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#findings [data-status]")).to_have_text("Findings 1 – 50 of 250")  # noqa: RUF001


def test_columns_are_chosen(visit):
    page = visit("/")
    page.get_by_role("button", name="Columns").click()
    menu = page.get_by_role("menu", name="Columns")
    expect(menu.get_by_role("menuitemcheckbox", name="Score")).to_be_disabled()
    menu.get_by_role("menuitemcheckbox", name="Host").click()
    menu.get_by_role("menuitemcheckbox", name="Why").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Columns")).to_be_focused()
    assert query(page)["columns"] == "score,severity,when,text,host"
    expect(rows(page).first).to_contain_text("edge-0")
    expect(rows(page).first).not_to_contain_text("188 in 5 min")


def test_keys_move_open_judge_undo_and_close(visit):
    page = visit("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr[data-cursor=true]")).to_have_attribute("data-id", "1")
    button = rows(page).nth(1).get_by_role("button", name="Open line 31,001")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    detail = page.locator(f"#{button.get_attribute('aria-controls')}")
    expect(detail).to_contain_text("Lines before and after")
    assert query(page) == {"row": "1"}
    page.keyboard.press("1")
    page.keyboard.press("z")
    assert page.evaluate("window.said") == ["real 1", "undone 1"]
    page.keyboard.press("Escape")
    expect(detail).to_have_count(0)
    expect(button).to_be_focused()
    assert query(page) == {}


def test_a_row_opens_by_a_click_anywhere_and_back_closes_it(visit):
    page = visit("/")
    rows(page).nth(2).locator(".c-msg").click()
    expect(page.locator("tr.detail")).to_have_count(1)
    rows(page).nth(4).locator(".c-msg").click()
    expect(page.locator("tr[data-open=true]")).to_have_attribute("data-id", "4")
    expect(page.locator("tr.detail")).to_have_count(1)
    page.go_back()
    expect(page.locator("tr[data-open=true]")).to_have_attribute("data-id", "2")
    page.go_back()
    expect(page.locator("tr.detail")).to_have_count(0)


def test_old_rows_stay_dimmed_while_new_ones_load(visit, site):
    page = visit("/", still=True)
    site.hold = "anomalies=0"
    page.evaluate("document.querySelector('#findings [role=switch]').click()")
    stale = page.locator("#findings tbody.stale")
    page.clock.run_for(250)
    expect(stale).to_have_count(0)  # nothing under 300 ms
    page.clock.run_for(100)
    expect(stale).to_have_count(1)
    expect(rows(page)).to_have_count(50)
    expect(page.locator("#findings table")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#findings [data-status]")).not_to_have_text("Still looking…")
    page.clock.run_for(2000)
    expect(page.locator("#findings [data-status]")).to_have_text("Still looking…")
    site.hold = None
    expect(stale).to_have_count(0)
    expect(page.locator("#findings table")).not_to_have_attribute("aria-busy", "true")


def test_only_the_newest_answer_counts(visit, site):
    page = visit("/")
    site.hold = "q=3.7.1&"
    page.evaluate("table.set({q: '3.7.1'}); 0")
    page.evaluate("table.set({q: '3.7.249'}); 0")
    expect(rows(page)).to_have_count(1)
    site.hold = None
    page.wait_for_timeout(200)
    expect(rows(page)).to_have_count(1)


def test_nothing_found_says_so_and_helps(visit):
    page = visit("/?q=timeuot")
    expect(page.locator("#findings [data-empty]")).to_contain_text("No finding matches “timeuot”")
    page.get_by_role("button", name="Clear search").nth(1).click()
    expect(rows(page)).to_have_count(50)


def test_a_refusal_is_told_and_tried_again(visit, site):
    page = visit("/")
    site.broken = 1
    page.evaluate("table.set({q: '('})")
    notice = page.get_by_role("alert").filter(has_text="The rows could not be read")
    expect(notice).to_contain_text("The search is no search. Take the bracket away.")
    notice.get_by_role("button", name="Try again").click()
    expect(notice).to_have_count(0)


def test_new_rows_wait_behind_a_button(visit, site):
    page = visit("/")
    page.evaluate("table.waiting(12, '12 new findings')")
    before = len(site.asked)
    page.get_by_role("button", name="12 new findings").click()
    expect(page.get_by_role("button", name="12 new findings")).to_be_hidden()
    assert len(site.asked) == before + 1


def test_a_filter_shows_as_a_tag_that_can_be_taken_away(visit):
    page = visit("/?since=2026-11-21T12:04:00Z&until=2026-11-21T12:31:00Z")
    expect(page.locator("[data-tags]")).to_contain_text("12:04 – 12:31")  # noqa: RUF001
    page.get_by_role("button", name="Clear the time span").click()
    expect(page.locator("[data-tags]")).to_be_empty()
    assert query(page) == {}


def test_a_phone_has_a_list_that_is_still_a_table_to_screen_readers(visit):
    page = visit("/", **PHONE)
    first = rows(page).first
    assert first.evaluate("(row) => getComputedStyle(row).display") == "flex"
    assert page.get_by_role("table", name="Findings, worst first").get_by_role("row").count() == 51
    first.click()
    expect(page.locator("tr.detail")).to_contain_text("Why it is odd")
    page.get_by_label("Order").select_option("Score, lowest first")
    expect(rows(page).first).to_have_attribute("data-id", "249")
    page.get_by_role("columnheader", name="Score").get_by_role("button").focus()
    assert page.locator("#findings thead").bounding_box()["height"] > 20, "what has the focus is seen"


def test_marking_text_does_not_open_the_row(visit):
    page = visit("/")
    text = rows(page).nth(1).locator(".log")
    text.scroll_into_view_if_needed()
    box = text.bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 8, steps=4)
    page.mouse.up()
    assert page.evaluate("String(getSelection())") != ""
    expect(page.locator("tr.detail")).to_have_count(0)
