"""A request that may be sent again: the same key and the same request act once, and get the same answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from oddline.service import idempotency
from oddline.service.app import create_app
from oddline.service.context import Service
from oddline.service.db.tables import IdempotencyKey, Workspace
from oddline.service.db.types import now
from oddline.service.door import AnyDesk, Door, Serving
from oddline.service.people.accounts import make_workspace
from tests.service.accounts import BASE, browser

KEY = {"Idempotency-Key": "key-1"}


@pytest.fixture
def root(app, people, team):
    return browser(app, people, "root", team, "admin", administrator=True)


def make(client, name="Payments", **arguments):
    return client.post("/api/v1/workspaces", json={"name": name}, headers=KEY, **arguments)


def slugs(service) -> list[str]:
    with service.reading() as db:
        return sorted(db.scalars(select(Workspace.slug).where(Workspace.slug != "team")))


def test_the_same_request_acts_once_and_is_answered_the_same(service, root):
    first, second = make(root), make(root)
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, first.json())
    assert second.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert slugs(service) == ["payments"]


def test_without_a_key_it_acts_twice(service, root):
    for _ in range(2):
        root.post("/api/v1/workspaces", json={"name": "Payments"})
    assert slugs(service) == ["payments", "payments-2"]


@pytest.mark.parametrize("other", [{"name": "Other"}, {"params": {"x": "1"}}])
def test_another_request_by_the_same_key_is_refused(service, root, other):
    assert make(root).status_code == 201
    refused = make(root, **other)
    assert refused.status_code == 422 and "another request" in refused.json()["title"]
    assert slugs(service) == ["payments"]


def test_a_key_is_ones_own(app, people, service, root):
    other = browser(app, people, "second", people.workspace("team-2"), "admin", administrator=True)
    assert make(root).json()["slug"] == "payments"
    assert make(other).json()["slug"] == "payments-2"


def test_a_refused_request_may_be_sent_again(service, root):
    taken = root.post("/api/v1/workspaces", json={"name": "x", "slug": "team"}, headers=KEY)
    assert taken.status_code == 409
    assert make(root).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 129, "a\tb"])
def test_a_key_is_short_and_printable(root, key):
    assert root.post("/api/v1/workspaces", json={"name": "x"}, headers={"Idempotency-Key": key}).status_code == 422


def test_it_is_forgotten_after_a_day(service, root):
    make(root)
    with service.writing() as db:
        db.execute(update(IdempotencyKey).values(created=now() - timedelta(hours=25)))
    assert make(root).json()["slug"] == "payments-2"
    assert make(root).json()["slug"] == "payments-2"


def test_who_may_not_do_it_any_more_gets_no_old_answer(service, people, root):
    assert make(root).status_code == 201
    with service.writing() as db:
        from oddline.service.db.tables import User

        db.execute(update(User).values(administrator=False))
    assert make(root).status_code == 403


class TestAtOnce:
    """With routes of its own: one that waits, one that streams, one that fails after it has acted."""

    @pytest.fixture
    def doors(self, service):
        app, door = create_app(service=service), Door("/slow", "slow")
        app.state.begun, app.state.go = Event(), Event()

        @door.post("/waits", access="admin", status_code=201)
        def waits(desk: AnyDesk, request: Request) -> dict[str, str]:
            app.state.begun.set()
            assert app.state.go.wait(10)
            return {"slug": make_workspace(desk.db, "Slow").slug}

        @door.post("/streams", access="admin", status_code=201)
        async def streams(request: Request, service: Serving) -> dict[str, int]:
            return {"bytes": sum([len(part) async for part in request.stream()])}

        @door.post("/breaks", access="admin", status_code=201)
        def breaks(desk: AnyDesk) -> dict[str, str]:
            make_workspace(desk.db, "Slow")
            return {"wrong": object()}  # the answer cannot be written: nothing may have happened

        app.include_router(door.router, prefix="/api/v1")
        return app

    @pytest.fixture
    def client(self, doors, people, team):
        return browser(doors, people, "root", team, "admin")

    def test_while_the_first_runs_the_second_is_told_to_wait(self, doors, service, client):
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(client.post, "/api/v1/slow/waits", headers=KEY)
            assert doors.state.begun.wait(10)
            second = client.post("/api/v1/slow/waits", headers=KEY)
            doors.state.go.set()
            assert second.status_code == 409 and second.headers["retry-after"] == "1"
            assert first.result().status_code == 201
        assert client.post("/api/v1/slow/waits", headers=KEY).json() == first.result().json()
        assert slugs(service) == ["slow"]

    def test_another_process_that_was_faster_wins(self, doors, service, settings, people, client, monkeypatch):
        """Both have looked, and found no answer yet; the act of the slower one is undone."""
        doors.state.go.set()
        monkeypatch.setattr(idempotency, "_kept", lambda service, mine: None)
        elsewhere = Service.open(settings)
        assert client.post("/api/v1/slow/waits", headers=KEY).status_code == 201
        doors.state.service, here = elsewhere, doors.state.service
        assert client.post("/api/v1/slow/waits", headers=KEY).status_code == 409
        doors.state.service = here
        elsewhere.close()
        assert slugs(service) == ["slow"]

    def test_what_fails_after_the_act_leaves_neither_act_nor_answer(self, doors, service, client):
        calm = TestClient(
            doors, base_url=BASE, cookies=client.cookies, headers=client.headers, raise_server_exceptions=False
        )
        assert calm.post("/api/v1/slow/breaks", headers=KEY).status_code == 500
        assert slugs(service) == []
        with service.reading() as db:
            assert db.scalars(select(IdempotencyKey)).all() == []

    def test_a_stream_is_not_read_for_it(self, client):
        body = b"x" * 500_000

        def parts():
            yield b"abc"
            yield b"def"

        kind = {"Content-Type": "application/octet-stream"}
        assert client.post("/api/v1/slow/streams", content=parts(), headers=KEY | kind).json() == {"bytes": 6}
        again = client.post("/api/v1/slow/streams", content=parts(), headers=KEY | kind)
        assert again.json() == {"bytes": 6} and again.headers["idempotency-replayed"] == "true"
        longer = client.post("/api/v1/slow/streams", content=body, headers=KEY | kind)
        assert longer.status_code == 422
