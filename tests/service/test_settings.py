"""Settings that administrators change while the service runs."""

from __future__ import annotations

import pytest

from oddline.service.acts.options import current
from oddline.service.settings import Settings
from tests.service.accounts import browser


@pytest.fixture
def root(app, people, team):
    return browser(app, people, "root", team, "admin", administrator=True)


def test_a_change_holds_at_once_and_after_a_new_start(root, stranger, service):
    assert root.get("/api/v1/settings").json()["registration"] == "invitation"
    changed = root.patch("/api/v1/settings", json={"registration": "open", "scan_days": 0})
    assert (changed.json()["registration"], changed.json()["scan_days"], changed.json()["upload_days"]) == (
        "open",
        0,
        90,
    )
    assert stranger.get("/api/v1/registration").json()["mode"] == "open"
    with service.reading() as db:
        assert current(db, Settings(registration="off", upload_days=3)).model_dump() == {
            "registration": "open",
            "upload_days": 3,
            "scan_days": 0,
        }


@pytest.mark.parametrize(
    "body",
    [
        {"registration": "yes"},
        {"upload_days": -1},
        {"upload_days": "1"},
        {"workers": 9},
        {"read_only": []},
        {"host": "x"},
    ],
)
def test_12_nothing_else_can_be_set(root, body):
    before = root.get("/api/v1/settings").json()
    assert root.patch("/api/v1/settings", json=body).status_code == 422
    assert root.get("/api/v1/settings").json() == before


def test_limits_are_shown_by_the_names_they_are_set_by_and_secrets_are_not(root):
    shown = {one["name"]: one for one in root.get("/api/v1/settings").json()["read_only"]}
    assert shown["ODDLINE_LIMIT_ROWS"]["value"] == 20_000_000 and shown["ODDLINE_LIMIT_ROWS"]["words"]
    assert not {name for name in shown if "SECRET" in name or "DATABASE" in name or name.endswith("METRICS_TOKEN")}
