"""Account, people, audit and settings as the server draws them: what is there, for whom, and what is not."""

from __future__ import annotations

import re
from html import unescape

import pytest

from oddline.service.people import links
from tests.service.accounts import browser

HARM = "<script>window.harmed=1</script>"


def say(page) -> str:
    assert page.status_code == 200, page.text
    return unescape(re.search(r'<p class="say">(.*?)</p>', page.text)[1])


@pytest.fixture
def admin(app, people, team):
    return browser(app, people, "ada", team, "admin", administrator=True)


@pytest.fixture
def viewer(app, people, team):
    return browser(app, people, "vera", team, "viewer")


def test_account_says_who_one_is_and_offers_no_more_than_one_may(admin, viewer, people, app):
    page = viewer.get("/account")
    assert say(page) == "You are viewer of Team."
    assert "signed in here only" in page.text
    offered = re.findall(r'<option value="(\w+)"', re.search(r'name="role".*?</select>', page.text, re.S)[0])
    assert offered == ["viewer"]
    assert "No token yet" in page.text
    alone = browser(app, people, "nobody", None, "none").get("/account")
    assert "You belong to no workspace yet" in say(alone)
    assert "token-form" not in alone.text


def test_tokens_are_listed_without_their_secret(viewer):
    made = viewer.post("/api/v1/tokens", json={"name": HARM, "role": "viewer", "days": 7}).json()
    page = viewer.get("/account").text
    assert HARM not in page
    assert made["hint"] in page
    assert made["secret"] not in page
    assert f"/api/v1/tokens/{made['id']}" in page
    viewer.delete(f"/api/v1/tokens/{made['id']}")
    page = viewer.get("/account").text
    assert "revoked" in page
    assert f"DELETE /api/v1/tokens/{made['id']}" not in page


def test_viewers_see_members_and_may_change_none(viewer, admin):
    page = viewer.get("/people")
    assert say(page) == "2 people work in Team."
    assert "ada@example.org" in page.text
    for held in ("data-member", "invite-form", "DELETE /api/v1/workspaces", "The whole server"):
        assert held not in page.text


def test_admins_see_invitations_and_administrators_everybody(admin, viewer, people, team, app):
    browser(app, people, "olga", people.workspace("other"), "viewer")
    third = people.workspace("third")
    with people.service.writing() as db:
        links.make(db, "member", role="analyst", workspace_id=team, email="new@example.org")
        links.make(db, "member", role="viewer", workspace_id=third, email="elsewhere@example.org")
    page = admin.get("/people").text
    assert "1 invitation waits." in page
    assert "new@example.org" in page
    assert "elsewhere@example.org" not in page
    assert "olga@example.org" in page
    plain = browser(app, people, "adam", team, "admin").get("/people").text
    assert "invite-form" in plain
    assert "olga@example.org" not in plain
    assert "olga@example.org" not in admin.get("/people?q=vera").text


def test_audit_is_searched_and_its_downloads_follow(admin, viewer):
    viewer.post("/api/v1/tokens", json={"name": "nightly", "role": "viewer", "days": 7})
    admin.post("/api/v1/invitations", json={"role": "viewer", "email": "new@example.org"})
    page = admin.get("/audit")
    assert say(page) == "2 acts are on record in this workspace."
    assert "made a token" in page.text
    one = admin.get("/audit?q=nightly&action=token")
    assert say(one) == "1 act matches."
    assert "invited somebody" not in one.text
    href = unescape(re.search(r'href="(/api/v1/audit/download\?format=ndjson[^"]*)"', one.text)[1])
    assert admin.get(href).text.count("\n") == 1
    assert say(admin.get("/audit?until=2001-01-01")) == "Nothing matches."
    assert "No entry matches" in admin.get("/audit?q=nothing-like-it").text
    assert say(admin.get("/audit?since=yesterday&until=x")).endswith("match.")


def test_audit_turns_pages(admin, people, team):
    from oddline.service.db.tables import AuditEntry

    with people.service.writing() as db:
        db.add_all(
            AuditEntry(workspace_id=team, who="Mina", action="scan.start", subject=f"scn_{n}") for n in range(60)
        )
    first = admin.get("/audit?action=scan").text
    older = unescape(re.search(r'href="([^"]*)" rel="next"', first)[1])
    second = admin.get(older).text
    assert "scn_59<" in first
    assert "scn_9<" not in first
    assert "scn_9<" in second
    assert 'href="/audit?action=scan">Newest' in second


@pytest.mark.parametrize("path", ["/audit", "/settings"])
def test_what_is_for_administrators_is_not_for_viewers(viewer, path):
    assert viewer.get(path).status_code == 403


def test_settings_say_what_holds_and_the_names_of_limits(admin):
    page = admin.get("/settings")
    assert say(page) == "People come in by invitation."
    assert "Uploads are kept 90 days, scans 365 days. No worker answers" in page.text
    assert "ODDLINE_LIMIT_UPLOAD_BYTES" in page.text
    assert "4 GiB" in page.text
    admin.patch("/api/v1/settings", json={"registration": "off", "upload_days": 0})
    after = admin.get("/settings")
    assert say(after) == "Nobody may register."
    assert "Uploads are kept for good" in after.text


def test_every_act_has_its_words():
    """A new act shows by its bare name until it has words; this asks for them."""
    from pathlib import Path

    import oddline.service
    from oddline.web.pages._audit_words import NOUNS, SAID

    source = "".join(path.read_text() for path in Path(oddline.service.__file__).parent.rglob("*.py"))
    acts = set(re.findall(r'note\(\s*\w+,\s*"([a-z]+\.[a-z_]+)"', source))
    assert len(acts) > 30
    assert acts - set(SAID) == set()
    assert {act.split(".")[0] for act in acts} - {noun for noun, _words in NOUNS} == set()
