"""Coming in, account, people, audit and settings in a browser: what is pressed is done, and everybody can use it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from oddline.service.acts import setup
from oddline.service.db.tables import Invitation, User
from oddline.service.people import links
from tests.service.accounts import PASSWORD

pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

SERIOUS = {"serious", "critical"}
PAGES = [
    "/account",
    "/people",
    "/people?tab=users",
    "/people?tab=workspaces",
    "/audit",
    "/audit?q=nothing-like-it",
    "/settings",
]
HARM = "<img src=x onerror=window.harmed=1>"


def toast(page, words: str) -> None:
    page.locator("#toasts", has_text=words).wait_for()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_person_comes_in_by_set_up_and_by_sign_in(live, visit, script):
    with live.service.writing() as db:
        for user in db.query(User):
            user.administrator = False
    link = setup.invite(live.service)
    page = visit("/setup?" + link.split("?")[1], "", java_script_enabled=script)
    page.get_by_label("Your name").fill("Mina Park")
    page.get_by_label("E-mail").fill("mina@example.org")
    page.get_by_label("Password").fill("short but long enough"[:11])
    page.get_by_label("First workspace").fill("Payments")
    page.get_by_role("button", name="Set up").click()
    page.get_by_text("The password has 11 characters").wait_for()
    assert page.get_by_label("First workspace").input_value() == "Payments"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url(live.url + "/")
    page.context.clear_cookies()
    page.goto(live.url + "/people?q=mina")
    assert "/signin?next=" in page.url
    page.get_by_label("E-mail").fill("mina@example.org")
    page.get_by_label("Password").fill("no")
    page.keyboard.press("Enter")
    page.get_by_text("do not go together").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(live.url + "/people?q=mina")


def test_a_token_is_made_copied_and_revoked(live, visit):
    page = visit("/account", "vera")
    page.locator("#f-name").first.fill(HARM)
    page.get_by_label("It ends").select_option("null")
    page.get_by_role("button", name="Make a token").click()
    secret = page.locator("#token-made input")
    secret.wait_for()
    value = secret.input_value()
    assert value.startswith("odl_")
    assert page.evaluate("document.activeElement.value") == value
    row = page.locator("[data-live=tokens] tbody tr")
    row.wait_for()
    assert HARM in row.inner_text()
    assert "never" in row.inner_text()
    asked = page.request.get(live.url + "/api/v1/me", headers={"Authorization": f"Bearer {value}", "Cookie": ""})
    assert asked.ok
    row.get_by_role("button", name="Revoke").click()
    page.locator("dialog").get_by_role("button", name="Revoke").click()
    row.get_by_text("revoked").wait_for()
    page.reload()
    assert value not in page.content()


def test_the_password_is_changed_and_what_is_wrong_stands_beside_it(live, visit):
    page = visit("/account", "vera")
    page.get_by_label("New password").fill("too short")
    page.get_by_role("button", name="Set the password").click()
    page.locator("#password-form .err", has_text="9 characters").wait_for()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    toast(page, "The new password holds")
    assert page.get_by_label("New password").input_value() == ""


def test_keys_and_colours_hold_at_once_and_are_kept(live, visit):
    page = visit("/account", "vera")
    with page.expect_response("**/api/v1/me"):
        page.get_by_role("switch", name="Single keys").click()
    assert page.locator("html").get_attribute("data-keys") == "off"
    with page.expect_response("**/api/v1/me"):
        page.locator("#you").get_by_role("button", name="Dark").click()
    page.reload()
    assert page.locator("html").get_attribute("data-keys") == "off"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    with live.service.reading() as db:
        kept = db.query(User).filter_by(name="Vera").one().preferences
    assert (kept["theme"], kept["single_keys"]) == ("dark", False)


def test_other_browsers_are_signed_out(live, visit):
    live.sign_in("second", "viewer")
    with live.service.writing() as db:
        from oddline.service.db.tables import Session

        vera = db.query(User).filter_by(name="Vera").one().id
        for session in db.query(Session).filter(Session.user_id != vera):
            if db.get(User, session.user_id).name == "Second":
                session.user_id = vera
    page = visit("/account", "vera")
    assert page.locator("#sessions li").count() == 2
    page.get_by_role("button", name="Sign out everywhere else").click()
    page.locator("#sessions li").nth(1).wait_for(state="detached")
    assert "signed in here only" in page.locator(".verdict").inner_text()


def test_an_invitation_is_made_and_taken_back(live, visit):
    page = visit("/people")
    page.get_by_label("E-mail").first.fill("new@example.org")
    page.locator("#invite-form [name=role]").select_option("ingest")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#invite-made input")
    link.wait_for()
    assert "/registration?key=" in link.input_value()
    page.locator("#invitations", has_text="new@example.org").wait_for()
    page.get_by_role("button", name="Take back the invitation").click()
    page.locator("#invitations").wait_for(state="detached")
    with live.service.reading() as db:
        assert db.query(Invitation).filter_by(kind="member").count() == 0


def test_roles_change_in_place_and_the_last_admin_stays(live, visit):
    page = visit("/people")
    page.get_by_label("Role of Vera").select_option("analyst")
    toast(page, "Role of Vera: analyst.")
    page.locator(".verdict", has_text="1 analyst").wait_for()
    page.get_by_label("Role of Ada").select_option("viewer")
    toast(page, "last admin")
    assert page.get_by_label("Role of Ada").input_value() == "admin"
    page.get_by_role("button", name="Remove Vera").click()
    page.locator("dialog").get_by_role("button", name="Remove").click()
    page.locator(".verdict", has_text="1 person works in Team").wait_for()


def test_administrators_shut_out_and_give_links(live, visit):
    page = visit("/people?tab=users")
    panel = page.locator("#panel-users")
    panel.get_by_role("button", name="Make a link for a new password of Vera").click()
    link = page.locator("#reset-made input")
    link.wait_for()
    assert "/reset?key=" in link.input_value()
    panel.get_by_role("button", name="Shut Vera out").click()
    page.locator("dialog").get_by_role("button", name="Shut out").click()
    panel.get_by_role("button", name="Let Vera in again").click()
    panel.get_by_role("button", name="Shut Vera out").wait_for()
    page.get_by_role("tab", name="Workspaces").click()
    page.locator("#f-place").fill("Shop")
    page.get_by_role("button", name="Make a workspace").click()
    page.get_by_label("Name of shop").wait_for()
    page.get_by_label("Name of team").fill("The team")
    page.get_by_role("button", name="Rename team").click()
    toast(page, "Renamed.")


def test_audit_filters_without_a_press(live, visit):
    page = visit("/audit")
    page.get_by_label("Act").select_option("token")
    page.locator(".verdict", has_text="Nothing matches.").wait_for()
    assert page.url.endswith("/audit?action=token")
    page.keyboard.press("Escape")
    page.wait_for_url(live.url + "/audit")
    page.locator(".verdict", has_text="Nothing yet.").wait_for()


def test_settings_are_saved(live, visit):
    page = visit("/settings")
    page.get_by_text("Nobody", exact=True).click()
    page.get_by_label("Scans are removed after, days").fill("30")
    page.get_by_role("button", name="Save").click()
    toast(page, "Saved.")
    page.locator(".verdict", has_text="Nobody may register.").wait_for()
    assert "scans 30 days" in page.locator(".verdict").inner_text()


def _fill(live) -> str:
    for name in ("borislava konstantinovna-przybyszewska", "chen", HARM):
        live.people.user(name, live.team, "analyst")
    with live.service.writing() as db:
        _, key = links.make(db, "member", role="analyst", workspace_id=live.team, email="new@example.org")
        links.make(db, "member", role="viewer", workspace_id=live.team)
        from oddline.service.acts.audit import note
        from oddline.service.db.tables import Token
        from oddline.service.door import Desk

        user = db.query(User).filter_by(name="Ada").one()
        for number, name in enumerate(("nightly upload", "grafana")):
            db.add(
                Token(
                    workspace_id=live.team, user_id=user.id, name=name, role="ingest", digest=str(number), hint="…4f2a"
                )
            )
        for action in ("session.begin", "scan.start", "member.change", "token.make"):
            desk = Desk(live.service, db, None, "10.3.7.21")
            note(desk, action, "usr_1m8f669kbd9hypfydjgh", by=user, workspace=live.team, role="analyst")
    return key


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
def test_pages_are_for_everyone(live, visit, scheme, width, full):
    """No serious finding of axe, nothing off to the side; pictures go to a folder if one is named."""
    key = _fill(live) if full else ""
    paths = [*PAGES, f"/registration?key={key}"] if full else [*PAGES, "/nowhere"]
    page = visit(paths[0], viewport={"width": width, "height": 900}, color_scheme=scheme)
    strange = visit("/signin", "", viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = []
    for at, path in [(page, path) for path in paths] + [(strange, f"/registration?key={key}" if full else "/signin")]:
        at.goto(live.url + path, wait_until="load")
        at.wait_for_selector("html[data-ready]")
        at.wait_for_timeout(150)
        where = f"{path.strip('/').split('key=')[0]}-{'in' if at is page else 'out'}"
        _picture(at, f"{where}-{scheme}-{width}-{'full' if full else 'empty'}")
        sideways = at.evaluate("document.documentElement.scrollWidth - innerWidth")
        if sideways > 0:
            found.append((path, f"{sideways} px off to the side"))
        told = axe.Axe().run(at).response["violations"]
        found += [(path, one["id"], one["nodes"][0]["html"][:160]) for one in told if one["impact"] in SERIOUS]
    assert found == []


def _picture(page, name: str) -> None:
    folder = os.environ.get("ODDLINE_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{re.sub('[/?=]', '-', name)}.png", full_page=True)
