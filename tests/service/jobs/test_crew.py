"""Who runs what: turns, deaths, comebacks."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from oddline.core.errors import ConfigError
from oddline.service.db.tables import Job, Worker
from oddline.service.db.types import now
from oddline.service.jobs import crew as crews
from oddline.service.jobs import durable, roster
from oddline.service.jobs.crew import Crew
from oddline.service.jobs.events import tell
from oddline.service.jobs.feed import Feed
from oddline.service.settings import Settings


class TestTurns:
    @pytest.fixture
    def settings(self, settings) -> Settings:
        return settings.model_copy(update={"workers": 0})

    def test_no_workspace_keeps_the_others_waiting(self, service, people, monkeypatch):
        taken = []
        monkeypatch.setattr(durable, "start", lambda job, attempt: taken.append(job))
        busy, idle = people.workspace("busy"), people.workspace("idle")
        with service.writing() as db:
            for name, workspace in (("job_1", busy), ("job_2", busy), ("job_3", idle)):
                db.add(Job(id=name, workspace_id=workspace, kind="scan", state="queued"))
                db.flush()
        crew = Crew(service, 2)
        while crew._take():
            pass
        assert taken == ["job_1", "job_3"]
        crew.left("job_1", 1)
        assert crew._take() and taken == ["job_1", "job_3", "job_2"]

    def test_a_job_that_could_not_be_started_is_given_back(self, service, people, monkeypatch):
        team = people.workspace("team")
        with service.writing() as db:
            db.add(Job(id="job_1", workspace_id=team, kind="scan", state="queued"))

        def broken(job, attempt):
            raise OSError("no database")

        monkeypatch.setattr(durable, "start", broken)
        monkeypatch.setattr(durable, "known", lambda *_: "unknown")
        monkeypatch.setattr(durable, "recover", lambda *_: None)
        crew = Crew(service, 1)
        with service.writing() as db:
            roster.enter(db, crew.name)
        with pytest.raises(OSError, match="no database"):
            crew._take()
        crew._recover()
        with service.reading() as db:
            job = db.get(Job, "job_1")
        assert (job.state, job.worker) == ("queued", None)

    def test_a_job_that_nobody_can_end_fails(self, service, people, monkeypatch):
        team = people.workspace("team")
        with service.writing() as db:
            db.add(Job(id="job_1", workspace_id=team, kind="clean", state="running", worker="wrk-gone"))
        monkeypatch.setattr(durable, "known", lambda *_: "finished")
        monkeypatch.setattr(durable, "recover", lambda *_: None)
        Crew(service, 1)._recover()
        with service.reading() as db:
            job = db.get(Job, "job_1")
        assert job.state == "failed" and job.problem["hint"] == "try it again"

    def test_who_is_silent_or_gone_is_dead(self, service):
        me, machine = roster.new_name(), roster._machine()
        names = {
            "silent": f"wrk-elsewhere-{os.getpid()}-1",
            "far": f"wrk-elsewhere-{os.getpid()}-2",
            "gone": f"wrk-{machine}-1-3",
            "near": f"wrk-{machine}-1-4",
        }
        with service.writing() as db:
            roster.enter(db, me)
            for name in names.values():
                db.add(Worker(id=name, host="x", pid=os.getpid(), version="1"))
            db.flush()
            db.execute(update(Worker).where(Worker.id == names["silent"]).values(seen=now() - timedelta(seconds=31)))
            db.execute(update(Worker).where(Worker.id == names["gone"]).values(pid=2**22 + 1))
        with service.writing() as db:
            assert roster.living(db, me, alone=False) == {me, names["far"], names["near"]}
            assert roster.living(db, me, alone=True) == {me}
        with service.writing() as db:
            assert roster.beat(db, me) and not roster.beat(db, names["near"])


def test_who_was_taken_for_dead_comes_back_under_another_name_and_nothing_is_lost(bench, monkeypatch, app_log):
    monkeypatch.setattr(roster, "BEAT", 0.2)
    monkeypatch.setattr(crews, "ROUND", 0.5)
    time.sleep(5.5)  # the beat that had begun before
    crew = bench.service.parts["jobs"]
    before = crew.name
    job = bench.post("/scans", {"uploads": [bench.upload("app.log", app_log)]})["job"]["id"]
    bench.job(job, "running")
    with bench.service.writing() as db:
        db.query(Worker).delete()
    bench.done(job)
    assert crew.name != before
    with bench.service.reading() as db:
        assert [worker.id for worker in db.query(Worker)] == [crew.name]


class TestAlone:
    @pytest.fixture
    def settings(self, tmp_path) -> Settings:
        return Settings(data_dir=tmp_path / "data", workers=0)

    def test_a_second_process_does_not_run_the_jobs_of_a_sqlite_database(self, service):
        first, second = Crew(service, 1), Crew(service, 1)
        first._guard.hold()
        with pytest.raises(ConfigError, match="another process"):
            second.start()
        first._guard.release()
        second._guard.hold()
        second._guard.release()


class TestFeed:
    @pytest.fixture
    def settings(self, settings) -> Settings:
        return settings.model_copy(update={"workers": 0})

    def test_each_workspace_hears_its_own(self, service, people):
        ours, theirs = people.workspace("ours"), people.workspace("theirs")
        feed = Feed(service)

        def happen(workspace, what):
            with service.writing() as db:
                tell(db, workspace, "change", {"what": what})

        async def listened(workspace, count):
            heard = []
            async for one in feed.listen(workspace, None, None):
                heard.append(one.data["what"])
                if len(heard) == count:
                    break
            return heard

        async def everything():
            happen(ours, "before")
            listeners = [asyncio.create_task(listened(one, 2)) for one in (ours, theirs)]
            while len(feed._listeners) < 2 or not feed._begun.is_set():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
            for workspace, what in ((ours, "a"), (theirs, "x"), (ours, "b"), (theirs, "y")):
                happen(workspace, what)
            return await asyncio.wait_for(asyncio.gather(*listeners), 10)

        try:
            assert asyncio.run(everything()) == [["a", "b"], ["x", "y"]]
        finally:
            feed.stop()

    def test_who_does_not_read_is_let_go(self, service, people, monkeypatch):
        from oddline.service.jobs import feed as feeds

        monkeypatch.setattr(feeds, "BEHIND", 3)
        team, feed = people.workspace("team"), Feed(service)

        async def slow():
            stream = feed.listen(team, None, 0)
            with service.writing() as db:
                tell(db, team, "change", {"what": 0})
            first = await anext(stream)
            with service.writing() as db:
                for number in range(1, 9):
                    tell(db, team, "change", {"what": number})
            await asyncio.sleep(1.0)
            return [first.data["what"]] + [one.data["what"] async for one in stream]

        try:
            heard = asyncio.run(asyncio.wait_for(slow(), 10))
        finally:
            feed.stop()
        assert heard == list(range(len(heard)))  # what it heard it heard in order, and then the stream was over

    def test_a_stream_ends_when_the_service_does(self, service, people):
        team, feed = people.workspace("team"), Feed(service)

        async def cut():
            task = asyncio.create_task(anext(feed.listen(team, None, None), "over"))
            await asyncio.sleep(0.5)
            feed.close()
            return await asyncio.wait_for(task, 5)

        assert asyncio.run(cut()) == "over"
        feed.stop()
