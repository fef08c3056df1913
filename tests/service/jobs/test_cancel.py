"""Jobs that are cancelled, removed, tried again."""

from __future__ import annotations

import os
import time
from pathlib import Path

from oddline.service.db.tables import Artifact, AuditEntry
from tests.service.jobs.conftest import SLOW, numbers


def children() -> set[int]:
    """List the processes that this one has started and that are alive."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[1]) == os.getpid() and told[0] != "Z":
            found.add(int(status.parent.name))
    return found


def until(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(bench) -> str:
    """Start a long scan, and give its job once its process runs."""
    before = children()
    scan = bench.post("/scans", {"uploads": [bench.upload("table.csv", numbers(3000))], **SLOW})
    bench.job(scan["job"]["id"], "running")
    until(lambda: children() - before)
    return scan["job"]["id"]


def test_a_running_job_is_cancelled_and_its_process_is_gone(bench):
    before = children()
    job = running(bench)
    cancelled = bench.post(f"/jobs/{job}/cancel", status=200)
    assert cancelled["state"] == "cancelled" and cancelled["can"] == ["retry"]
    until(lambda: not children() - before)
    assert bench.get(f"/scans/{cancelled['subject']}")["state"] == "cancelled"
    assert bench.post(f"/jobs/{job}/cancel", status=409)["status"] == 409
    with bench.service.reading() as db:
        assert db.query(Artifact).count() == 0
        assert {"job.cancel", "scan.start"} <= {entry.action for entry in db.query(AuditEntry)}


def test_a_waiting_job_is_cancelled_and_never_runs(bench):
    first = running(bench)
    second = bench.post("/scans", {"uploads": [bench.upload("a.log", b"one\ntwo\n")]})["job"]["id"]
    assert bench.get(f"/jobs/{second}")["waiting"] == 0
    bench.post(f"/jobs/{second}/cancel", status=200)
    bench.post(f"/jobs/{first}/cancel", status=200)
    third = bench.post("/scans", {"uploads": [bench.upload("a.log", b"one\ntwo\n")]})["job"]["id"]
    bench.done(third)
    assert bench.get(f"/jobs/{second}")["started"] is None


def test_what_was_cancelled_is_tried_again(bench):
    scan = bench.post("/scans", {"uploads": [bench.upload("table.csv", numbers(300))], "detector": "mahalanobis"})
    job = scan["job"]["id"]
    bench.post(f"/jobs/{job}/cancel", status=200)
    again = bench.post(f"/jobs/{job}/retry")
    assert (again["id"], again["attempt"]) == (job, 2)
    assert bench.done(job)["attempt"] == 2
    assert bench.get(f"/scans/{scan['id']}")["state"] == "done"
    assert bench.post(f"/jobs/{job}/retry", status=409)["expected"] == "one that failed or was cancelled"


def test_a_scan_that_is_removed_takes_its_job_along(bench):
    before = children()
    job = running(bench)
    scan = bench.get(f"/jobs/{job}")["subject"]
    assert bench.client.delete(f"/api/v1/scans/{scan}", headers=bench.headers).status_code == 204
    until(lambda: not children() - before)
    assert bench.client.get(f"/api/v1/scans/{scan}", headers=bench.headers).status_code == 404
    assert bench.get(f"/jobs/{job}")["state"] == "cancelled"
    assert bench.post(f"/jobs/{job}/retry", status=409)["title"].startswith("what it worked for")
