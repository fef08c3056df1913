"""Fits, evaluations and searches as jobs."""

from __future__ import annotations

import io

import numpy as np
import pytest

from oddline.ops import bundle
from oddline.service.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    """What is tried here is the same wherever the service keeps what it has."""
    return Settings(data_dir=tmp_path / "data", workers=1)


@pytest.fixture(scope="module")
def table() -> bytes:
    """A table of 400 rows, the last of which are odd now and then, and labelled."""
    rng = np.random.default_rng(1)
    lines = ["bytes,packets,label"]
    for row in range(400):
        odd = row % 40 == 39
        lines.append(
            f"{rng.normal(100, 5) + 400 * odd:.2f},{rng.normal(10, 1) + 50 * odd:.2f},{'dos' if odd else 'normal'}"
        )
    return "\n".join(lines).encode() + b"\n"


def test_a_model_is_learnt_downloaded_and_sent_again(bench, app_log, tmp_path):
    upload = bench.upload("good.log", app_log)
    asked = bench.post("/models/fit", {"uploads": [upload], "name": "shop"})
    assert bench.client.get(f"/api/v1/models/{asked['id']}/download", headers=bench.headers).status_code == 409
    bench.done(asked["job"]["id"])
    model = bench.get(f"/models/{asked['id']}")
    assert (model["state"], model["card"]["data"]["events"], model["card"]["detector"]) == ("done", 900, "odd_lines")
    sent = bench.client.get(f"/api/v1/models/{asked['id']}/download", headers=bench.headers)
    assert 'filename="shop.odd"' in sent.headers["content-disposition"]
    path = tmp_path / "shop.odd"
    path.write_bytes(sent.content)
    assert len(sent.content) == model["size"] and bundle.card(path)["id"] == model["card"]["id"]
    back = bench.client.post("/api/v1/models?name=copy.odd", content=sent.content, headers=bench.headers)
    assert back.status_code == 201, back.text
    assert (back.json()["name"], back.json()["state"], back.json()["card"]["detector"]) == ("copy", "done", "odd_lines")
    scan = bench.post("/scans", {"uploads": [upload], "baseline": {"model": back.json()["id"]}})
    bench.done(scan["job"]["id"])
    assert bench.get(f"/scans/{scan['id']}")["summary"]["against"] == "copy"


@pytest.mark.parametrize("content", [b"", b"no bundle", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_bundle_is_refused(bench, content):
    answer = bench.client.post("/api/v1/models", content=content, headers=bench.headers)
    assert answer.status_code == 422 and "bundle" in answer.json()["title"], answer.text
    assert bench.get("/models")["items"] == []


def test_a_scan_is_held_against_labels_of_its_table(bench, table):
    scan = bench.post(
        "/scans", {"uploads": [bench.upload("flows.csv", table)], "tables": {"label_column": "label"}, "budget": 10}
    )
    bench.done(scan["job"]["id"])
    assert bench.get(f"/scans/{scan['id']}")["summary"]["labelled"]
    metrics = bench.get(f"/scans/{scan['id']}/metrics")
    assert metrics["odd"] == 10 and metrics["figures"]["roc_auc"] > 0.99


def test_a_scan_is_held_against_labels_of_a_file(bench, table):
    plain = b"\n".join(line.rpartition(b",")[0] for line in table.splitlines()) + b"\n"
    scan = bench.post("/scans", {"uploads": [bench.upload("flows.csv", plain)]})
    bench.done(scan["job"]["id"])
    odd = [str(2 + row) for row in range(400) if row % 40 == 39]
    labels = bench.upload("labels.csv", ("\n".join(["line", *odd]) + "\n").encode())
    asked = bench.post("/evaluations", {"scan": scan["id"], "labels": {"upload": labels}})
    bench.done(asked["job"]["id"])
    report = bench.get(f"/evaluations/{asked['id']}")["report"]
    assert report["odd"] == 10 and report["figures"]["roc_auc"] > 0.99


def test_a_search_finds_what_is_better_and_goes_on_from_its_journal(bench, table, service):
    asked = {
        "uploads": [bench.upload("flows.csv", table)],
        "detectors": ["isolation_forest"],
        "search": {"n_estimators": [5, 10], "max_samples": "64..128"},
        "trials": 3,
        "tables": {"label_column": "label"},
    }
    made = bench.post("/tunings", asked)
    bench.done(made["job"]["id"])
    found = bench.get(f"/tunings/{made['id']}")
    assert found["report"]["best"]["detector"] == "isolation_forest"
    assert set(found["report"]["best"]["settings"]) == {"n_estimators", "max_samples"}
    assert found["report"]["command"].startswith("oddline fit flows.csv --detector isolation_forest")
    values = [row["value"] for row in found["report"]["rows"]]
    assert values == sorted(values, reverse=True) and len(values) == 3
    fitted = bench.post(
        "/models/fit", {"uploads": asked["uploads"], **found["report"]["best"], "tables": asked["tables"]}
    )
    bench.done(fitted["job"]["id"])


def test_a_journal_is_kept_for_the_next_attempt(service, tmp_path, team):
    from oddline.service.db.tables import Artifact, Job
    from oddline.service.jobs.steps import keep_one

    job = Job(id="job_1", workspace_id=team, kind="tune")
    path = tmp_path / "journal.log"
    path.write_bytes(b"one\ntwo\nhal")
    keep_one(service, job, path)
    with service.reading() as db:
        kept = db.get(Artifact, ("job_1", "journal.log"))
    assert service.store.get(kept.blob) == b"one\ntwo\n"


def test_a_bundle_beyond_the_limit_is_refused(bench, monkeypatch):
    limits = bench.service.settings.limits
    monkeypatch.setattr(
        bench.service,
        "settings",
        bench.service.settings.model_copy(update={"limits": limits.model_copy(update={"model_bytes": 10})}),
    )
    answer = bench.client.post("/api/v1/models", content=io.BytesIO(bytes(11)), headers=bench.headers)
    assert answer.status_code == 413 and "ODDLINE_LIMIT_MODEL_BYTES" in answer.json()["expected"]
