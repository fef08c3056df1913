"""Scans as jobs."""

from __future__ import annotations

import os
import subprocess
import sys


def test_a_scan_is_done_and_is_what_the_command_line_writes(bench, app_log, tmp_path):
    scan = bench.post("/scans", {"uploads": [bench.upload("app.log", app_log)]})
    assert (scan["state"], scan["title"], scan["job"]["state"]) == ("queued", "app.log", "queued")
    job = bench.done(scan["job"]["id"])
    assert (job["share"], job["attempt"], job["subject"]) == (1.0, 1, scan["id"])
    found = bench.get(f"/scans/{scan['id']}")
    assert found["state"] == "done" and found["summary"]["rows"] == 900
    assert found["incidents"]["open"] == found["incidents"]["total"] > 0
    csv = bench.client.get(f"/api/v1/scans/{scan['id']}/download?format=csv", headers=bench.headers)
    assert csv.status_code == 200
    (tmp_path / "app.log").write_bytes(app_log)
    subprocess.run(
        [sys.executable, "-m", "oddline", "scan", "app.log", "-o", "out.csv", "-q"],
        cwd=tmp_path,
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ,
    )
    assert csv.content == (tmp_path / "out.csv").read_bytes()
