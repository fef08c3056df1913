"""What is known of who asks holds until something is written, and for a moment."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import event

from oddline.service.known import Known


@pytest.fixture
def clock(monkeypatch):
    told = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: told[0])
    return told


def test_a_fact_holds_for_a_moment(clock):
    known = Known(moment=1.0)
    known.put("a", "mina", as_of=known.as_of)
    clock[0] += 0.9
    assert known.get("a") == "mina"
    clock[0] += 0.2
    assert known.get("a") is None


def test_what_was_looked_up_before_something_was_written_is_not_kept(clock):
    known = Known()
    as_of = known.as_of
    known.written()
    known.put("a", "mina", as_of=as_of)
    assert known.get("a") is None


def test_somebody_who_asks_twice_is_looked_up_once(service, stranger, as_role):
    who, other, asked = as_role("viewer"), as_role("analyst"), []
    stranger.get("/api/v1/me", headers=other)
    stranger.get("/api/v1/me", headers=who)
    stranger.get("/api/v1/me", headers=who)  # the first one may have noted when the token was last used
    event.listen(service.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    stranger.get("/api/v1/me", headers=who)
    assert not any("FROM tokens" in one for one in asked)


def test_nobody_is_taken_for_somebody_else(stranger, as_role):
    both = [as_role("viewer"), as_role("analyst")]
    for _ in range(3):
        assert [stranger.get("/api/v1/me", headers=who).json()["role"] for who in both] == ["viewer", "analyst"]


def test_who_is_shut_out_is_shut_out_at_once(service, stranger, as_role):
    from oddline.service.db.tables import Token

    who = as_role("viewer")
    assert stranger.get("/api/v1/me", headers=who).status_code == 200
    assert stranger.get("/api/v1/me", headers=who).status_code == 200
    with service.writing() as db:
        db.query(Token).delete()
    assert stranger.get("/api/v1/me", headers=who).status_code == 401
