"""A row that is opened: its evidence, its reasons, and what a person says of it."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select

from oddline.service.db.tables import Verdict
from tests.web.scans.conftest import counted

ROW = 1799


def kept(live) -> dict[int, str]:
    with live.service.reading() as db:
        return {one.row: one.verdict for one in db.scalars(select(Verdict))}


def test_lines_before_and_after_and_twenty_more(look):
    page = look("shop", f"?row={ROW}")
    lines = page.locator("tr.detail .lines").first
    lines.wait_for()
    assert "attempt 1 of 3" in lines.locator("li[aria-current]").first.inner_text()
    assert lines.locator("li.odd.high").count() > 3
    before = lines.locator("li").count()
    page.get_by_role("button", name="20 more").click()
    expect(lines.locator("li")).not_to_have_count(before)
    assert lines.locator("li").count() >= before + 30


def test_the_nearest_normal_line_shows_what_differs(look):
    page = look("shop", f"?row={ROW}")
    quote = page.locator(".quote", has=page.locator("mark"))
    quote.wait_for()
    assert "consuming input failed" in " ".join(quote.locator("mark.now").all_inner_texts())
    assert quote.locator("mark.was").count() >= 1
    assert "lines like this" in quote.inner_text()


def test_reasons_have_shares_and_how_sure_it_is_in_words(look):
    page = look("shop", f"?row={ROW}")
    page.wait_for_selector(".reason")
    shares = [int(text.rstrip(" %")) for text in page.locator(".reason b").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)
    assert 95 <= sum(shares) <= 105
    assert "one normal line in" in page.locator("tr.detail").inner_text()


def test_a_template_leads_to_its_lines(look):
    page = look("shop", f"?row={ROW}")
    page.wait_for_selector(".quote a")
    page.locator("tr.detail .quote a").click()
    counted(page, 1, 3, 3)
    assert "template=33" in page.url


def test_a_verdict_by_key_is_kept_and_z_takes_it_back(look, live):
    page = look("shop", f"?row={ROW}")
    page.wait_for_selector("[data-verdict-of]")
    page.keyboard.press("2")
    page.wait_for_selector("text=Verdict: expected.")
    assert kept(live) == {ROW: "expected"}
    pressed = page.locator("[data-verdict-of] [aria-pressed=true]")
    assert pressed.inner_text().startswith("Expected")
    assert page.locator(f'tr.pick[data-id="{ROW}"] .tag').inner_text() == "expected"
    page.keyboard.press("z")
    page.wait_for_selector("[data-verdict-of] button:not([aria-pressed]) >> nth=2")
    assert kept(live) == {}


def test_a_verdict_by_button_stays_after_a_reload_and_the_same_again_takes_it_back(look, live):
    page = look("shop", f"?row={ROW}")
    page.get_by_role("button", name="Known").click()
    page.wait_for_selector("text=Verdict: known.")
    page.reload()
    page.wait_for_selector("[data-verdict-of] [aria-pressed=true]")
    assert "Mina Analyst said so" in page.locator("[data-verdict-of]").inner_text()
    page.get_by_role("button", name="Known").click()
    page.wait_for_selector("text=Verdict taken back.")
    assert kept(live) == {}


def test_who_may_only_read_gives_no_verdict(look, live):
    page = look("shop", f"?row={ROW}", role="viewer")
    page.wait_for_selector("[data-verdict-of] button[disabled]")
    page.keyboard.press("1")
    page.wait_for_selector("text=Your role may read only. An analyst")
    assert kept(live) == {}


def test_a_row_that_is_not_on_this_page_of_the_list_opens_too(look):
    page = look("shop", "?row=3000")
    page.wait_for_selector("tr.detail .lines")
    assert page.locator("tbody tr.pick").first.get_attribute("data-id") == "3000"
    assert "Its score is" in page.locator("tr.detail").inner_text()


def test_a_row_of_a_table_has_its_values_by_name(look):
    page = look("events")
    page.locator("#findings tbody .open-row").first.click()
    page.wait_for_selector("dl.values", state="attached")
    assert "status" in page.locator("dl.values dt").all_inner_texts() or page.locator("dl.values dt").count() > 8
