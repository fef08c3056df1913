"""The shell in Chromium: keys, menus, tabs, dialogs, toasts, themes, under the real policy."""

from __future__ import annotations

import re

import pytest

PHONE = {"viewport": {"width": 360, "height": 780}}


def expect(target):
    from playwright.sync_api import expect as playwright_expect

    return playwright_expect(target)


# ---- keys ----


def test_a_sequence_goes_to_a_page(visit):
    page = visit("/")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/scans")


def test_keys_are_off_while_typing(visit):
    page = visit("/")
    page.locator("#findings input[type=search]").focus()
    page.keyboard.type("go?n")
    assert page.url.split("?")[0].endswith("/")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("#findings input[type=search]").input_value() == "go?n"


def test_slash_goes_into_the_search_of_the_page(visit):
    page = visit("/")
    page.keyboard.press("/")
    expect(page.locator("#findings input[type=search]")).to_be_focused()
    assert page.locator("#findings input[type=search]").input_value() == ""


def test_slash_opens_search_or_jump_where_the_page_has_none(visit):
    page = visit("/")
    page.get_by_role("tab", name="Metrics").click()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search or jump")).to_be_focused()
    page.keyboard.type("mod")
    expect(page.get_by_role("option", name="Models")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Search or jump")).to_have_count(0)


def test_jump_goes_where_the_arrows_point(visit):
    page = visit("/")
    page.get_by_role("button", name="Search or jump").click()
    page.keyboard.type("sc")
    expect(page.get_by_role("listbox", name="Found").get_by_role("option").first).to_have_text("Scanspage")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/scans")


def test_single_keys_can_be_turned_off(visit):
    page = visit("/")
    page.evaluate("document.documentElement.dataset.keys = 'off'")
    page.keyboard.press("?")
    page.keyboard.press("j")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("tr[data-cursor]").count() == 0
    page.get_by_role("button", name="Account: Mina Park").click()
    page.get_by_role("menuitem", name="Keys").click()
    expect(page.locator("dialog[open]")).to_contain_text("Single keys are off")


def test_the_sheet_tells_all_keys_of_the_page(visit):
    page = visit("/")
    page.keyboard.press("?")
    sheet = page.locator("dialog[open]")
    for words in ("All keys", "New scan", "Undo", "Copy the link", "Next row", "Anomalies only", "Real", "Jobs"):
        expect(sheet).to_contain_text(words)
    page.keyboard.press("j")
    assert page.locator("tr[data-cursor]").count() == 0, "the page below does not move"
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_key_presses_what_declares_it(visit):
    page = visit("/")
    page.keyboard.press("o")
    expect(page.get_by_role("switch", name="Anomalies only").nth(1)).not_to_be_checked()
    page.keyboard.press("Control+o")
    expect(page.get_by_role("switch", name="Anomalies only").nth(1)).not_to_be_checked()


# ---- tabs ----


def test_tabs_follow_the_pattern(visit):
    page = visit("/")
    findings, templates, metrics = page.get_by_role("tab").all()
    findings.focus()
    page.keyboard.press("ArrowRight")
    expect(templates).to_be_focused()
    expect(templates).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel")).to_have_attribute("aria-labelledby", "tab-templates")
    assert [one.get_attribute("tabindex") for one in (findings, templates, metrics)] == ["-1", "0", "-1"]
    page.keyboard.press("End")
    expect(metrics).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(findings).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(metrics).to_be_focused()


def test_a_tab_is_in_the_address_and_back_goes_back(visit):
    page = visit("/")
    page.goto(page.url + "?tab=templates")
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_role("tab", name="Templates")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Metrics").click()
    assert page.url.endswith("?tab=metrics")
    page.go_back()
    expect(page.get_by_role("tab", name="Templates")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Findings").click()
    assert "tab=" not in page.url, "the first tab needs no words"


# ---- menus ----


def test_a_menu_is_opened_walked_and_left_by_keys(visit):
    page = visit("/")
    button = page.get_by_role("button", name="Download")
    button.focus()
    page.keyboard.press("ArrowDown")
    items = page.get_by_role("menu", name="Download").get_by_role("menuitem")
    expect(items.nth(0)).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(items.nth(3)).to_be_focused()
    page.keyboard.press("p")
    expect(items.nth(2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("menu")).to_have_count(0)


def test_a_menu_closes_by_a_click_beside_it(visit):
    page = visit("/")
    page.get_by_role("button", name="Workspace: payments").click()
    expect(page.get_by_role("menuitemradio", name="search")).to_be_visible()
    page.locator("h1").click()
    expect(page.get_by_role("menu")).to_have_count(0)


def test_a_menu_stays_in_the_window(visit):
    page = visit("/", viewport={"width": 500, "height": 400})
    page.get_by_role("button", name="Account: Mina Park").click()
    box = page.get_by_role("menu", name="Account").bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 500
    assert box["y"] + box["height"] <= 400


# ---- dialogs ----


def test_a_dialog_keeps_the_focus_and_gives_it_back(visit):
    page = visit("/")
    opener = page.get_by_role("button", name="Delete", exact=True)
    opener.click()
    dialog = page.get_by_role("dialog", name="Delete app.log and its scan?")
    expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_click_beside_a_dialog_is_no(visit):
    page = visit("/")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.mouse.click(20, 20)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_question_is_answered(visit):
    page = visit("/")
    ask = "import('/static/x/js/dialog.js').then(m => m.ask({title: 'Sure <b>?', text: 'Gone.'}))"
    for button, told in (("Delete", True), ("Keep", False)):
        page.evaluate(f"window.answer = null; {ask}.then(a => {{ window.answer = a }}); 0")
        page.get_by_role("dialog", name="Sure <b>?").get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("window.answer") is told


# ---- toasts ----


def test_a_toast_offers_undo_by_button_and_by_key(visit):
    page = visit("/")
    page.evaluate("window.toast('Marked <i>', {undo: () => window.said.push('undone')})")
    expect(page.get_by_role("status").filter(has_text="Marked <i>")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.evaluate("window.toast('Muted', {undo: () => window.said.push('undone by key')})")
    page.keyboard.press("z")
    assert page.evaluate("window.said") == ["undone", "undone by key"]
    expect(page.locator(".toasts .toast")).to_have_count(0)


def test_a_toast_waits_while_it_is_looked_at(visit):
    page = visit("/", still=True)
    page.evaluate("window.toast('Marked', {undo: () => {}})")
    toast = page.locator(".toasts .toast")
    page.clock.run_for(9_000)
    expect(toast).to_have_count(1)
    box = toast.bounding_box()  # hovering waits for frames, and the clock stands
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.clock.run_for(60_000)
    expect(toast).to_have_count(1)
    page.mouse.move(5, 5)
    page.clock.run_for(9_000)
    expect(toast).to_have_count(0)


def test_a_toast_waits_while_it_has_the_focus(visit):
    page = visit("/", still=True)
    page.evaluate("window.toast('Marked', {undo: () => {}})")
    page.get_by_role("button", name="Undo").focus()
    page.clock.run_for(60_000)
    expect(page.locator(".toasts .toast")).to_have_count(1)


# ---- themes ----


def test_a_theme_is_kept_by_the_server(visit):
    page = visit("/", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate(ground)
    assert light != dark
    page.reload()
    assert re.search(r'<html[^>]* data-theme="dark"', page.content())
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name="Account: Mina Park").click()
    expect(page.get_by_role("menuitemradio", name="Dark")).to_have_attribute("aria-checked", "true")
    page.get_by_role("menuitemradio", name="As the system").click()
    assert page.evaluate(ground) == light
    assert not [one for one in page.context.cookies() if one["name"] == "oddline_theme"]


def test_a_chart_is_drawn_in_the_colours_of_the_theme(visit):
    page = visit("/chart", color_scheme="light")
    page.wait_for_selector("html[data-drawn]")
    colour = "getComputedStyle(document.querySelector('#chart .bars path')).fill"
    assert page.evaluate(colour) == "rgb(195, 205, 207)"
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_timeout(300)
    assert page.evaluate(colour) == "rgb(58, 70, 74)"
    assert page.locator("#chart .no-webgl").count() == 0
    assert page.locator("style").count() == 0, "Plotly has put nothing into the page"
    expect(page.get_by_role("img", name="Scores of 200 lines. Three are odd.")).to_be_visible()


# ---- phone ----


def test_the_menu_of_a_phone_has_it_all(visit):
    page = visit("/", **PHONE)
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    menu = page.get_by_role("dialog", name="Menu")
    expect(menu.get_by_role("link", name="Incidents")).to_be_visible()
    expect(menu.get_by_role("button", name="search", exact=True)).to_be_visible()
    menu.get_by_role("button", name="Dark").click()
    expect(menu.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    menu.get_by_role("button", name="Close the menu").click()
    expect(page.get_by_role("button", name="Menu", exact=True)).to_be_focused()


@pytest.mark.parametrize("path", ["/plain/signin", "/plain/registration", "/plain/setup"])
def test_signed_out_pages_work_without_scripts(visit, path, browser, site):
    page = browser.browser.new_context(java_script_enabled=False).new_page()
    page.goto(site.url + path)
    form = page.locator("form[method=post]")
    expect(form.get_by_role("button").last).to_be_enabled()
    assert form.get_attribute("action") in {"/signin", "/registration", "/setup"}
