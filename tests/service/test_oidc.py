"""Single sign-on, against a small real issuer on a local port."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from sqlalchemy import select

from oddline.service.asker import COOKIE
from oddline.service.db.tables import AuditEntry, Option, User
from oddline.service.settings import Limits, Settings
from tests.service.accounts import BASE, browser
from tests.service.issuer import CLIENT, SECRET, Issuer

MINA = {"sub": "42", "email": "Mina@Example.org", "email_verified": True, "name": "Mina Park"}
START = "/api/v1/session/oidc"


@pytest.fixture(scope="module")
def serving():
    issuer = Issuer()
    issuer.start()
    yield issuer
    issuer.stop()


@pytest.fixture
def issuer(serving):
    serving.person, serving.wrong, serving.lie = dict(MINA), {}, set()
    serving.asked.clear()
    return serving


@pytest.fixture
def settings(settings, issuer):
    changed = {
        "oidc_issuer": issuer.address,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SecretStr(SECRET),
        "limits": Limits(sign_ins_per_quarter_hour=5),
    }
    return settings.model_copy(update=changed)


@pytest.fixture
def client(app):
    return TestClient(app, base_url=BASE, follow_redirects=False)


def begin(client, **query) -> str:
    """Go to the issuer and sign in there; gives the address that it sends back to."""
    away = client.get(START, params=query)
    assert away.status_code == 303
    with httpx2.Client() as outside:
        return outside.get(away.headers["location"]).headers["location"]


def sign_in(client, **query):
    back = begin(client, **query)
    assert back.startswith(f"{BASE}{START}/callback?")
    return client.get(back)


def refused(answer) -> str:
    assert answer.status_code == 303 and COOKIE not in answer.cookies
    assert answer.headers["location"].startswith("/signin?error=")
    return answer.headers["location"].partition("=")[2]


def registering(service, mode):
    with service.writing() as db:
        db.merge(Option(name="registration", value={"value": mode}))


def test_it_says_how_it_is_called(client):
    assert client.get("/api/v1/registration").json()["oidc"] == "single sign-on"


class TestWhoIsLetIn:
    def test_a_registered_person_is_linked_by_a_verified_address_and_then_by_subject(
        self, client, issuer, people, team, service
    ):
        mina = people.user("mina", team, "analyst")
        done = sign_in(client, next="/scans?q=1")
        assert (done.status_code, done.headers["location"]) == (303, "/scans?q=1")
        assert client.get("/api/v1/me").json()["id"] == mina
        issuer.person["email"] = "other@example.org"  # the subject stays who it is
        again = TestClient(client.app, base_url=BASE, follow_redirects=False)
        assert sign_in(again).headers["location"] == "/"
        assert again.get("/api/v1/me").json()["id"] == mina
        with service.reading() as db:
            acts = [
                (one.action, one.details.get("how")) for one in db.scalars(select(AuditEntry).order_by(AuditEntry.id))
            ]
        assert acts == [("user.link", None), ("session.begin", "oidc"), ("session.begin", "oidc")]

    def test_an_invited_person_gets_an_account(self, client, app, people, team):
        admin = browser(app, people, "ann", team, "admin")
        admin.post("/api/v1/invitations", json={"role": "analyst", "email": "mina@example.org"})
        assert sign_in(client).headers["location"] == "/"
        me = client.get("/api/v1/me").json()
        assert (me["name"], me["workspace"], me["role"], me["has_password"]) == ("Mina Park", "team", "analyst", False)
        assert admin.get("/api/v1/invitations").json()["items"][0]["state"] == "used"

    def test_an_invitation_for_whoever_has_it(self, client, app, people, team):
        admin = browser(app, people, "ann", team, "admin")
        link = admin.post("/api/v1/invitations", json={"role": "viewer"}).json()["link"]
        assert sign_in(client, key=parse_qs(urlsplit(link).query)["key"][0]).headers["location"] == "/"
        assert client.get("/api/v1/me").json()["workspace"] == "team"

    @pytest.mark.parametrize(("mode", "status"), [("open", 200), ("invitation", 401), ("off", 401)])
    def test_a_stranger_as_registration_goes(self, client, service, mode, status):
        registering(service, mode)
        answer = sign_in(client)
        assert client.get("/api/v1/me").status_code == status
        if status == 401:
            assert refused(answer) == "sso-unknown"

    def test_an_invitation_does_not_open_what_is_off(self, client, app, people, team, service):
        admin = browser(app, people, "ann", team, "admin")
        admin.post("/api/v1/invitations", json={"role": "analyst", "email": "mina@example.org"})
        registering(service, "off")
        assert refused(sign_in(client)) == "sso-unknown"

    def test_an_address_is_asked_of_the_issuer_if_the_token_holds_none(self, client, issuer, people, team):
        people.user("mina", team, "viewer")
        issuer.lie.add("short")
        assert sign_in(client).headers["location"] == "/"
        assert "/userinfo" in issuer.asked

    def test_it_ends_the_session_that_was_there(self, client, people, team):
        people.user("mina", team, "viewer")
        client.cookies.set(COOKIE, "planted")
        sign_in(client)
        assert "planted" not in [one.value for one in client.cookies.jar if one.domain]


class TestWhoIsNot:
    @pytest.mark.parametrize("verified", [False, None, "false", 0, "yes"])
    def test_an_unverified_address_links_to_nobody(self, client, issuer, people, team, service, verified):
        mina = people.user("mina", team, "admin")
        issuer.wrong["email_verified"] = verified
        assert refused(sign_in(client)) == "sso-unverified"
        with service.reading() as db:
            assert db.get_one(User, mina).subject is None

    def test_another_identity_does_not_take_an_account_over(self, client, issuer, people, team):
        people.user("mina", team, "admin")
        sign_in(client)
        issuer.person["sub"] = "43"
        assert refused(sign_in(TestClient(client.app, base_url=BASE, follow_redirects=False))) == "sso-other"

    def test_who_was_shut_out_stays_out(self, client, people, team, service):
        mina = people.user("mina", team, "viewer")
        with service.writing() as db:
            db.get_one(User, mina).active = False
        assert refused(sign_in(client)) == "sso-shut"
        assert client.get("/api/v1/me").status_code == 401

    @pytest.mark.parametrize(
        "wrong",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"aud": "another"},
            {"aud": ["another", "third"]},
            {"aud": None},
            {"iss": "https://evil.example"},
            {"exp": 1_000_000_000},
            {"exp": None},
            {"iat": 4_000_000_000, "nbf": 4_000_000_000},
            {"azp": "another"},
            {"at_hash": "another"},
            {"sub": None},
        ],
        ids=str,
    )
    def test_a_token_that_does_not_hold(self, client, issuer, people, team, wrong):
        people.user("mina", team, "viewer")
        issuer.wrong = wrong
        assert refused(sign_in(client)) == "sso-failed"
        assert client.get("/api/v1/me").status_code == 401

    @pytest.mark.parametrize("lie", ["key", "none"])
    def test_a_token_that_the_issuer_has_not_signed(self, client, issuer, people, team, lie):
        people.user("mina", team, "viewer")
        issuer.lie.add(lie)
        assert refused(sign_in(client)) == "sso-failed"

    def test_an_issuer_that_calls_itself_otherwise(self, client, issuer):
        issuer.lie.add("name")
        assert refused(client.get(START)) == "sso-failed"

    def test_an_issuer_that_cannot_be_reached(self, tmp_path):
        from oddline.service.app import create_app

        dead = Settings(data_dir=tmp_path / "d", workers=0, oidc_issuer="http://127.0.0.1:9", oidc_client_id="x")
        assert refused(TestClient(create_app(dead), base_url=BASE, follow_redirects=False).get(START)) == "sso-failed"

    def test_who_breaks_it_off(self, client, issuer):
        issuer.lie.add("deny")
        assert refused(sign_in(client)) == "sso-refused"


class TestTheFlow:
    def test_another_browser_cannot_end_it(self, client, app, people, team):
        """Else somebody could sign a victim into their own account, or use a code that they saw."""
        people.user("mina", team, "viewer")
        back = begin(client)
        other = TestClient(app, base_url=BASE, follow_redirects=False)
        assert refused(other.get(back)) == "sso-old"
        begin(other)
        assert refused(other.get(back)) == "sso-old"
        assert client.get(back).headers["location"] == "/"

    def test_it_is_gone_through_once(self, client, people, team):
        people.user("mina", team, "viewer")
        back = begin(client)
        assert client.get(back).headers["location"] == "/"
        assert refused(client.get(back)) == "sso-old"

    def test_a_code_without_its_verifier_is_worth_nothing(self, client, people, team, issuer):
        people.user("mina", team, "viewer")
        back = begin(client)
        issuer.codes[parse_qs(urlsplit(back).query)["code"][0]]["code_challenge"] = "of another browser"
        assert refused(client.get(back)) == "sso-failed"

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/a b"]
    )
    def test_it_leads_nowhere_else(self, client, people, team, elsewhere):
        people.user("mina", team, "viewer")
        assert sign_in(client, next=elsewhere).headers["location"] == "/"

    @pytest.mark.parametrize("cookie", ["", "x", "e30=", "WzEsMiwzXQ==", "bnVsbA=="])
    def test_a_cookie_that_is_not_ours_is_no_flow(self, app, cookie):
        client = TestClient(app, base_url=BASE, follow_redirects=False, cookies={"oddline_oidc": cookie})
        assert refused(client.get(f"{START}/callback?code=x&state=y")) == "sso-old"

    def test_new_keys_of_the_issuer_are_fetched(self, client, issuer, people, team):
        people.user("mina", team, "viewer")
        sign_in(client)
        issuer.key = RSAKey.generate_key(2048, {"kid": "two"})
        assert sign_in(client).headers["location"] == "/"
        sign_in(client)
        assert issuer.asked.count("/keys") == 2 and issuer.asked.count("/.well-known/openid-configuration") == 1

    def test_9_it_is_slowed_down_as_passwords_are(self, client, service):
        answers = [client.get(f"{START}/callback?code=x&state=y").status_code for _ in range(6)]
        assert answers == [303] * 5 + [429]
        with service.reading() as db:
            entries = list(db.scalars(select(AuditEntry)))
        assert len(entries) == 5 and entries[0].details == {"how": "oidc", "why": "sso-old"}

    def test_the_cookie_of_the_flow_is_out_of_reach(self, client):
        cookie = client.get(START).headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and f"Path={START}" in cookie


def test_without_an_issuer_there_is_none(tmp_path):
    from oddline.service.app import create_app

    client = TestClient(create_app(Settings(data_dir=tmp_path / "d", workers=0)), base_url=BASE)
    assert client.get(START).status_code == 404
    assert client.get("/api/v1/registration").json()["oidc"] is None


def test_an_issuer_without_tls_is_refused(tmp_path):
    from oddline.service.app import create_app

    settings = Settings(data_dir=tmp_path / "d", workers=0, oidc_issuer="http://sso.example.org", oidc_client_id="x")
    answer = TestClient(create_app(settings), base_url=BASE).get(START)
    assert answer.status_code == 500 and "TLS" in answer.json()["title"]
