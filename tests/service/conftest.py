"""A service on an empty data folder, and people in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from oddline.service.app import create_app
from oddline.service.context import Service
from oddline.service.db.engine import engine_for
from oddline.service.db.migrate import migrate
from oddline.service.db.tables import Member, Token, User, Workspace
from oddline.service.people.secrets import TOKEN, digest, new_secret
from oddline.service.settings import Settings


@dataclass
class People:
    """Makes people and their tokens straight in the database, without asking the API."""

    service: Service

    def workspace(self, slug: str) -> str:
        with self.service.writing() as db:
            made = Workspace(slug=slug, name=slug.title())
            db.add(made)
            db.flush()
            return made.id

    def user(
        self, name: str, workspace: str, role: str, *, administrator: bool = False, password: str | None = None
    ) -> str:
        with self.service.writing() as db:
            user = User(email=f"{name}@example.org", name=name.title(), administrator=administrator, password=password)
            db.add(user)
            db.flush()
            db.add(Member(user_id=user.id, workspace_id=workspace, role=role))
            return user.id

    def token(self, user: str, workspace: str, role: str) -> str:
        secret = new_secret(TOKEN)
        with self.service.writing() as db:
            db.add(Token(workspace_id=workspace, user_id=user, name="test", role=role, digest=digest(secret), hint="…"))
        return secret

    def bearer(self, name: str, workspace: str, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(self.user(name, workspace, role), workspace, role)}"}


HOMES = ("sqlite-folder", "postgresql-s3")
"""Where the service keeps what it has: every test that asks for `settings` runs on both."""


@pytest.fixture(scope="session")
def migrated(postgresql_server) -> Iterator[str]:
    """A database that has all its tables already: a copy of it is there at once."""
    with postgresql_server.database() as url:
        engine = engine_for(Settings(database=url))
        migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture(params=HOMES)
def settings(request, tmp_path, monkeypatch) -> Iterator[Settings]:
    if request.param == "sqlite-folder":
        yield Settings(data_dir=tmp_path / "data", workers=0)
        return
    template, bucket = request.getfixturevalue("migrated"), request.getfixturevalue("s3")
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    with request.getfixturevalue("postgresql_server").database(template) as url:
        yield Settings(data_dir=tmp_path / "data", workers=0, database=url, storage=f"{bucket.url}/files")


@pytest.fixture
def service(settings) -> Iterator[Service]:
    service = Service.open(settings)
    yield service
    service.close()


@pytest.fixture
def people(service) -> People:
    return People(service)


@pytest.fixture
def app(service):
    return create_app(service=service)


@pytest.fixture
def stranger(app) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture
def team(people) -> str:
    return people.workspace("team")


@pytest.fixture
def as_role(stranger, people, team):
    """Gives the headers of somebody in ``team`` with a role."""
    return lambda role: people.bearer(f"{role}-{new_secret()[:6].lower()}", team, role)
