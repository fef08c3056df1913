"""How people come in: the first set-up, registration, invitations, a new password."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from oddline.service.acts import setup
from oddline.service.app import create_app
from oddline.service.context import Service
from oddline.service.db.tables import Invitation, Option, User
from oddline.service.db.types import now
from tests.service.accounts import BASE, PASSWORD, browser

MINA = {"name": "Mina Park", "email": "Mina@Example.org", "password": PASSWORD}


def key_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["key"][0]


def set_up(client: TestClient, service: Service, **changed):
    body = {"key": key_of(setup.invite(service)), **MINA, "workspace": "Payments", **changed}
    return client.post("/api/v1/setup", json=body)


def registering(service, mode: str) -> None:
    with service.writing() as db:
        db.merge(Option(name="registration", value={"value": mode}))


def invite(app, people, team, **body) -> str:
    admin = browser(app, people, f"admin{now().microsecond}", team, "admin")
    return key_of(admin.post("/api/v1/invitations", json={"role": "analyst", **body}).json()["link"])


class TestSetUp:
    def test_1_the_first_start_prints_a_link_that_works_once(self, app, service, capsys):
        with TestClient(app, base_url=BASE) as client:
            printed = capsys.readouterr().err
            link = next(word for word in printed.split() if word.startswith(f"{BASE}/setup?key="))
            body = {"key": key_of(link), **MINA, "workspace": "Payments"}
            assert client.post("/api/v1/setup", json=body).status_code == 204
            me = client.get("/api/v1/me").json()
            assert (me["email"], me["administrator"], me["role"]) == ("mina@example.org", True, "admin")
            assert (me["workspace"], me["workspace_name"]) == ("payments", "Payments")
            again = TestClient(app, base_url=BASE).post("/api/v1/setup", json=body | {"email": "eve@example.org"})
            assert again.status_code == 409
        assert setup.invite(service) is None

    def test_1_the_keys_hash_alone_is_kept(self, service):
        key = key_of(setup.invite(service))
        with service.reading() as db:
            kept = db.scalars(select(Invitation)).one()
        assert key not in {kept.digest, kept.id} and len(kept.digest) == 64

    def test_1_a_new_start_replaces_the_link(self, service, stranger):
        old = key_of(setup.invite(service))
        new = key_of(setup.invite(service))
        body = {**MINA, "workspace": "Payments"}
        assert stranger.post("/api/v1/setup", json={"key": old, **body}).status_code == 403
        assert stranger.post("/api/v1/setup", json={"key": new, **body}).status_code == 204

    def test_an_old_link_does_not_work(self, service, stranger):
        link = setup.invite(service)
        with service.writing() as db:
            db.execute(update(Invitation).values(expires=now() - timedelta(seconds=1)))
        body = {"key": key_of(link), **MINA, "workspace": "Payments"}
        assert stranger.post("/api/v1/setup", json=body).status_code == 403

    def test_an_example_workspace_is_the_administrators_too(self, service, stranger, people):
        people.workspace("example")
        assert set_up(stranger, service).status_code == 204
        assert {one["slug"] for one in stranger.get("/api/v1/me").json()["workspaces"]} == {"example", "payments"}

    def test_nobody_is_set_up_by_a_key_for_something_else(self, service, stranger, app, people, team):
        people.user("ann", team, "admin")
        for key in (invite(app, people, team), "x" * 43):
            body = {"key": key, **MINA, "workspace": "Payments"}
            assert stranger.post("/api/v1/setup", json=body).status_code == 403

    @pytest.mark.parametrize("password", ["", "x", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababababab"])
    def test_1_a_weak_password_is_refused(self, service, stranger, password):
        refused = set_up(stranger, service, password=password)
        assert refused.status_code == 422 and refused.json()["field"] == "password"
        with service.reading() as db:
            assert db.scalars(select(User)).all() == []
        assert set_up(stranger, service).status_code == 204  # the link was not used up

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "nobody"),
            ("email", "a b@c.d"),
            ("email", "a@b.c\0"),
            ("name", "\u202egnp"),
            ("name", " "),
            ("workspace", "\ud800"),
        ],
    )
    def test_names_are_text_that_can_be_read(self, service, stranger, field, value):
        body = {"key": "x", **MINA, "workspace": "P", field: value}
        import json

        sent = json.dumps(body).encode()
        refused = stranger.post("/api/v1/setup", content=sent, headers={"Content-Type": "application/json"})
        assert refused.status_code == 422 and field in str(refused.json()["errors"][0]["loc"])


class TestFromOutside:
    """Security list 1: where others can reach the service, nothing answers before the administrator is set up."""

    @pytest.fixture(params=[{"host": "0.0.0.0"}, {"public_url": "https://logs.example.org"}])
    def reached(self, request):
        return request.param

    @pytest.fixture
    def settings(self, settings, reached):
        return settings.model_copy(update={"allowed_hosts": ("127.0.0.1",), **reached})

    def test_1_nothing_answers_before_the_administrator_is_set_up(self, service, stranger):
        for path in ("/api/v1/me", "/api/v1/registration", "/metrics", "/", "/api/v1/nowhere"):
            shut = stranger.get(path)
            assert shut.status_code == 503, path
            assert "link" in shut.json()["hint"] and "content-security-policy" in shut.headers
        assert stranger.post("/api/v1/registration", json=MINA).status_code == 503
        assert stranger.get("/health").status_code == stranger.get("/ready").status_code == 200
        assert stranger.get("/setup").status_code != 503
        assert set_up(stranger, service).status_code == 204
        assert stranger.get("/api/v1/registration").status_code == 200

    def test_1_it_opens_at_once_where_there_is_an_administrator(self, service, stranger, people, team):
        people.user("root", team, "admin", administrator=True)
        assert stranger.get("/api/v1/me").status_code == 401


def test_on_this_machine_it_tells_strangers_to_sign_in(stranger):
    assert stranger.get("/api/v1/me").status_code == 401
    assert stranger.get("/api/v1/registration").json()["set_up"] is False


class TestRegistration:
    def test_by_invitation_is_the_default(self, stranger):
        assert stranger.get("/api/v1/registration").json() == {
            "mode": "invitation",
            "set_up": False,
            "oidc": None,
            "invitation": None,
        }
        refused = stranger.post("/api/v1/registration", json=MINA)
        assert refused.status_code == 403 and "invitation" in refused.json()["title"]

    def test_open_gives_a_workspace_of_ones_own(self, service, stranger, people):
        people.workspace("team")
        registering(service, "open")
        assert stranger.post("/api/v1/registration", json=MINA).status_code == 204
        me = stranger.get("/api/v1/me").json()
        assert [one["slug"] for one in me["workspaces"]] == ["mina-park-s-workspace"]
        assert (me["role"], me["administrator"]) == ("admin", False)

    def test_an_invitation_lets_into_its_workspace(self, app, stranger, people, team):
        key = invite(app, people, team)
        told = stranger.get("/api/v1/registration", params={"key": key}).json()["invitation"]
        assert told == {"workspace": "Team", "role": "analyst", "email": None}
        assert stranger.post("/api/v1/registration", json=MINA | {"key": key}).status_code == 204
        me = stranger.get("/api/v1/me").json()
        assert (me["workspace"], me["role"]) == ("team", "analyst")

    def test_an_invitation_works_once(self, app, stranger, people, team):
        key = invite(app, people, team)
        assert stranger.post("/api/v1/registration", json=MINA | {"key": key}).status_code == 204
        other = TestClient(app, base_url=BASE)
        refused = other.post("/api/v1/registration", json=MINA | {"key": key, "email": "eve@example.org"})
        assert refused.status_code == 403 and "used" in refused.json()["title"]
        assert other.get("/api/v1/registration", params={"key": key}).json()["invitation"] is None

    def test_an_invitation_for_an_address_is_for_nobody_else(self, app, stranger, people, team):
        key = invite(app, people, team, email="MINA@example.org")
        eve = MINA | {"key": key, "email": "eve@example.org"}
        assert stranger.post("/api/v1/registration", json=eve).status_code == 403
        assert stranger.post("/api/v1/registration", json=MINA | {"key": key}).status_code == 204

    def test_a_revoked_or_old_invitation_does_not_work(self, app, service, stranger, people, team):
        admin = browser(app, people, "boss", team, "admin")
        made = admin.post("/api/v1/invitations", json={"role": "viewer"}).json()
        assert admin.delete(f"/api/v1/invitations/{made['id']}").status_code == 204
        assert stranger.post("/api/v1/registration", json=MINA | {"key": key_of(made["link"])}).status_code == 403
        key = invite(app, people, team)
        with service.writing() as db:
            db.execute(update(Invitation).values(expires=now()))
        assert stranger.post("/api/v1/registration", json=MINA | {"key": key}).status_code == 403
        assert admin.get("/api/v1/invitations").json()["items"][0]["state"] == "expired"

    def test_off_lets_nobody_in_not_even_by_invitation(self, app, service, stranger, people, team):
        key = invite(app, people, team)
        registering(service, "off")
        assert stranger.post("/api/v1/registration", json=MINA | {"key": key}).status_code == 403

    def test_an_address_has_one_account(self, app, service, stranger, people, team):
        people.user("mina", team, "viewer")
        registering(service, "open")
        refused = stranger.post("/api/v1/registration", json=MINA)
        assert refused.status_code == 409 and refused.json()["field"] == "email"

    def test_the_link_is_shown_once(self, app, people, team):
        admin = browser(app, people, "boss", team, "admin")
        made = admin.post("/api/v1/invitations", json={"role": "viewer"}).json()
        assert key_of(made["link"]) not in admin.get("/api/v1/invitations").text

    def test_somebody_with_an_account_joins_another_workspace(self, app, people, team):
        other = people.workspace("other")
        mina = browser(app, people, "mina", other, "viewer")
        assert mina.post("/api/v1/invitations/accept", json={"key": invite(app, people, team)}).status_code == 204
        me = mina.get("/api/v1/me").json()
        assert (me["workspace"], me["role"]) == ("team", "analyst")

    def test_an_invitation_takes_nothing_from_an_admin(self, app, people, team):
        admin = browser(app, people, "ann", team, "admin")
        key = key_of(admin.post("/api/v1/invitations", json={"role": "viewer"}).json()["link"])
        assert admin.post("/api/v1/invitations/accept", json={"key": key}).status_code == 204
        assert admin.get("/api/v1/me").json()["role"] == "admin"


class TestReset:
    @pytest.fixture
    def root(self, app, people, team):
        return browser(app, people, "root", team, "admin", administrator=True)

    def test_a_link_sets_a_new_password_and_ends_all_sessions(self, app, root, stranger, people, team):
        mina = browser(app, people, "mina", team, "viewer")
        made = root.post(f"/api/v1/users/{mina.get('/api/v1/me').json()['id']}/reset")
        assert made.status_code == 201
        body = {"key": key_of(made.json()["link"]), "password": PASSWORD}
        assert stranger.post("/api/v1/reset", json=body).status_code == 204
        assert stranger.get("/api/v1/me").json()["name"] == "Mina"
        assert mina.get("/api/v1/me").status_code == 401
        fresh = TestClient(app, base_url=BASE)
        assert fresh.post("/api/v1/reset", json=body).status_code == 403
        signed = fresh.post("/api/v1/session", json={"email": "mina@example.org", "password": PASSWORD})
        assert signed.status_code == 204

    def test_it_does_not_let_in_who_was_shut_out(self, root, stranger, people, team):
        mina = people.user("mina", team, "viewer")
        key = key_of(root.post(f"/api/v1/users/{mina}/reset").json()["link"])
        assert root.patch(f"/api/v1/users/{mina}", json={"active": False}).status_code == 200
        assert stranger.post("/api/v1/reset", json={"key": key, "password": PASSWORD}).status_code == 403


def test_every_start_of_a_fresh_service_makes_one_link_only(settings):
    for _ in range(3):
        service = Service.open(settings)
        with TestClient(create_app(service=service), base_url=BASE):
            pass
    service = Service.open(settings)
    with service.reading() as db:
        assert len(db.scalars(select(Invitation)).all()) == 1
    service.close()
