"""The steps of a job: what is published is published once, by whoever may."""

from __future__ import annotations

import json
from threading import Event, Thread

import pytest
from sqlalchemy import event, select

from oddline.service.context import Service
from oddline.service.db.tables import Artifact, Incident, Job, JobEvent, Model, Workspace
from oddline.service.jobs import steps
from oddline.service.jobs.events import tell
from oddline.service.jobs.kinds.scan import incident_id
from oddline.service.settings import Settings


@pytest.fixture
def settings(settings) -> Settings:
    return settings.model_copy(update={"workers": 0})


@pytest.fixture
def outcome(service, team):
    """A fit that is running, and what came of it."""
    with service.writing() as db:
        db.add(Model(id="mdl_1", workspace_id=team, name="m", state="running", job_id="job_1"))
        db.add(Job(id="job_1", workspace_id=team, kind="fit", subject_id="mdl_1", state="running", attempt=2))
    told = service.store.put(json.dumps({"card": {"detector": "knn"}}).encode())
    blob = service.store.put(b"a bundle")
    return {"state": "done", "files": {"model.odd": [blob, 8]}, "told": told}


def test_an_outcome_is_published_once(service, outcome):
    assert steps.publish(service, "job_1", 2, outcome) == "done"
    assert steps.publish(service, "job_1", 2, outcome) == "gone"
    with service.reading() as db:
        assert db.get(Model, "mdl_1").state == "done" and db.get(Model, "mdl_1").card == {"detector": "knn"}
        assert db.query(Artifact).count() == 1
        assert [one.data["state"] for one in db.query(JobEvent)] == ["done"]


def test_an_attempt_that_was_given_up_publishes_nothing(service, outcome):
    assert steps.publish(service, "job_1", 1, outcome) == "gone"
    with service.writing() as db:
        db.get(Job, "job_1").state = "cancelled"
    assert steps.publish(service, "job_1", 2, outcome) == "gone"
    with service.reading() as db:
        assert db.query(Artifact).count() == 0 and db.get(Model, "mdl_1").state == "running"


@pytest.mark.parametrize("lost", ["told", "file"])
def test_what_was_cleaned_up_before_it_was_published_is_done_again(service, outcome, lost):
    service.store.remove(outcome["told"] if lost == "told" else outcome["files"]["model.odd"][0])
    with pytest.raises(LookupError):
        steps.publish(service, "job_1", 2, outcome)
    with service.reading() as db:
        assert db.query(Artifact).count() == 0 and db.get(Job, "job_1").state == "running"


def test_the_same_incident_has_the_same_id(service, team):
    assert incident_id("scn_1", "a") == incident_id("scn_1", "a") != incident_id("scn_2", "a")
    assert Incident.id.type.length >= len(incident_id("scn_1", "a"))


def test_events_are_seen_in_the_order_of_their_numbers(postgresql, tmp_path):
    """Of two transactions the one that wrote first is seen first, however long it takes to end."""
    service = Service.open(Settings(data_dir=tmp_path / "data", database=postgresql))
    with service.writing() as db:
        db.add(Workspace(id="wsp_1", slug="team", name="Team"))
    written, waited = Event(), Event()

    def slow() -> None:
        with service.writing() as db:
            tell(db, "wsp_1", "change", {"who": "slow"})

            @event.listens_for(db, "before_commit")
            def _wait(_db):
                written.set()
                waited.wait(1.0)

    def quick() -> None:
        written.wait(10)
        with service.writing() as db:
            tell(db, "wsp_1", "change", {"who": "quick"})

    threads = [Thread(target=slow), Thread(target=quick)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while len(seen) < 2:
        with service.reading() as db:
            for number in db.scalars(select(JobEvent.id).order_by(JobEvent.id)):
                if number not in seen:
                    assert not seen or number > seen[-1]
                    seen.append(number)
    for thread in threads:
        thread.join()
    service.close()
