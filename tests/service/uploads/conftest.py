"""People who send files, and a way to read what was kept."""

from __future__ import annotations

import pytest

from oddline.service.settings import Limits, Settings

PART = 1_000


@pytest.fixture
def settings(settings) -> Settings:
    limits = Limits(part_bytes=PART, upload_bytes=100_000, workspace_bytes=300_000, unpacked_bytes=80 << 20)
    return settings.model_copy(update={"limits": limits})


@pytest.fixture
def analyst(as_role) -> dict[str, str]:
    return as_role("analyst")


@pytest.fixture
def api(stranger, analyst):
    """The client, as an analyst, with paths under the uploads."""

    def ask(method: str, path: str = "", content: bytes | None = None, headers=None, **more):
        told = analyst | (headers or {})
        return stranger.request(method, f"/api/v1/uploads{path}", content=content, headers=told, **more)

    return ask


@pytest.fixture
def sent(api):
    """Sends a file in one go, and gives what was answered."""

    def send(content: bytes, name: str = "app.log", **query):
        answer = api("POST", "", content, params={"name": name} | query)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return send
