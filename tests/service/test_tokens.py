"""Security list 9: tokens are hashed, scoped, expiring, shown once, revocable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from oddline.service.db.tables import AuditEntry, IdempotencyKey, Token
from oddline.service.db.types import now
from tests.service.accounts import browser


def make(client, role="viewer", **body):
    return client.post("/api/v1/tokens", json={"name": "nightly", "role": role, **body})


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def mina(app, people, team):
    return browser(app, people, "mina", team, "analyst")


@pytest.fixture
def admin(app, people, team):
    return browser(app, people, "ann", team, "admin")


def test_9_it_is_shown_once_and_kept_as_a_hash(service, stranger, mina):
    made = make(mina)
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith("odl_") and len(secret) > 40
    assert stranger.get("/api/v1/me", headers=bearer(secret)).json()["role"] == "viewer"
    assert secret not in mina.get("/api/v1/tokens").text
    assert mina.get("/api/v1/tokens").json()["items"][0]["hint"] == f"…{secret[-4:]}"
    with service.reading() as db:
        assert secret not in str([vars(row) for row in db.scalars(select(Token))])
        assert secret not in str([row.details for row in db.scalars(select(AuditEntry))])


def test_9_its_secret_is_not_kept_for_a_request_that_is_sent_again(service, mina):
    headers = {"Idempotency-Key": "one"}
    first, second = (
        mina.post("/api/v1/tokens", json={"name": "n", "role": "viewer"}, headers=headers) for _ in range(2)
    )
    assert first.json()["secret"] != second.json()["secret"]
    with service.reading() as db:
        assert db.scalars(select(IdempotencyKey)).all() == []


@pytest.mark.parametrize(
    ("own", "allowed"),
    [
        ("viewer", {"viewer"}),
        ("ingest", {"ingest"}),
        ("analyst", {"ingest", "viewer", "analyst"}),
        ("admin", {"ingest", "viewer", "analyst", "admin"}),
    ],
)
def test_9_it_may_do_no_more_than_its_maker(app, people, team, own, allowed):
    client = browser(app, people, own, team, own)
    for role in ("ingest", "viewer", "analyst", "admin"):
        assert make(client, role).status_code == (201 if role in allowed else 403), role


def test_9_it_ends_after_ninety_days_unless_somebody_says_otherwise(mina):
    left = [make(mina, **body).json() for body in ({}, {"days": 1}, {"days": None})]
    days = [one["expires"] and (one["expires"], one["created"]) for one in left]
    from datetime import datetime

    spans = [
        None if pair is None else (datetime.fromisoformat(pair[0]) - datetime.fromisoformat(pair[1])) for pair in days
    ]
    assert [span and round(span / timedelta(days=1)) for span in spans] == [90, 1, None]
    assert [make(mina, days=days).status_code for days in (0, -1, 3651, "7", True)] == [422] * 5


def test_9_an_expired_one_is_refused(service, stranger, mina):
    secret = make(mina).json()["secret"]
    with service.writing() as db:
        db.execute(update(Token).values(expires=now() - timedelta(seconds=1)))
    refused = stranger.get("/api/v1/me", headers=bearer(secret))
    assert refused.status_code == 401 and "expired" in refused.json()["title"]
    assert mina.get("/api/v1/tokens").json()["items"][0]["state"] == "expired"


def test_9_a_revoked_one_is_refused_and_stays_in_the_list(stranger, mina):
    made = make(mina).json()
    assert stranger.get("/api/v1/me", headers=bearer(made["secret"])).status_code == 200
    for _ in range(2):
        assert mina.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert stranger.get("/api/v1/me", headers=bearer(made["secret"])).status_code == 401
    listed = mina.get("/api/v1/tokens").json()["items"]
    assert [(one["state"], one["last_used"] is not None) for one in listed] == [("revoked", True)]


def test_9_an_admin_sees_and_revokes_everybodys_and_nobody_else_does(app, people, team, mina, admin):
    made = make(mina).json()
    noor = browser(app, people, "noor", team, "analyst")
    assert noor.get("/api/v1/tokens").json()["items"] == []
    assert noor.get("/api/v1/tokens?all=true").status_code == 403
    assert noor.delete(f"/api/v1/tokens/{made['id']}").status_code == 404
    assert admin.get("/api/v1/tokens").json()["items"] == []
    assert [one["user_name"] for one in admin.get("/api/v1/tokens?all=true").json()["items"]] == ["Mina"]
    assert admin.delete(f"/api/v1/tokens/{made['id']}").status_code == 204


def test_9_a_token_makes_no_token(stranger, as_role):
    body = {"name": "n", "role": "viewer"}
    assert stranger.post("/api/v1/tokens", json=body, headers=as_role("admin")).status_code == 403


def test_9_a_token_of_an_ingester_who_may_not_send_any_more_reads_nothing(app, stranger, people, team, admin):
    mina = people.user("mina", team, "analyst")
    secret = people.token(mina, team, "ingest")
    assert admin.patch(f"/api/v1/workspaces/team/members/{mina}", json={"role": "viewer"}).status_code == 200
    assert stranger.get("/api/v1/me", headers=bearer(secret)).status_code == 401
