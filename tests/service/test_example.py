"""The example is there before anybody has signed in, and whoever sets the server up sees it first."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient

from oddline.service.acts import example
from oddline.service.acts.setup import invite
from oddline.service.app import create_app
from oddline.service.context import Service
from oddline.service.settings import Settings

SET_UP = {"name": "Mina", "email": "mina@example.org", "password": "correct horse battery", "workspace": "Payments"}


@pytest.fixture
def client(tmp_path):
    service = Service.open(Settings(data_dir=tmp_path / "data", workers=1, example=True))
    with TestClient(create_app(service=service), base_url="http://127.0.0.1:8765") as client:
        client.service = service
        yield client


def test_set_up_opens_on_the_example_and_its_scan_ends(client):
    key = invite(client.service).partition("key=")[2]
    assert client.post("/api/v1/setup", json=SET_UP | {"key": key}).status_code < 300
    me = client.get("/api/v1/me").json()
    assert me["workspace"] == example.SLUG
    for _ in range(600):
        (scan,) = client.get("/api/v1/scans").json()["items"]
        if scan["state"] not in {"queued", "running"}:
            break
        time.sleep(0.1)
    assert scan["state"] == "done" and scan["summary"]["incidents"] > 3
    again = client.post("/api/v1/example", headers={"X-CSRF-Token": me["form_key"]})
    assert again.status_code == 202


def test_it_is_made_once(service):
    example.begin(service)
    example.begin(service)
    with service.reading() as db:
        from oddline.service.db.tables import Scan, Workspace

        assert db.query(Workspace).count() == db.query(Scan).count() == 1


def test_an_installation_without_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(example, "PLACES", (tmp_path,))
    with pytest.raises(Exception, match="no example"):
        example.files()
