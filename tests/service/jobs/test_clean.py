"""The clean-up."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from oddline.service.db.tables import Artifact, AuditEntry, JobEvent, Scan, Upload
from oddline.service.db.types import now
from oddline.service.jobs import clean
from oddline.service.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path / "data", workers=0, upload_days=10, scan_days=20)


def aged(service, blob: str, days: float) -> None:
    moment = time.time() - days * 86_400
    os.utime(service.store.local(blob), (moment, moment))


def test_old_blobs_that_nobody_refers_to_go_and_no_others(bench, service, team):
    referred = service.store.put(b"referred to")
    young, old = service.store.put(b"young"), service.store.put(b"old")
    sent = bench.upload("app.log", b"sent")
    with service.writing() as db:
        db.add(Artifact(owner_id="scn_1", name="x", workspace_id=team, blob=referred, size=1))
        part = db.get(Upload, sent).parts[0].blob
    for blob in (referred, old, part):
        aged(service, blob, 2)
    assert clean.run(service)["files"] == 1
    assert [service.store.has(blob) for blob in (referred, young, old, part)] == [True, True, False, True]


def test_a_blob_that_somebody_refers_to_just_now_stays(service, team, monkeypatch):
    blob = service.store.put(b"wanted at the last moment")
    aged(service, blob, 2)
    known = clean._known

    def refer(db, names):
        found = known(db, names)
        if not found:
            with service.writing() as other:
                other.merge(Artifact(owner_id="scn_1", name="x", workspace_id=team, blob=blob, size=1))
        return found

    calls = iter((refer, known))
    monkeypatch.setattr(clean, "_known", lambda db, names: next(calls)(db, names))  # noqa: PLW0108
    assert clean.run(service)["files"] == 0
    assert service.store.has(blob)


def test_what_is_too_old_expires_and_what_is_waited_for_does_not(bench, service, team):
    old, waited_for, fresh = (bench.upload(f"{name}.log", b"one\n") for name in ("old", "waited", "fresh"))
    half = bench.upload("half.log", b"one\n", state="receiving")
    scan = bench.post("/scans", {"uploads": [waited_for]})
    with service.writing() as db:
        for upload in (old, waited_for):
            db.get(Upload, upload).created = now() - timedelta(days=11)
        db.get(Upload, half).created = now() - timedelta(days=3)
        past = Scan(workspace_id=team, title="past", state="done", created=now() - timedelta(days=21))
        db.add(past)
        db.get(Scan, scan["id"]).created = now() - timedelta(days=21)
    told = clean.run(service)
    assert (told["uploads"], told["scans"]) == (2, 1)
    with service.reading() as db:
        assert {upload.id for upload in db.query(Upload)} == {waited_for, fresh}
        assert [one.id for one in db.query(Scan)] == [scan["id"]]
        assert {entry.subject for entry in db.query(AuditEntry) if entry.who == "Oddline"} == {old, half, past.id}


def test_folders_of_processes_that_are_gone_go(service):
    gone = service.settings.data_dir / "work" / "wrk-1" / "job_1-1-x"
    gone.mkdir(parents=True)
    assert clean.run(service)["folders"] == 1 and not gone.exists()


def test_progress_of_jobs_that_ended_long_ago_is_forgotten(bench, service, team):
    from oddline.service.db.tables import Job

    with service.writing() as db:
        for name, days in (("job_old", 8), ("job_new", 1)):
            ended = now() - timedelta(days=days)
            db.add(Job(id=name, workspace_id=team, kind="scan", state="done", finished=ended))
            db.flush()
            db.add_all(JobEvent(job_id=name, workspace_id=team, kind=kind) for kind in ("progress", "state"))
    clean.run(service)
    with service.reading() as db:
        left = {(one.job_id, one.kind) for one in db.query(JobEvent)}
    assert left == {("job_old", "state"), ("job_new", "state"), ("job_new", "progress")}


class TestAsked:
    @pytest.fixture
    def settings(self, tmp_path) -> Settings:
        return Settings(data_dir=tmp_path / "data", workers=1)

    def test_an_administrator_asks_for_it(self, bench, people, team, service):
        assert bench.post("/jobs/clean", status=403)
        people.user("root", team, "admin", administrator=True, password="x")
        from oddline.service.acts.jobs import clean as ask
        from oddline.service.asker import Asker
        from oddline.service.door import Desk

        asker = Asker("usr_1", "Root", "r@x", True, team, "team", "Team", "admin", "")
        with service.writing() as db:
            root = db.query(Upload).first()
            assert root is None
            from oddline.service.db.tables import User

            asker = Asker(db.query(User).filter_by(name="Root").one().id, *list(vars(asker).values())[1:9])
            job = ask(Desk(service, db, asker)).id
        bench.done(job)
        assert bench.get(f"/jobs/{job}/log")["lines"][0]["text"].startswith("removed: ")

    def test_ended_workflows_are_forgotten_in_the_end(self, bench, service, monkeypatch):
        from oddline.service.jobs import durable

        job = bench.post("/scans", {"uploads": [bench.upload("a.log", b"one\ntwo\n")]})["job"]["id"]
        bench.done(job)
        crew = service.parts["jobs"]
        for remembered, left in ((timedelta(days=1), "finished"), (-timedelta(days=1), "unknown")):
            monkeypatch.setattr(durable, "REMEMBERED", remembered)
            crew.clean()
            assert durable.known(job, 1) == left
        assert bench.get(f"/jobs/{job}")["state"] == "done"
