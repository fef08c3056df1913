"""Browsers of people who are signed in, made without asking the API."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from oddline.service.asker import COOKIE
from oddline.service.db.tables import Session, User
from oddline.service.db.types import now
from oddline.service.people.secrets import digest, form_key, new_secret
from tests.service.conftest import People

BASE = "http://127.0.0.1:8765"
PASSWORD = "a calm sentence"


def signed_in(app: FastAPI, people: People, user_id: str, workspace: str | None = None) -> TestClient:
    """A browser of somebody; it sends the cookie and the form key."""
    secret = new_secret()
    with people.service.writing() as db:
        ends = now() + timedelta(days=1)
        db.add(
            Session(
                id=digest(secret), user_id=user_id, workspace_id=workspace, address="testclient", agent="", expires=ends
            )
        )
    headers = {"X-CSRF-Token": form_key(secret)}
    return TestClient(app, base_url=BASE, cookies={COOKIE: secret}, headers=headers)


def browser(
    app: FastAPI, people: People, name: str, workspace: str | None, role: str, *, administrator: bool = False
) -> TestClient:
    """A browser of somebody new; without a workspace, they belong to none."""
    if workspace is not None:
        return signed_in(app, people, people.user(name, workspace, role, administrator=administrator), workspace)
    with people.service.writing() as db:
        user = User(email=f"{name}@example.org", name=name.title(), administrator=administrator)
        db.add(user)
        db.flush()
        user_id = user.id
    return signed_in(app, people, user_id)
