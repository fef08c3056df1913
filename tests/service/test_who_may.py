"""Security list 2 and 9: every route refuses strangers and lower roles, before anything else happens."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from oddline.service.db.tables import Base
from oddline.service.settings import Limits
from tests.service.accounts import browser
from tests.service.routes import ask, asked, names_in, others

ROLES = ("none", "ingest", "viewer", "analyst", "admin")
REFUSED = {
    "signed-in": (),
    "ingest": ("none", "viewer"),
    "viewer": ("none", "ingest"),
    "analyst": ("none", "ingest", "viewer"),
    "admin": ("none", "ingest", "viewer", "analyst"),
    "administrator": ROLES,
}
PUBLIC = {
    "GET /health",
    "GET /ready",
    "GET /metrics",
    "GET /api/v1/openapi.json",
    "GET /api/v1/registration",
    "POST /api/v1/registration",
    "POST /api/v1/reset",
    "POST /api/v1/session",
    "GET /api/v1/session/oidc",
    "GET /api/v1/session/oidc/callback",
    "POST /api/v1/setup",
}
"""Whoever makes a route public says so here as well, or under PUBLIC_PAGES."""

PUBLIC_PAGES = {
    "GET /signin",
    "POST /signin",
    "GET /registration",
    "POST /registration",
    "GET /setup",
    "POST /setup",
    "GET /reset",
    "POST /reset",
}
MOUNTS: set[str] = {"Mount /static"}


@pytest.fixture
def settings(settings):
    """Walking all routes takes more requests a minute than anybody has."""
    return settings.model_copy(update={"limits": Limits(requests_per_minute=1_000_000)})


def _counts(service) -> dict[str, int]:
    with service.reading() as db:
        return {table.name: db.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables}


def _made_up(path: str) -> dict[str, str]:
    return {name: "0" if name == "row" else "xxx_0000000000000000000" for name in names_in(path)}


def _answers(service, client, one, **arguments):
    """Ask in several ways, with bodies that no route could read: the refusal comes before all of it."""
    before = _counts(service)
    for body in ({}, {"content": b'{"', "headers": {"content-type": "application/json"}}, {"content": b"\0" * 5000}):
        headers = arguments.get("headers", {}) | body.get("headers", {})
        yield ask(client, one, _made_up(one.path), **{**arguments, **body, "headers": headers})
    assert _counts(service) == before, f"{one} has left something behind"


def test_2_nothing_is_public_that_is_not_named_here(app):
    routes = asked(app)
    assert len(routes) > 30
    assert {str(one) for one in routes if one.access == "nobody knows"} == set()
    assert {str(one) for one in routes if one.access == "public"} - PUBLIC - PUBLIC_PAGES == set()


def test_2_there_is_nothing_beside_the_routes_but_static_files(app):
    """No websocket (whose origin nobody would check), no docs page, no other application."""
    assert set(others(app)) - MOUNTS == set()


def test_2_a_route_refuses_a_stranger(app, service, stranger):
    closed = [one for one in asked(app) if one.access != "public"]
    for one in closed:
        for answer in _answers(service, stranger, one):
            assert answer.status_code == 401, f"{one} answers a stranger {answer.status_code}: {answer.text[:200]}"


@pytest.mark.parametrize("role", ROLES)
def test_9_a_route_refuses_a_lower_role(app, service, stranger, people, team, role):
    client = browser(app, people, f"low-{role}", None if role == "none" else team, role)
    higher = [one for one in asked(app) if one.access != "public" and role in REFUSED[one.access]]
    assert higher
    for one in higher:
        for answer in _answers(service, client, one):
            assert answer.status_code == 403, f"{one} answers {role} {answer.status_code}: {answer.text[:200]}"


def test_9_a_token_never_administers_the_server(app, service, stranger, people, team):
    owner = people.user("root", team, "admin", administrator=True)
    headers = {"Authorization": f"Bearer {people.token(owner, team, 'admin')}"}
    for one in (one for one in asked(app) if one.access == "administrator"):
        for answer in _answers(service, stranger, one, headers=headers):
            assert answer.status_code == 403, f"{one} answers a token {answer.status_code}"


def test_9_what_a_browser_sends_needs_the_form_key(app, service, people, team):
    """Another site's page has the cookie sent along, and cannot read the form key."""
    client = browser(app, people, "root", team, "admin", administrator=True)
    key = client.headers.pop("X-CSRF-Token")
    unsafe = [one for one in asked(app) if one.access != "public" and one.method not in {"GET", "HEAD"}]
    for one in unsafe:
        for wrong in ("", "x", key[:-1]):
            for answer in _answers(service, client, one, headers={"X-CSRF-Token": wrong} if wrong else {}):
                assert answer.status_code == 403, f"{one} answers without a form key {answer.status_code}"


def test_a_client_without_a_cookie_is_a_stranger(app):
    assert TestClient(app, base_url="http://127.0.0.1:8765").get("/api/v1/me").status_code == 401
