"""Workspaces keep teams apart: for every route with an id, another workspace's admin finds nothing there."""

from __future__ import annotations

import pytest

from oddline.service.settings import Limits
from tests.service.accounts import browser
from tests.service.routes import Schema, ask, asked, names_in
from tests.service.things import BODIES, FACTORIES, FIXED, NAMED, PERSONAL, QUERIES


@pytest.fixture
def settings(settings):
    """Walking all routes takes more requests a minute than anybody has."""
    return settings.model_copy(update={"limits": Limits(requests_per_minute=1_000_000)})


def _ids(people, workspace, one):
    names = list(names_in(one.path))
    unknown = [name for name in names if name not in FACTORIES and name not in FIXED]
    assert unknown == [], f"{one}: add a factory for {unknown} to tests/service/things.py"
    return {name: FIXED[name] if name in FIXED else FACTORIES[name](people, workspace) for name in names}


def _query(people, workspace, one, schema):
    asked_for = schema.needed(one, "query")
    return asked_for | {
        name: make(people, workspace)
        for (path, name), make in QUERIES.items()
        if path == one.path and name in asked_for
    }


def _with_ids(app):
    """Routes that speak of a thing of a workspace; the server's administrators are above workspaces."""
    for one in asked(app):
        own = [name for name in names_in(one.path) if name not in FIXED]
        if one.access not in {"public", "administrator"} and (own or any(path == one.path for path, _ in QUERIES)):
            yield one


def test_another_workspaces_things_are_not_found(app, stranger, people, team):
    schema = Schema(app)
    other = people.workspace("other")
    mine, theirs = browser(app, people, "mine", team, "admin"), browser(app, people, "theirs", other, "admin")
    routes = list(_with_ids(app))
    assert len(routes) >= 8
    for one in routes:
        body = BODIES[str(one)] if str(one) in BODIES else schema.body(one)
        headers = {name: str(value) for name, value in schema.needed(one, "header").items()}
        asking = {"params": _query(people, team, one, schema), "headers": headers, **body}
        ids = _ids(people, team, one)
        answer = ask(theirs, one, ids, **asking)
        assert answer.status_code == 404, f"{one} tells another workspace {answer.status_code}: {answer.text[:300]}"
        if one.method == "HEAD":
            continue
        words = answer.json()["title"]
        if PERSONAL.isdisjoint(ids):
            seen = ask(mine, one, ids, **asking)  # else the 404 would prove nothing
            assert seen.status_code != 404 or seen.json()["title"] != words, f"{one} does not find its own"


@pytest.mark.parametrize(("path", "body"), NAMED, ids=lambda value: value if isinstance(value, str) else "")
def test_another_workspaces_things_are_not_found_in_a_body(app, stranger, people, team, path, body):
    other = people.workspace("other")
    mine = browser(app, people, "mine", team, "admin")
    refused = mine.post(path, json=body(people, team, other))
    assert refused.status_code == 404, refused.text
    assert mine.post(path, json=body(people, team, team)).status_code != 404


def test_another_workspaces_people_own_nothing_here(app, people, team):
    other = people.workspace("other")
    mine = browser(app, people, "mine", team, "admin")
    path = f"/api/v1/incidents/{FACTORIES['incident'](people, team)}"
    assert mine.patch(path, json={"owner": FACTORIES["user"](people, other)}).status_code == 422
    assert mine.patch(path, json={"owner": FACTORIES["user"](people, team)}).status_code == 200


def test_another_workspace_cannot_be_chosen(app, people, team):
    people.workspace("other")
    mine = browser(app, people, "mine", team, "admin")
    assert mine.get("/api/v1/me", headers={"X-Oddline-Workspace": "other"}).status_code == 403
    assert mine.post("/api/v1/session/workspace", json={"workspace": "other"}).status_code == 404


def test_a_token_is_for_one_workspace(stranger, people, team):
    other = people.workspace("other")
    owner = people.user("mina", team, "admin")
    with people.service.writing() as db:
        from oddline.service.db.tables import Member

        db.add(Member(user_id=owner, workspace_id=other, role="admin"))
    headers = {"Authorization": f"Bearer {people.token(owner, team, 'admin')}"}
    assert stranger.get("/api/v1/me", headers=headers).json()["workspace"] == "team"
    assert [one["slug"] for one in stranger.get("/api/v1/workspaces", headers=headers).json()["items"]] == ["team"]
    refused = stranger.get("/api/v1/me", headers=headers | {"X-Oddline-Workspace": "other"})
    assert refused.status_code == 403
