"""Signing in: back-off, sessions, passwords, preferences."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from oddline.service.asker import COOKIE
from oddline.service.db.tables import AuditEntry, Session, User
from oddline.service.db.types import now
from oddline.service.people.passwords import hashed
from oddline.service.people.secrets import digest
from oddline.service.settings import Limits, Settings
from tests.service.accounts import BASE, PASSWORD, browser, signed_in

HASH = hashed(PASSWORD)
OTHER = "another calm sentence"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"limits": Limits(sign_ins_per_quarter_hour=3)})


@pytest.fixture
def mina(people, team):
    return people.user("mina", team, "analyst", password=HASH)


def sign_in(client, name="mina", password=PASSWORD):
    return client.post("/api/v1/session", json={"email": f"{name}@example.org", "password": password})


def fresh(app, address="testclient"):
    return TestClient(app, base_url=BASE, client=(address, 1))


class TestBackOff:
    def test_9_failed_ones_are_counted_by_address(self, app, mina):
        client = fresh(app)
        for number in range(3):
            assert sign_in(client, name=f"guess{number}").status_code == 401
        refused = sign_in(client)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 900
        assert "ODDLINE_LIMIT_SIGN_INS_PER_QUARTER_HOUR" in refused.json()["hint"]
        assert sign_in(fresh(app, "192.0.2.9")).status_code == 204

    def test_9_failed_ones_are_counted_by_name(self, app, mina):
        for number in range(3):
            assert sign_in(fresh(app, f"192.0.2.{number}"), password=OTHER).status_code == 401
        assert sign_in(fresh(app, "192.0.2.9")).status_code == 429

    def test_9_a_stranger_elsewhere_shuts_nobody_out(self, app, people, mina):
        signed_in(app, people, mina)  # from "testclient"
        for number in range(3):
            sign_in(fresh(app, f"192.0.2.{number}"), password=OTHER)
        assert sign_in(fresh(app)).status_code == 204

    def test_9_the_neighbours_of_an_ipv6_address_count_together(self, app, mina):
        for number in range(3):
            sign_in(fresh(app, f"2001:db8::{number}"), name=f"guess{number}")
        assert sign_in(fresh(app, "2001:db8::9")).status_code == 429
        assert sign_in(fresh(app, "2001:db8:1::9")).status_code == 204

    def test_9_signing_in_by_oneself_gives_no_more_guesses(self, app, people, team, mina):
        people.user("eve", team, "viewer", password=HASH)
        answers = []
        for _ in range(4):
            answers.append(sign_in(fresh(app), password=OTHER).status_code)
            answers.append(sign_in(fresh(app), name="eve").status_code)
        assert answers == [401, 204, 401, 204, 401, 429, 429, 429]

    def test_right_ones_are_not_counted(self, app, mina):
        assert [sign_in(fresh(app)).status_code for _ in range(6)] == [204] * 6

    def test_10_failures_are_written_down(self, app, service, mina):
        sign_in(fresh(app, "192.0.2.7"), password=OTHER)
        with service.reading() as db:
            entry = db.scalars(select(AuditEntry)).one()
        told = (entry.action, entry.subject, entry.who, entry.address)
        assert told == ("session.refuse", "mina@example.org", "nobody", "192.0.2.7")
        assert OTHER not in str(entry.details)


class TestSession:
    def test_nobody_learns_whether_the_name_or_the_password_was_wrong(self, app, mina):
        one, other = sign_in(fresh(app), name="nobody"), sign_in(fresh(app), password=OTHER)
        assert one.json() == other.json()

    def test_9_each_sign_in_has_a_new_secret_and_ends_the_old_one(self, app, people, mina):
        """A secret that somebody put into a browser before is worth nothing after (fixation)."""
        client = fresh(app)
        assert sign_in(client).status_code == 204
        first = client.cookies[COOKIE]
        assert sign_in(client).status_code == 204
        assert client.cookies[COOKIE] != first
        assert TestClient(app, base_url=BASE, cookies={COOKIE: first}).get("/api/v1/me").status_code == 401
        planted = TestClient(app, base_url=BASE, cookies={COOKIE: "planted"})
        assert sign_in(planted).status_code == 204
        assert "planted" not in {cookie.value for cookie in planted.cookies.jar if cookie.domain}
        assert TestClient(app, base_url=BASE, cookies={COOKIE: "planted"}).get("/api/v1/me").status_code == 401

    def test_9_the_secret_is_kept_as_a_hash(self, app, service, mina):
        client = fresh(app)
        sign_in(client)
        with service.reading() as db:
            assert db.scalars(select(Session.id)).all() == [digest(client.cookies[COOKIE])]

    def test_9_the_cookie_is_out_of_reach(self, app, mina):
        cookie = sign_in(fresh(app)).headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie

    def test_9_over_tls_the_cookie_is_sent_over_tls_only(self, tmp_path):
        from oddline.service.app import create_app
        from oddline.service.context import Service
        from tests.service.conftest import People

        settings = Settings(
            data_dir=tmp_path / "tls",
            workers=0,
            public_url="https://logs.example.org",
            allowed_hosts=("127.0.0.1",),
        )
        service = Service.open(settings)
        people = People(service)
        people.user("mina", people.workspace("team"), "admin", administrator=True, password=HASH)
        answer = sign_in(fresh(create_app(service=service)))
        service.close()
        assert "Secure" in answer.headers["set-cookie"] and "strict-transport-security" in answer.headers

    def test_one_sees_ones_own_sessions_and_ends_them(self, app, people, team, mina):
        here, there = signed_in(app, people, mina), signed_in(app, people, mina)
        eve = browser(app, people, "eve", team, "admin")
        listed = here.get("/api/v1/sessions").json()
        assert listed["total"] == 2 and sorted(one["current"] for one in listed["items"]) == [False, True]
        other = next(one for one in listed["items"] if not one["current"])
        assert eve.delete(f"/api/v1/sessions/{other['id']}").status_code == 404
        assert here.delete(f"/api/v1/sessions/{other['id']}").status_code == 204
        assert there.get("/api/v1/me").status_code == 401
        assert here.get("/api/v1/session").json()["current"] is True

    def test_one_ends_all_others(self, app, people, team, mina):
        here, there = signed_in(app, people, mina), signed_in(app, people, mina)
        eve = browser(app, people, "eve", team, "admin")
        assert here.delete("/api/v1/sessions").status_code == 204
        assert [client.get("/api/v1/me").status_code for client in (here, there, eve)] == [200, 401, 200]

    def test_a_session_ends(self, app, service, people, mina):
        client = signed_in(app, people, mina)
        with service.writing() as db:
            db.execute(update(Session).values(expires=now() - timedelta(seconds=1)))
        assert client.get("/api/v1/me").status_code == 401

    def test_who_is_shut_out_is_out_at_once(self, app, service, people, mina):
        client = signed_in(app, people, mina)
        with service.writing() as db:
            db.execute(update(User).values(active=False))
        assert client.get("/api/v1/me").status_code == 401
        assert sign_in(fresh(app)).status_code == 401

    def test_the_workspace_is_remembered(self, app, people, team, mina):
        other = people.workspace("other")
        client = signed_in(app, people, mina, team)
        with people.service.writing() as db:
            from oddline.service.db.tables import Member

            db.add(Member(user_id=mina, workspace_id=other, role="viewer"))
        assert client.post("/api/v1/session/workspace", json={"workspace": "other"}).status_code == 200
        assert client.get("/api/v1/me").json()["workspace"] == "other"
        again = fresh(app)
        sign_in(again)
        me = again.get("/api/v1/me").json()
        assert me["workspace"] == "other" and [one["slug"] for one in me["workspaces"]] == ["other", "team"]
        assert client.get("/api/v1/me", headers={"X-Oddline-Workspace": "team"}).json()["role"] == "analyst"

    def test_who_belongs_nowhere_can_still_sign_out(self, app, people):
        client = browser(app, people, "lone", None, "none")
        me = client.get("/api/v1/me").json()
        assert (me["role"], me["workspaces"]) == ("none", [])
        assert client.delete("/api/v1/session").status_code == 204
        assert client.get("/api/v1/me").status_code == 401

    def test_9_a_token_does_not_manage_a_person(self, stranger, as_role):
        headers = as_role("admin")
        assert stranger.get("/api/v1/sessions", headers=headers).status_code == 403
        assert stranger.delete("/api/v1/sessions", headers=headers).status_code == 403
        assert stranger.patch("/api/v1/me", json={"name": "Eve"}, headers=headers).status_code == 403
        body = {"old": None, "new": PASSWORD}
        assert stranger.post("/api/v1/me/password", json=body, headers=headers).status_code == 403


class TestPassword:
    def test_a_new_one_ends_all_other_sessions(self, app, people, mina):
        here, there = signed_in(app, people, mina), signed_in(app, people, mina)
        assert here.post("/api/v1/me/password", json={"old": PASSWORD, "new": OTHER}).status_code == 204
        assert here.get("/api/v1/me").status_code == 200
        assert there.get("/api/v1/me").status_code == 401
        assert sign_in(fresh(app)).status_code == 401
        assert sign_in(fresh(app), password=OTHER).status_code == 204

    @pytest.mark.parametrize("old", [None, "", OTHER])
    def test_it_needs_the_old_one(self, app, people, mina, old):
        client = signed_in(app, people, mina)
        refused = client.post("/api/v1/me/password", json={"old": old, "new": OTHER})
        assert refused.status_code == 422 and refused.json()["field"] == "old"
        assert sign_in(fresh(app)).status_code == 204

    def test_9_the_old_one_cannot_be_guessed_there(self, app, people, mina):
        client = signed_in(app, people, mina)
        tries = [client.post("/api/v1/me/password", json={"old": f"g{n}", "new": OTHER}).status_code for n in range(4)]
        assert tries == [422, 422, 422, 429]

    def test_who_has_none_sets_one(self, app, people, team):
        client = browser(app, people, "sso", team, "viewer")
        assert client.get("/api/v1/me").json()["has_password"] is False
        assert client.post("/api/v1/me/password", json={"new": OTHER}).status_code == 204
        assert sign_in(fresh(app), name="sso", password=OTHER).status_code == 204

    def test_one_kept_by_weaker_rules_is_hashed_anew(self, app, service, people, team):
        weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
        user = people.user("old", team, "viewer", password=weak)
        assert sign_in(fresh(app), name="old").status_code == 204
        with service.reading() as db:
            kept = db.get_one(User, user).password
        assert kept != weak and "m=65536" in kept
        assert sign_in(fresh(app), name="old").status_code == 204


class TestMe:
    def test_name_and_preferences_change_and_the_rest_stays(self, app, people, mina):
        client = signed_in(app, people, mina)
        told = client.patch("/api/v1/me", json={"preferences": {"theme": "dark"}}).json()
        assert told["preferences"] == {"theme": "dark", "single_keys": True, "times": "local"}
        told = client.patch("/api/v1/me", json={"name": "Mina P.", "preferences": {"single_keys": False}}).json()
        assert told["name"] == "Mina P."
        assert told["preferences"] == {"theme": "dark", "single_keys": False, "times": "local"}

    @pytest.mark.parametrize(
        "body",
        [
            {"administrator": True},
            {"role": "admin"},
            {"__proto__": {"administrator": True}},
            {"__class__": "x"},
            {"preferences": {"__proto__": {}}},
            {"preferences": {"constructor": {"prototype": {}}}},
            {"preferences": {"theme": "neon"}},
            {"preferences": {"single_keys": "yes"}},
            {"preferences": []},
            {"name": {"$ne": ""}},
        ],
    )
    def test_12_nothing_unknown_is_merged_into_anybody(self, app, service, people, mina, body):
        client = signed_in(app, people, mina)
        before = client.get("/api/v1/me").json()
        assert client.patch("/api/v1/me", json=body).status_code == 422
        assert client.get("/api/v1/me").json() == before
        with service.reading() as db:
            assert db.get_one(User, mina).preferences == {}
