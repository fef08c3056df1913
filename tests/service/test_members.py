"""Workspaces, who belongs to them, and the people of the whole server."""

from __future__ import annotations

import pytest

from tests.service.accounts import browser, signed_in


@pytest.fixture
def admin(app, people, team):
    return browser(app, people, "ann", team, "admin")


@pytest.fixture
def root(app, people):
    return browser(app, people, "root", people.workspace("roots"), "admin", administrator=True)


MEMBERS = "/api/v1/workspaces/team/members"


class TestWorkspaces:
    def test_an_administrator_makes_one_and_is_its_admin(self, root):
        made = root.post("/api/v1/workspaces", json={"name": "Zahlungen & Büro"})
        assert made.status_code == 201
        told = made.json()
        assert (told["slug"], told["role"], told["members"]) == ("zahlungen-buro", "admin", 1)
        assert root.post("/api/v1/workspaces", json={"name": "Zahlungen, Büro"}).json()["slug"] == "zahlungen-buro-2"
        taken = root.post("/api/v1/workspaces", json={"name": "x", "slug": "zahlungen-buro"})
        assert taken.status_code == 409 and taken.json()["field"] == "slug"

    @pytest.mark.parametrize("slug", ["", "-a", "A", "a b", "../x", "a" * 41, "a--b"])
    def test_a_short_name_is_one_for_addresses(self, root, slug):
        assert root.post("/api/v1/workspaces", json={"name": "x", "slug": slug}).status_code == 422

    def test_one_sees_ones_own(self, admin, root, people):
        people.workspace("other")
        assert [one["slug"] for one in admin.get("/api/v1/workspaces").json()["items"]] == ["team"]
        assert admin.get("/api/v1/workspaces?all=true").status_code == 403
        everything = root.get("/api/v1/workspaces?all=true").json()["items"]
        assert {(one["slug"], one["role"]) for one in everything} == {
            ("team", None),
            ("other", None),
            ("roots", "admin"),
        }

    def test_an_admin_renames_it(self, admin):
        assert admin.patch("/api/v1/workspaces/team", json={"name": "The team"}).json()["name"] == "The team"
        assert admin.get("/api/v1/me").json()["workspace_name"] == "The team"


class TestMembers:
    def test_they_are_listed_in_pages_and_found_by_name(self, app, people, team, admin):
        for name in ("mina", "noor", "omar"):
            people.user(name, team, "viewer")
        first = admin.get(MEMBERS, params={"limit": 3}).json()
        rest = admin.get(MEMBERS, params={"limit": 3, "cursor": first["next"]}).json()
        assert [one["name"] for one in first["items"] + rest["items"]] == ["Omar", "Noor", "Mina", "Ann"]
        assert rest["next"] is None
        assert [one["name"] for one in admin.get(MEMBERS, params={"q": "NOOR@"}).json()["items"]] == ["Noor"]
        assert admin.get(MEMBERS, params={"q": "%"}).json()["items"] == []

    def test_somebody_with_an_account_is_added(self, people, admin):
        people.user("mina", people.workspace("other"), "viewer")
        body = {"email": "Mina@Example.org", "role": "analyst"}
        assert admin.post(MEMBERS, json=body).json()["role"] == "analyst"
        assert admin.post(MEMBERS, json=body).status_code == 409
        nobody = admin.post(MEMBERS, json={"email": "nobody@example.org", "role": "viewer"})
        assert nobody.status_code == 404 and "invite" in nobody.json()["hint"]

    def test_a_role_changes_at_once_for_tokens_too(self, stranger, people, team, admin):
        mina = people.user("mina", team, "admin")
        token = {"Authorization": f"Bearer {people.token(mina, team, 'admin')}"}
        assert stranger.get("/api/v1/audit", headers=token).status_code == 200
        assert admin.patch(f"{MEMBERS}/{mina}", json={"role": "viewer"}).status_code == 200
        assert stranger.get("/api/v1/audit", headers=token).status_code == 403
        assert stranger.get("/api/v1/me", headers=token).json()["role"] == "viewer"

    def test_who_is_removed_is_out_at_once(self, app, stranger, people, team, admin):
        mina = people.user("mina", team, "analyst")
        token = {"Authorization": f"Bearer {people.token(mina, team, 'analyst')}"}
        client = signed_in(app, people, mina, team)
        assert admin.delete(f"{MEMBERS}/{mina}").status_code == 204
        assert stranger.get("/api/v1/me", headers=token).status_code == 401
        assert client.get(MEMBERS).status_code == 403
        assert admin.delete(f"{MEMBERS}/{mina}").status_code == 404

    def test_the_last_admin_stays(self, app, people, team, admin):
        own = admin.get("/api/v1/me").json()["id"]
        assert admin.delete(f"{MEMBERS}/{own}").status_code == 409
        assert admin.patch(f"{MEMBERS}/{own}", json={"role": "viewer"}).status_code == 409
        people.user("mina", team, "admin")
        assert admin.patch(f"{MEMBERS}/{own}", json={"role": "viewer"}).status_code == 200

    def test_an_admin_who_was_shut_out_does_not_count(self, people, team, admin, root):
        mina = people.user("mina", team, "admin")
        assert root.patch(f"/api/v1/users/{mina}", json={"active": False}).status_code == 200
        assert admin.delete(f"{MEMBERS}/{admin.get('/api/v1/me').json()['id']}").status_code == 409

    def test_an_administrator_of_the_server_mends_any_workspace(self, people, team, root):
        mina = people.user("mina", team, "viewer")
        assert root.patch(f"{MEMBERS}/{mina}", json={"role": "admin"}).json()["role"] == "admin"

    def test_an_admin_elsewhere_is_nobody_here(self, app, people, team):
        """The role that counts is the one in the workspace that is spoken of."""
        other = people.workspace("other")
        both = people.user("both", other, "admin")
        with people.service.writing() as db:
            from oddline.service.db.tables import Member

            db.add(Member(user_id=both, workspace_id=team, role="viewer"))
        client = signed_in(app, people, both, other)
        assert client.post(MEMBERS, json={"email": "x@example.org", "role": "admin"}).status_code == 404
        chosen = {"X-Oddline-Workspace": "team"}
        body = {"email": "x@example.org", "role": "admin"}
        assert client.post(MEMBERS, json=body, headers=chosen).status_code == 403


class TestUsers:
    def test_they_are_listed_and_searched(self, people, team, root):
        people.user("mina", team, "viewer")
        found = root.get("/api/v1/users", params={"q": "mina"}).json()["items"]
        assert [(one["name"], one["workspaces"][0]["slug"]) for one in found] == [("Mina", "team")]
        assert len(root.get("/api/v1/users").json()["items"]) == 2

    def test_the_last_administrator_stays(self, people, team, root):
        own = root.get("/api/v1/me").json()["id"]
        for body in ({"active": False}, {"administrator": False}, {"active": False, "administrator": True}):
            assert root.patch(f"/api/v1/users/{own}", json=body).status_code == 409
        mina = people.user("mina", team, "viewer")
        assert root.patch(f"/api/v1/users/{mina}", json={"administrator": True}).json()["administrator"]
        assert root.patch(f"/api/v1/users/{own}", json={"administrator": False}).status_code == 200
        assert root.get("/api/v1/users").status_code == 403

    def test_who_is_shut_out_loses_sessions_and_tokens(self, app, stranger, people, team, root):
        mina = people.user("mina", team, "admin")
        token = {"Authorization": f"Bearer {people.token(mina, team, 'admin')}"}
        client = signed_in(app, people, mina, team)
        assert root.patch(f"/api/v1/users/{mina}", json={"active": False}).status_code == 200
        assert client.get("/api/v1/me").status_code == stranger.get("/api/v1/me", headers=token).status_code == 401
        assert root.patch(f"/api/v1/users/{mina}", json={"active": True}).status_code == 200
        assert client.get("/api/v1/me").status_code == 401  # the session is gone for good
        assert stranger.get("/api/v1/me", headers=token).status_code == 200

    def test_somebody_unknown_is_not_found(self, root):
        assert root.patch("/api/v1/users/usr_x", json={"active": True}).status_code == 404
        assert root.post("/api/v1/users/usr_x/reset").status_code == 404
