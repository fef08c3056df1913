"""Security list 10: the audit log only grows, holds every act, and can be searched and downloaded."""

from __future__ import annotations

import csv
import io
import json

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from oddline.service.db.tables import AuditEntry, User
from tests.service.accounts import PASSWORD, browser
from tests.service.routes import asked

LOG = "/api/v1/audit"


@pytest.fixture
def admin(app, people, team):
    return browser(app, people, "ann", team, "admin")


@pytest.fixture
def root(app, people):
    return browser(app, people, "root", people.workspace("roots"), "admin", administrator=True)


def entries(service) -> list[AuditEntry]:
    with service.reading() as db:
        return list(db.scalars(select(AuditEntry).order_by(AuditEntry.id)))


@pytest.mark.parametrize(
    "act",
    [
        update(AuditEntry).values(who="nobody"),
        update(AuditEntry).where(AuditEntry.id == 1).values(details={}),
        delete(AuditEntry),
        text("DELETE FROM audit WHERE id = 1"),
        text("UPDATE audit SET at = at"),
    ],
)
def test_10_the_database_refuses_to_change_the_log(service, admin, act):
    admin.patch("/api/v1/workspaces/team", json={"name": "New"})
    assert len(entries(service)) == 1
    with pytest.raises(DBAPIError, match="only grows"), service.writing() as db:
        db.execute(act)
    assert len(entries(service)) == 1


def test_10_an_entry_says_who_what_when_from_where_before_and_after(service, admin):
    admin.patch("/api/v1/workspaces/team", json={"name": "New"})
    told = admin.get(LOG).json()["items"][0]
    assert told["who"] == "Ann <ann@example.org>" and told["user"] == admin.get("/api/v1/me").json()["id"]
    assert (told["action"], told["subject"], told["address"]) == ("workspace.rename", "team", "testclient")
    assert told["details"] == {"before": "Team", "after": "New"} and told["at"].endswith("Z")


def test_10_what_is_rolled_back_is_not_in_the_log(service, admin):
    own = admin.get("/api/v1/me").json()["id"]
    assert admin.delete(f"/api/v1/workspaces/team/members/{own}").status_code == 409
    assert entries(service) == []


ACTS = {
    "PATCH /api/v1/me": ("user.rename", {"name": "New Name"}),
    "PATCH /api/v1/settings": ("settings.change", {"registration": "open"}),
    "PATCH /api/v1/users/{user}": ("user.change", {"active": False}),
    "PATCH /api/v1/workspaces/{slug}": ("workspace.rename", {"name": "Other"}),
    "PATCH /api/v1/workspaces/{slug}/members/{user}": ("member.change", {"role": "analyst"}),
    "POST /api/v1/invitations": ("invitation.make", {"role": "viewer"}),
    "POST /api/v1/me/password": ("user.password", {"new": PASSWORD}),
    "POST /api/v1/tokens": ("token.make", {"name": "n", "role": "viewer"}),
    "POST /api/v1/users/{user}/reset": ("user.reset_link", None),
    "POST /api/v1/workspaces": ("workspace.create", {"name": "Next"}),
    "POST /api/v1/workspaces/{slug}/members": ("member.add", {"email": "far@example.org", "role": "viewer"}),
    "DELETE /api/v1/invitations/{invitation}": ("invitation.revoke", None),
    "DELETE /api/v1/session": ("session.end", None),
    "DELETE /api/v1/sessions": ("session.end_others", None),
    "DELETE /api/v1/tokens/{token}": ("token.revoke", None),
    "DELETE /api/v1/workspaces/{slug}/members/{user}": ("member.remove", None),
}
"""What each act of this room writes; those of coming and signing in are further down."""

ELSEWHERE = {
    "POST /api/v1/session": "session.begin, session.refuse",
    "POST /api/v1/session/workspace": "session.choose",
    "DELETE /api/v1/sessions/{session}": "session.end",
    "POST /api/v1/setup": "server.setup",
    "POST /api/v1/registration": "user.register",
    "POST /api/v1/reset": "user.reset",
    "POST /api/v1/invitations/accept": "invitation.accept",
}


@pytest.mark.parametrize("one", ACTS)
def test_10_every_act_is_written_down(app, service, people, team, one):
    from tests.service.things import FACTORIES

    people.user("far", people.workspace("far"), "viewer")
    client = browser(app, people, "root", team, "admin", administrator=True)
    action, body = ACTS[one]
    method, path = one.split()
    for name in ("slug", "user", "invitation", "token"):
        path = path.replace(f"{{{name}}}", FACTORIES[name](people, team)) if f"{{{name}}}" in path else path
    answer = client.request(method, path, json=body)
    assert answer.status_code < 300, answer.text
    assert [entry.action for entry in entries(service)] == [action]
    assert PASSWORD not in json.dumps(entries(service)[0].details)


def test_10_no_act_of_this_room_is_forgotten(app):
    nouns = {path.split()[1].split("/")[3] for path in (*ACTS, *ELSEWHERE)}
    unsafe = [one for one in asked(app) if one.method != "GET" and one.path.startswith("/api/v1/")]
    own = {str(one) for one in unsafe if one.path.split("/")[3] in nouns}
    assert own == set(ACTS) | set(ELSEWHERE)


class TestReading:
    def test_an_admin_reads_that_of_the_workspace_only(self, app, people, admin, root):
        other = browser(app, people, "oz", people.workspace("other"), "admin")
        other.patch("/api/v1/workspaces/other", json={"name": "Oz"})
        admin.patch("/api/v1/workspaces/team", json={"name": "Ours"})
        assert [one["details"]["after"] for one in admin.get(LOG).json()["items"]] == ["Ours"]
        assert admin.get(LOG, params={"all": True}).status_code == 403
        assert admin.get(f"{LOG}/download", params={"all": True}).status_code == 403
        everything = root.get(LOG, params={"all": True}).json()["items"]
        assert [one["details"]["after"] for one in everything] == ["Ours", "Oz"]
        assert root.get(LOG).json()["items"] == []

    def test_it_is_filtered(self, service, admin):
        for name in ("Büro", "Two", "Two_x"):
            admin.patch("/api/v1/workspaces/team", json={"name": name})
        admin.post("/api/v1/invitations", json={"role": "viewer"})

        def found(**query):
            return [one["action"] for one in admin.get(LOG, params=query).json()["items"]]

        assert len(found()) == 4
        assert found(action="invitation") == found(action="invitation.make") == ["invitation.make"]
        assert found(action="invit") == found(action="%") == []
        assert len(found(q="two")) == 2 and len(found(q="two_")) == 1 and found(q="ann two_x") != []
        assert len(found(q="Büro")) == 2
        assert found(user="usr_x") == [] and len(found(user=admin.get("/api/v1/me").json()["id"])) == 4
        third = entries(service)[2].at.isoformat()
        assert len(found(since=third)) == 2 and len(found(until=third)) == 2
        assert admin.get(LOG, params={"since": "yesterday"}).status_code == 422
        assert admin.get(LOG, params={"since": "2026-01-01T00:00:00"}).status_code == 422  # of which zone?

    def test_it_comes_in_pages(self, admin):
        for number in range(5):
            admin.patch("/api/v1/workspaces/team", json={"name": f"n{number}"})
        seen, cursor = [], None
        while True:
            page = admin.get(LOG, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
            seen += [one["details"]["after"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == ["n4", "n3", "n2", "n1", "n0"]


class TestDownload:
    def rename(self, service, admin, name):
        """Straight in the database: the API refuses such names."""
        with service.writing() as db:
            db.execute(update(User).where(User.email == "ann@example.org").values(name=name))
        admin.patch("/api/v1/workspaces/team", json={"name": f"for {len(name)}"})

    def test_a_spreadsheet_runs_nothing_of_it(self, service, admin):
        self.rename(service, admin, '=cmd|"/c calc"!A1')
        self.rename(service, admin, "\x1b[2Jgone")
        answer = admin.get(f"{LOG}/download")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["content-disposition"]
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert rows[0]["who"] == '\'=cmd|"/c calc"!A1 <ann@example.org>'
        assert "\x1b" not in answer.text and rows[1]["who"].startswith("\\x1b[2J")
        assert json.loads(rows[0]["details"]) == {"before": "Team", "after": "for 17"}

    def test_programs_get_it_as_it_is(self, service, admin):
        self.rename(service, admin, "=1+1")
        rows = [json.loads(line) for line in admin.get(f"{LOG}/download?format=ndjson").text.splitlines()]
        assert rows[0]["who"] == "=1+1 <ann@example.org>"
        assert [row["action"] for row in rows] == ["workspace.rename", "audit.download"]

    def test_it_is_whole_and_filtered(self, service, admin, team, monkeypatch):
        from oddline.service.acts import audit_log

        monkeypatch.setattr(audit_log, "AT_ONCE", 3)
        with service.writing() as db:
            db.add_all(AuditEntry(workspace_id=team, who="x", action="a.b", subject=str(n)) for n in range(10))
        rows = list(csv.DictReader(io.StringIO(admin.get(f"{LOG}/download?action=a.b").text)))
        assert [row["subject"] for row in rows] == [str(n) for n in range(10)]

    def test_10_a_download_is_an_entry_itself(self, service, admin):
        admin.get(f"{LOG}/download?q=x")
        assert [(one.action, one.details["q"]) for one in entries(service)] == [("audit.download", "x")]
