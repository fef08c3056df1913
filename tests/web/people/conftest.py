"""A service with people in it: by TestClient for forms, on a port for a browser."""

from __future__ import annotations

from tests.service.conftest import app, people, service, settings, stranger, team  # noqa: F401 - fixtures
