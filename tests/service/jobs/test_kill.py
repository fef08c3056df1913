"""Processes are stopped and killed in the midst of work: nothing is lost, nothing is done twice."""

from __future__ import annotations

import pytest
from benchmarks._house import Client, House
from benchmarks.kill import log_of, told, undisturbed


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, tmp_path):
    database = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    made = House(tmp_path / "house", database)
    yield made
    made.stop()


def wait_until_it_runs(client, path):
    while client.get(path)["state"] == "queued":
        pass


def test_a_job_goes_on_after_its_process_was_stopped_and_killed(house, tmp_path):
    runs_jobs = "server" if house.database is None else "one"
    house.start("server")
    if house.database:
        house.start("one")
    with Client(house) as client:
        upload = client.upload("round1.log", log_of(1))
        scan = client.begin("/scans", "scan1", {"uploads": [upload], "title": "scan1"})
        model = client.begin("/models/fit", "fit1", {"uploads": [upload], "name": "fit1"})
        wait_until_it_runs(client, f"/scans/{scan}")
        house.processes[runs_jobs].terminate()
        house.processes[runs_jobs].wait(30)
        assert house.database is None or client.get(f"/scans/{scan}")["state"] == "running"
        house.start(runs_jobs)
        wait_until_it_runs(client, f"/models/{model}")
        if house.database:  # another one takes over from who never comes back
            house.start("two")
        house.kill(runs_jobs)
        if not house.database:
            house.start(runs_jobs)
        ends = [client.done(f"/scans/{scan}"), client.done(f"/models/{model}")]
        assert [one["state"] for one in ends] == ["done", "done"]
        assert sum(client.begun(one["job"]["id"]) for one in ends) >= 3
        assert [len(client.get(f"/{what}")["items"]) for what in ("scans", "models", "jobs")] == [1, 1, 2]
        assert told(client, scan, model) == undisturbed(tmp_path / "undisturbed", 1)
