"""No request names a file of the server: neither to be read nor to be written (features 5.3)."""

from __future__ import annotations

import pytest

from oddline.service.db.tables import Upload
from oddline.service.db.types import now


@pytest.fixture
def upload(service, team):
    with service.writing() as db:
        made = Upload(workspace_id=team, name="a.log", state="complete", completed=now())
        db.add(made)
        db.flush()
        return made.id


ASKED = [
    {"detector": "autoencoder", "settings": {"checkpoint": "/etc/cron.d/x"}},
    {"detector": "cascade", "settings": {"first__checkpoint": "/etc/cron.d/x"}},
    {"detector": "rules", "feature": "rules", "settings": {"feature.files": ["/etc/passwd"]}},
    {"detector": "sigma", "settings": {"feature.files": ["/etc/passwd"]}},
    {"feature": "semantic_text", "settings": {"feature.encoder": "/etc/passwd"}},
    {"detector": "isolation_forest", "settings": {"random_state": 3}},
    {"detector": "pyod", "settings": {"name": "EmbeddingOD", "settings": {"encoder": "/etc"}}},
]


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("path", ["scans", "models/fit"])
def test_a_setting_that_names_a_file_of_the_server_is_refused(stranger, as_role, upload, path, asked):
    answer = stranger.post(f"/api/v1/{path}", json={"uploads": [upload], **asked}, headers=as_role("analyst"))
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("name", ["checkpoint", "feature.files", "random_state"])
def test_a_search_over_files_of_the_server_is_refused(stranger, as_role, upload, name):
    asked = {"uploads": [upload], "detectors": ["autoencoder"], "search": {name: ["/etc/passwd"]}}
    answer = stranger.post("/api/v1/tunings", json=asked, headers=as_role("analyst"))
    assert answer.status_code == 422, answer.text


def test_what_the_catalogue_offers_is_taken(stranger, as_role, upload):
    for asked in (
        {"detector": "isolation_forest", "settings": {"n_estimators": 20}, "by": "time:5m"},
        {"detector": "kmeans_ensemble", "settings": {"clusters": [4, 8]}},
        {"threshold": "quantile", "settings": {"threshold.q": 0.999}},
    ):
        answer = stranger.post("/api/v1/scans", json={"uploads": [upload], **asked}, headers=as_role("analyst"))
        assert answer.status_code == 202, answer.text
