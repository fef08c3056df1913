"""Events of jobs, as streams."""

from __future__ import annotations

import json

import pytest

from oddline.service.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    """What is tried here is the same wherever the service keeps what it has."""
    return Settings(data_dir=tmp_path / "data", workers=1)


def read(lines):
    """Read a stream of events into (id, event, data)."""
    one: dict[str, str] = {}
    for line in lines:
        if not line:
            if "data" in one:
                yield int(one["id"]) if "id" in one else None, one["event"], json.loads(one["data"])
            one = {}
        elif not line.startswith(":"):
            key, _, value = line.partition(": ")
            one[key] = value


def events_of(bench, job, **headers):
    with bench.client.stream("GET", f"/api/v1/jobs/{job}/events", headers=bench.headers | headers) as answer:
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/event-stream")
        return list(read(answer.iter_lines()))


def test_a_stream_tells_how_a_job_goes_and_ends_with_it(bench, app_log):
    job = bench.post("/scans", {"uploads": [bench.upload("app.log", app_log)]})["job"]["id"]
    told = events_of(bench, job)
    states = [data["state"] for _, event, data in told if event == "state"]
    assert states[0] in {"queued", "running"} and states[-1] == "done"
    shares = [data["share"] for _, event, data in told if event == "progress"]
    assert shares and shares == sorted(shares)
    ids = [number for number, *_ in told if number is not None]
    assert ids == sorted(set(ids))


def test_a_stream_goes_on_where_it_was_cut_off(bench, app_log):
    job = bench.post("/scans", {"uploads": [bench.upload("app.log", app_log)]})["job"]["id"]
    other = bench.post("/scans", {"uploads": [bench.upload("other.log", b"one\ntwo\n")]})["job"]["id"]
    bench.done(job)
    bench.done(other)
    whole = events_of(bench, job, **{"Last-Event-ID": "0"})
    assert whole[0][1:][0] == "state" and whole[0][2]["state"] == "queued"
    assert {data.get("job", data.get("id")) for *_, data in whole} == {job}
    cut = whole[2][0]
    assert events_of(bench, job, **{"Last-Event-ID": str(cut)}) == whole[3:]


def test_nobody_hears_of_another_workspace(bench, people):
    elsewhere = people.workspace("elsewhere")
    other = people.bearer("eve", elsewhere, "admin")
    job = bench.post("/scans", {"uploads": [bench.upload("a.log", b"one\ntwo\n")]})["job"]["id"]
    assert bench.client.get(f"/api/v1/jobs/{job}/events", headers=other).status_code == 404
    bench.job(job)
