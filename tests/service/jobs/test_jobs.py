"""Jobs: cancelled, tried again, refused, failed with words that help."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oddline.service.db.tables import Worker
from oddline.service.settings import Limits, Settings
from tests.service.jobs.conftest import SLOW, numbers


@pytest.fixture
def settings(tmp_path) -> Settings:
    """What is tried here is the same wherever the service keeps what it has."""
    return Settings(data_dir=tmp_path / "data", workers=1)


def test_a_file_that_is_no_log_fails_with_words_that_help(bench):
    scan = bench.post("/scans", {"uploads": [bench.upload("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(999))]})
    job = bench.job(scan["job"]["id"])
    assert job["state"] == "failed" and "photo.jpg looks binary" in job["problem"]["title"]
    found = bench.get(f"/scans/{scan['id']}")
    assert found["state"] == "failed" and found["problem"] == job["problem"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"detector": "isolation_wood"}, "isolation_forest"),
        ({"detector": "isolation_forest", "settings": {"trees": 3}}, "trees"),
        ({"detector": "isolation_forest", "settings": {"n_estimators": "many"}}, "n_estimators"),
        ({"by": "fortnight"}, "fortnight"),
        ({"by": "time:soon"}, "soon"),
        ({"format": "morse"}, "morse"),
        ({"quantile": 0.9, "threshold": "budget"}, "quantile"),
        ({"baseline": {"scan": "scn_x", "model": "mdl_x"}}, "exactly one"),
        ({"detektor": "knn"}, "detektor"),
    ],
)
def test_what_makes_no_sense_is_refused_before_it_begins(bench, body, words):
    answer = bench.post("/scans", {"uploads": [bench.upload("a.log", b"one\n")], **body}, status=422)
    assert words in str(answer)
    assert bench.get("/jobs")["items"] == bench.get("/scans")["items"] == []


def test_uploads_that_cannot_be_read_are_refused(bench, people):
    elsewhere = people.workspace("elsewhere")
    mine, bench.team = bench.team, elsewhere
    theirs = bench.upload("theirs.log", b"one\n")
    bench.team = mine
    half = bench.upload("half.log", b"one\n", state="receiving")
    assert bench.post("/scans", {"uploads": [theirs]}, status=404)["title"] == f"no upload {theirs}"
    assert "half.log is not complete" in bench.post("/scans", {"uploads": [half]}, status=409)["title"]
    assert bench.post("/scans", {"uploads": []}, status=422)
    own = bench.upload("own.log", b"one\n")
    assert "twice" in bench.post("/scans", {"uploads": [own, own]}, status=422)["title"]


def test_a_model_brings_its_own_and_nothing_is_told_beside_it(bench):
    upload = bench.upload("a.log", b"one\ntwo\n" * 20)
    body = {"uploads": [upload], "baseline": {"model": "mdl_x"}, "detector": "knn"}
    assert bench.post("/scans", body, status=404)["title"] == "no model mdl_x"


class TestLimits:
    @pytest.fixture
    def settings(self, tmp_path) -> Settings:
        limits = Limits(workspace_jobs=1, rows=500, columns=5, line_bytes=2 << 20, unpacked_bytes=5 << 20)
        return Settings(data_dir=tmp_path / "data", workers=1, limits=limits)

    def test_more_jobs_than_allowed_are_refused(self, bench):
        upload = bench.upload("table.csv", numbers(100))
        first = bench.post("/scans", {"uploads": [upload], **SLOW})
        answer = bench.post("/scans", {"uploads": [upload]}, status=429)
        assert "ODDLINE_LIMIT_WORKSPACE_JOBS" in answer["expected"]
        bench.post(f"/jobs/{first['job']['id']}/cancel", status=200)
        bench.done(bench.post("/scans", {"uploads": [upload]})["job"]["id"])

    @pytest.mark.parametrize(
        ("name", "content", "setting"),
        [
            ("long.log", b"one\n" * 501, "ODDLINE_LIMIT_ROWS"),
            ("long.csv", numbers(501), "ODDLINE_LIMIT_ROWS"),
            ("wide.csv", b"a,b,c,d,e,f\n" + b"1,2,3,4,5,6\n" * 20, "ODDLINE_LIMIT_COLUMNS"),
            ("line.log", b"one\n" * 20 + b"x" * (3 << 20) + b"\n", "ODDLINE_LIMIT_LINE_BYTES"),
        ],
    )
    def test_what_is_too_much_is_told_with_its_setting(self, bench, name, content, setting):
        job = bench.job(bench.post("/scans", {"uploads": [bench.upload(name, content)]})["job"]["id"])
        assert job["state"] == "failed" and setting in job["problem"]["hint"], job["problem"]

    def test_what_takes_too_long_is_ended(self, bench, monkeypatch):
        short = bench.service.settings.limits.model_copy(update={"job_seconds": 2})
        settings = bench.service.settings.model_copy(update={"limits": short})
        monkeypatch.setattr(bench.service, "settings", settings)
        job = bench.job(bench.post("/scans", {"uploads": [bench.upload("t.csv", numbers(400))], **SLOW})["job"]["id"])
        assert job["state"] == "failed" and "ODDLINE_LIMIT_JOB_SECONDS" in job["problem"]["expected"]

    def test_what_takes_too_much_memory_is_ended(self, bench, monkeypatch):
        small = bench.service.settings.limits.model_copy(update={"job_memory_bytes": 50 << 20})
        settings = bench.service.settings.model_copy(update={"limits": small})
        monkeypatch.setattr(bench.service, "settings", settings)
        job = bench.job(bench.post("/scans", {"uploads": [bench.upload("t.csv", numbers(400))], **SLOW})["job"]["id"])
        assert job["state"] == "failed" and "ODDLINE_LIMIT_JOB_MEMORY_BYTES" in job["problem"]["expected"]


def test_a_file_called_like_a_module_is_not_run(bench, tmp_path):
    trap = tmp_path / "run"
    content = f"open({str(trap)!r}, 'w')\n".encode() * 30
    names = ("polars.py", "json.py", "sitecustomize.py", "oddline.py", "usercustomize.py")
    uploads = [bench.upload(name, content) for name in names]
    bench.done(bench.post("/scans", {"uploads": uploads})["job"]["id"])
    assert not trap.exists()


def test_a_process_is_told_no_secrets(monkeypatch):
    from oddline.service.jobs.process import _environment

    for name in ("AWS_SECRET_ACCESS_KEY", "ODDLINE_DATABASE_URL", "ODDLINE_OIDC_CLIENT_SECRET", "PGPASSWORD"):
        monkeypatch.setenv(name, "hunter2")
    assert "hunter2" not in _environment(Path("/x")).values()
    assert "PATH" in _environment(Path("/x"))


def test_same_names_are_told_apart_and_baselines_lie_aside(bench, app_log):
    first, second = bench.upload("app.log", app_log), bench.upload("app.log", app_log)
    scan = bench.post("/scans", {"uploads": [first, second], "baseline": {"uploads": [first]}})
    bench.done(scan["job"]["id"])
    found = bench.get(f"/scans/{scan['id']}")
    assert [one["path"] for one in found["summary"]["inputs"]] == ["app.log", "app (2).log"]
    assert found["baseline"]["name"] == found["summary"]["against"] == "app.log"


def test_a_scan_is_asked_again_with_another_detector(bench):
    upload = bench.upload("table.csv", numbers(200))
    first = bench.post("/scans", {"uploads": [upload], "detector": "mahalanobis", "title": "Flows"})
    second = bench.post(f"/scans/{first['id']}/again", {"detector": "hbos", "title": "Flows, otherwise"})
    assert second["id"] != first["id"] and second["request"]["detector"] == "hbos"
    assert bench.post(f"/scans/{first['id']}/again", {"wrong": 1}, status=422)["title"].startswith("wrong")
    bench.done(first["job"]["id"])
    bench.done(second["job"]["id"])
    third = bench.post("/scans", {"uploads": [upload], "baseline": {"scan": first["id"]}})
    bench.done(third["job"]["id"])
    listed = bench.get("/scans?q=flows&state=done")["items"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    bench.client.patch(f"/api/v1/scans/{first['id']}", json={"title": "Renamed"}, headers=bench.headers)
    assert bench.get(f"/scans/{first['id']}")["title"] == "Renamed"


def test_a_process_that_breaks_is_a_bug_with_its_log_kept(bench, monkeypatch):
    from oddline.service.jobs import steps

    def broken(*arguments, **options):
        return ran(arguments[0], ["no_such_kind"], *arguments[2:], **options)

    ran = steps.ran
    monkeypatch.setattr(steps, "ran", broken)
    job = bench.job(bench.post("/scans", {"uploads": [bench.upload("a.log", b"one\n")]})["job"]["id"])
    assert job["state"] == "failed" and job["problem"]["type"] == "urn:oddline:problem:bug"
    log = bench.get(f"/jobs/{job['id']}/log")["lines"]
    assert "ModuleNotFoundError" in log[-1]["text"]


def test_who_may_only_read_starts_and_ends_nothing(bench, people, team):
    job = bench.post("/scans", {"uploads": [bench.upload("a.log", b"one\ntwo\n")]})["job"]["id"]
    viewer = people.bearer("vera", team, "viewer")
    for path in (f"/jobs/{job}/cancel", f"/jobs/{job}/retry", "/scans", "/models/fit", "/evaluations", "/tunings"):
        assert bench.client.post(f"/api/v1{path}", json={}, headers=viewer).status_code == 403, path
    sender = people.bearer("sam", team, "ingest")
    assert bench.client.get(f"/api/v1/jobs/{job}", headers=sender).status_code == 403
    bench.job(job)


def test_a_worker_is_on_the_list_while_it_works(bench):
    with bench.service.reading() as db:
        (worker,) = db.query(Worker).all()
    assert worker.pid == os.getpid()
