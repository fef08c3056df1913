"""A client of a service in this process."""

from __future__ import annotations

import pytest

from oddline.client import Client
from oddline.service.settings import Settings
from tests.service.conftest import app, as_role, people, service, stranger, team  # noqa: F401


@pytest.fixture
def connect(stranger, as_role):  # noqa: F811
    """Gives a client with a role."""

    def connected(role: str = "analyst", **options) -> Client:
        secret = as_role(role)["Authorization"].removeprefix("Bearer ")
        return Client(str(stranger.base_url), secret, transport=stranger._transport, pause=0.0, **options)

    return connected


@pytest.fixture
def client(connect) -> Client:
    return connect()


@pytest.fixture
def settings(tmp_path) -> Settings:
    """The client knows no database: one is enough."""
    return Settings(data_dir=tmp_path / "data", workers=0)
