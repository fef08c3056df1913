"""Coming in by forms, without any script: set-up, sign-in, registration, a new password; and being sent to nowhere."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from oddline.service.acts import setup
from oddline.service.asker import COOKIE
from oddline.service.db.tables import Option, User
from oddline.service.people import links
from oddline.web.pages._entering import own_path
from tests.service.accounts import PASSWORD, signed_in

HTML = {"accept": "text/html"}
MINA = {"name": "Mina Park", "email": "mina@example.org", "password": PASSWORD}


@pytest.fixture
def browser_(stranger):
    stranger.headers.update(HTML)
    stranger.follow_redirects = False
    return stranger


def key_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["key"][0]


def set_up(browser, service, **changes: str):
    key = key_of(setup.invite(service))
    return browser.post("/setup", data={"key": key, "workspace": "Payments", **MINA, **changes})


def form_key(page: str) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', page)[1]


def option(service, name, value):
    with service.writing() as db:
        db.merge(Option(name=name, value={"value": value}))


def test_from_the_link_to_the_first_workspace(browser_, service):
    link = setup.invite(service)
    page = browser_.get(link)
    assert page.status_code == 200
    assert "Set up this server" in page.text
    assert f'value="{key_of(link)}"' in page.text
    answer = set_up(browser_, service)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    home = browser_.get("/")
    assert home.status_code == 200
    assert "Payments" in home.text


def test_a_weak_password_is_told_in_the_form_and_the_rest_stays(browser_, service):
    answer = set_up(browser_, service, password="short")
    assert answer.status_code == 422
    assert "The password has 5 characters." in answer.text
    assert 'value="mina@example.org"' in answer.text
    assert 'value="Payments"' in answer.text
    assert "short" not in answer.text.replace("short-", "")
    assert COOKIE not in answer.cookies


def test_fields_left_empty_are_named(browser_, service):
    answer = set_up(browser_, service, name="", email="mina")
    assert answer.text.count("Fill this in.") == 1
    assert "is no e-mail address" in answer.text


def test_set_up_is_asked_once(browser_, service):
    link = setup.invite(service)
    set_up(browser_, service)
    browser_.cookies.clear()
    again = browser_.get(link)
    assert again.status_code == 409
    assert "This server is set up" in again.text


def test_a_wrong_set_up_link_helps(browser_):
    answer = browser_.get("/setup?key=wrong")
    assert answer.status_code == 403
    assert "This link is not valid" in answer.text


def test_sign_in_says_that_nobody_has_set_up(browser_):
    assert "not set up yet" in browser_.get("/signin").text


def test_strangers_come_back_to_where_they_wanted(browser_, service):
    set_up(browser_, service)
    browser_.cookies.clear()
    sent = browser_.get("/models?q=a%20b")
    assert sent.status_code == 303
    page = browser_.get(sent.headers["location"])
    wanted = re.search(r'name="next" value="([^"]+)"', page.text)[1]
    assert "not set up yet" not in page.text
    answer = browser_.post("/signin", data={"email": "Mina@Example.org", "password": PASSWORD, "next": wanted})
    assert answer.headers["location"] == "/models?q=a%20b"
    assert browser_.get(answer.headers["location"]).status_code == 200
    assert browser_.get("/signin?next=/jobs").headers["location"] == "/jobs"


def test_a_wrong_password_is_told_in_the_form(browser_, service):
    set_up(browser_, service)
    browser_.cookies.clear()
    answer = browser_.post("/signin", data={"email": "mina@example.org", "password": "wrong one", "next": "/jobs"})
    assert answer.status_code == 401
    assert "do not go together" in answer.text
    assert 'value="mina@example.org"' in answer.text
    assert 'name="next" value="/jobs"' in answer.text
    assert "wrong one" not in answer.text


def test_too_many_tries_are_told_in_the_form(browser_, service):
    set_up(browser_, service)
    browser_.cookies.clear()
    wrong = {"email": "nobody@example.org", "password": "wrong"}
    answers = [browser_.post("/signin", data=wrong) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert "retry-after" in answers[-1].headers
    assert "<form" in answers[-1].text


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "evil.example", "", "/\n/evil.example", "///evil.example", "/ /evil.example", "\t//evil",
        "http:evil.example", "/%0d%0a" + "x" * 3000, "/signin", "/signin?next=/signin", "/api/v1/audit/download", "/é",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(browser_, service, wanted):
    assert own_path(wanted) == "/"
    set_up(browser_, service)
    key = form_key(browser_.get("/").text)
    for answer in (
        browser_.get("/signin", params={"next": wanted}),
        browser_.post("/workspace", data={"form_key": key, "slug": "payments", "next": wanted}),
        browser_.post("/signin", data={"email": MINA["email"], "password": PASSWORD, "next": wanted}),
    ):
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_signing_out_ends_the_session_and_needs_the_form_key(browser_, service):
    set_up(browser_, service)
    kept = dict(browser_.cookies)
    key = form_key(browser_.get("/").text)
    assert browser_.post("/signout", data={"form_key": "wrong"}).status_code == 403
    assert browser_.get("/").status_code == 200
    out = browser_.post("/signout", data={"form_key": key})
    assert out.headers["location"] == "/signin"
    assert f'{COOKIE}="";' in out.headers["set-cookie"]
    browser_.cookies.update(kept)
    assert browser_.get("/").headers["location"] == "/signin?next=%2F"


def test_the_workspace_is_switched_for_good_and_to_own_ones_only(app, people, team):
    user = people.user("mina", team, "viewer")
    people.workspace("other")
    mine = people.workspace("second")
    with people.service.writing() as db:
        from oddline.service.db.tables import Member

        db.add(Member(user_id=user, workspace_id=mine, role="admin"))
    client = signed_in(app, people, user, team)
    assert client.post("/workspace", data={"slug": "other"}, headers=HTML).status_code == 404
    assert "Second" in client.post("/workspace", data={"slug": "second", "next": "/jobs"}).text
    assert 'content="second"' in client.get("/models").text


@pytest.mark.parametrize(("mode", "words"), [("invitation", "needs an invitation"), ("off", "Nobody can register")])
def test_closed_registration_says_so(browser_, service, mode, words):
    option(service, "registration", mode)
    page = browser_.get("/registration").text
    assert words in page
    assert 'name="password"' not in page
    assert browser_.post("/registration", data=MINA).status_code == 403


def test_open_registration_gives_a_workspace_of_ones_own(browser_, service):
    option(service, "registration", "open")
    assert "workspace of your own" in browser_.get("/registration").text
    answer = browser_.post("/registration", data=MINA)
    assert answer.headers["location"] == "/"
    assert "Mina Park&#39;s workspace" in browser_.get("/").text
    browser_.cookies.clear()
    again = browser_.post("/registration", data=MINA)
    assert again.status_code == 409
    assert "has an account already" in again.text


def invited(people, team, **options) -> str:
    with people.service.writing() as db:
        _, key = links.make(db, "member", role="analyst", workspace_id=team, **options)
    return key


def test_an_invitation_leads_into_its_workspace(browser_, people, team):
    key = invited(people, team, email="mina@example.org")
    page = browser_.get(f"/registration?key={key}").text
    assert "Join Team" in page
    assert 'value="mina@example.org"' in page
    other = browser_.post("/registration", data={**MINA, "key": key, "email": "eve@example.org"})
    assert other.status_code == 403
    assert "for another e-mail address" in other.text
    assert browser_.post("/registration", data={**MINA, "key": key}).headers["location"] == "/"
    assert "analyst of Team" in browser_.get("/").text
    used = browser_.get(f"/registration?key={key}")
    assert used.status_code == 403
    assert "used already" in used.text


def test_who_has_an_account_joins_by_a_press(app, people, team):
    client = signed_in(app, people, people.user("mina", people.workspace("own"), "admin"))
    key = invited(people, team)
    page = client.get(f"/registration?key={key}").text
    assert "You will be analyst of Team" in page
    assert 'action="/registration/join"' in page
    answer = client.post("/registration/join", data={"key": key, "form_key": form_key(page)})
    assert "analyst of Team" in answer.text


def test_a_new_password_by_a_link(browser_, people, team):
    user = people.user("mina", team, "viewer")
    with people.service.writing() as db:
        _, key = links.make(db, "reset", user_id=user, days=1)
    assert "Choose a new password" in browser_.get(f"/reset?key={key}").text
    weak = browser_.post("/reset", data={"key": key, "password": "aaaaaaaaaaaaaaa"})
    assert "repeats a few characters" in weak.text
    assert browser_.post("/reset", data={"key": key, "password": PASSWORD}).headers["location"] == "/"
    assert browser_.get("/").status_code == 200
    assert browser_.get(f"/reset?key={key}").status_code == 403


def test_the_theme_comes_along(browser_, service):
    set_up(browser_, service)
    with service.writing() as db:
        db.query(User).one().preferences = {"theme": "dark"}
    browser_.cookies.clear()
    browser_.post("/signin", data={"email": MINA["email"], "password": PASSWORD})
    assert 'data-theme="dark"' in browser_.get("/").text


def test_errors_are_pages_for_people_and_problems_for_programs(app, people, team, stranger):
    client = signed_in(app, people, people.user("mina", team, "viewer"), team)
    for path, status, words in [("/audit", 403, "may not see this"), ("/scans/scn_none", 404, "no such page")]:
        page = client.get(path, headers=HTML)
        assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert words in page.text
    assert client.get("/scans/scn_none").headers["content-type"] == "application/problem+json"
    assert client.get("/nowhere", headers=HTML).status_code == 404
    assert stranger.get("/nowhere", headers=HTML).status_code == 404


def test_a_bug_is_a_page_that_tells_nothing_of_its_inside(app, people, team, monkeypatch):
    from fastapi.testclient import TestClient

    from oddline.web.pages import jobs

    def broken(*_args, **_more):
        raise RuntimeError("secret inside")

    monkeypatch.setattr(jobs, "shell_of", broken)
    mina = signed_in(app, people, people.user("mina", team, "viewer"), team)
    client = TestClient(app, base_url=str(mina.base_url), cookies=dict(mina.cookies), raise_server_exceptions=False)
    page = client.get("/jobs", headers=HTML)
    assert page.status_code == 500
    assert "Something went wrong in Oddline" in page.text
    assert "secret inside" not in page.text
    assert "content-security-policy" in page.headers


def test_too_many_requests_is_a_page(tmp_path):
    from fastapi.testclient import TestClient

    from oddline.service.app import create_app
    from oddline.service.settings import Limits, Settings

    limits = Limits(requests_per_minute=3)
    app = create_app(Settings(data_dir=tmp_path / "few", workers=0, limits=limits))
    with TestClient(app, base_url="http://127.0.0.1:8765", headers=HTML) as client:
        pages = [client.get("/signin") for _ in range(5)]
    assert pages[-1].status_code == 429
    assert "Too many requests" in pages[-1].text
    assert "retry-after" in pages[-1].headers
