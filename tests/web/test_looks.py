"""How it looks and reads: axe in both schemes, wide and on a phone; no sideways scroll; pictures for people."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.web.test_shell import expect

PAGES = ["/chart", "/plain/signin", "/plain/registration", "/plain/closed", "/plain/setup", "/plain/404", "/plain/500"]
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 360, "height": 780}
SIZES = {"wide": WIDE, "phone": PHONE}
COMPONENT_STATES = ["as it is", "opened row", "account menu", "dialog", "keys", "jump", "toast", "phone menu"]


@pytest.fixture
def pictures() -> Path | None:
    """Where pictures go: ODDLINE_PICTURES, if set."""
    folder = os.environ.get("ODDLINE_PICTURES")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


def findings(page) -> list[tuple[str, str]]:
    from axe_playwright_python.sync_playwright import Axe

    # The test adds the script of axe; the policy of the page would refuse it, so it goes in by the debugger.
    told = Axe().run(page).response["violations"]
    return [(one["id"], node["html"][:160]) for one in told if one["impact"] in {"serious", "critical", "moderate"} for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visit, pictures, path, size, scheme):
    page = visit(path, viewport=SIZES[size], color_scheme=scheme)
    if path == "/chart":
        page.wait_for_selector("html[data-drawn]")
    assert findings(page) == []
    if pictures:
        page.screenshot(path=pictures / f"{path.strip('/').replace('plain/', '')}-{scheme}-{size}.png", full_page=True)


def bring(page, state: str) -> None:
    if state == "opened row":
        page.locator("#findings tr.pick").first.click()
        expect(page.locator("tr.detail")).to_contain_text("Why it is odd")
    elif state == "account menu":
        page.get_by_role("button", name="Account: Mina Park").click()
    elif state == "dialog":
        page.get_by_role("button", name="Delete", exact=True).click()
    elif state == "keys":
        page.keyboard.press("?")
    elif state == "jump":
        page.evaluate("document.querySelector('[data-jump]').click()")
        page.keyboard.type("in")
    elif state == "toast":
        page.evaluate("window.toast('Marked as expected. The model has learnt it.', {undo: () => {}}); 0")
        expect(page.locator(".toast [role=status]")).not_to_be_empty()
    elif state == "phone menu":
        page.locator("[data-dialog=phone-menu]").click()
    page.wait_for_timeout(250)  # animations end


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", COMPONENT_STATES[1:])
def test_axe_finds_nothing_in_what_opens(visit, pictures, state, scheme):
    page = visit("/", viewport=PHONE if state in {"phone menu", "opened row"} else WIDE, color_scheme=scheme)
    bring(page, state)
    assert findings(page) == []
    if pictures:
        page.screenshot(path=pictures / f"{state.replace(' ', '-')}-{scheme}.png")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_at_320_px(visit, path):
    page = visit(path, viewport={"width": 320, "height": 700})
    if path == "/chart":
        page.wait_for_selector("html[data-drawn]")
        page.locator("#findings tr.pick").nth(3).click()
        expect(page.locator("tr.detail")).to_contain_text("Why it is odd")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_targets_are_large_enough_for_fingers(visit):
    page = visit("/", viewport=PHONE)
    small = page.evaluate("""() => [...document.querySelectorAll('a, button, select, input:not([type=hidden])')]
      .filter((one) => one.checkVisibility() && !one.closest('p, h3, .vh, thead') && !one.matches('.vh, .seg input'))
      .map((one) => one.closest('label') ?? one)
      .filter((one) => { const box = one.getBoundingClientRect(); return box.width && (box.height < 24 || box.width < 24) })
      .map((one) => one.outerHTML.slice(0, 120))""")
    assert small == []


def test_longer_words_fit(visit):
    """Russian is longer by two fifths."""
    page = visit("/", viewport=PHONE)
    page.evaluate("""() => {
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode())
        if (node.textContent.trim() && !node.parentElement.closest('svg, .log, code, kbd')) node.textContent += ' ' + node.textContent.trim().slice(0, Math.ceil(node.textContent.length * 0.4));
    }""")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_chosen_tab_is_seen_where_colours_are_forced(visit):
    page = visit("/", forced_colors="active")
    border = "getComputedStyle(document.querySelector('[role=tab][aria-selected=%s]')).borderBottomColor"
    assert page.evaluate(border % "true") != page.evaluate(border % "false")


def test_nothing_moves_for_who_wants_no_motion(visit):
    page = visit("/", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--quick').trim()") == "0ms"
