"""The documentation's example against a service with jobs; what it downloads is what the command line writes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks._service import served

from oddline.client import Client, Invalid

PAGE = Path(__file__).parents[2] / "docs" / "client.md"
GOOD = "".join(
    f"2026-01-02 03:{n // 60 % 60:02d}:{n % 60:02d} INFO app: request {n} served in {n % 7} ms\n" for n in range(600)
)
ODD = GOOD + "2026-01-02 04:00:00 ERROR app: out of memory while serving request 17\n"


@pytest.fixture(scope="module")
def running():
    with served(workers=1) as service:
        yield service


def test_the_example_does_what_it_says(running, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("yesterday.log").write_text(GOOD)
    Path("app.log").write_text(ODD)
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    code = code.replace("http://127.0.0.1:8765", running.url).replace("odl_…", running.token)
    exec(compile(code, str(PAGE), "exec"), {})
    said = capsys.readouterr().out
    assert f"{len(ODD):,} of {len(ODD):,} bytes" in said
    assert "601 " in said  # the odd line
    whole = Path("whole.csv")
    with Client(running.url, running.token) as client:
        scan = next(client.scans.each(state="done"))
        client.scans.download(scan, whole)
        assert client.scans.page(scan, anomalies=True).total == scan.summary.anomalies >= 1
        heard = [event.kind for event in client.jobs.events(scan.job)]
        assert heard[-1] == "state"
        with pytest.raises(Invalid):
            client.scans.start(scan.uploads[0].id, detector="no_such")
    command = ["scan", "app.log", "--baseline", "yesterday.log", "--budget", "5", "-o", "cli.csv", "--quiet"]
    subprocess.run([sys.executable, "-m", "oddline", *command], check=False, capture_output=True)
    assert whole.read_bytes() == Path("cli.csv").read_bytes()
    assert 0 < len(Path("odd.csv").read_bytes()) < len(whole.read_bytes())


def test_every_attribute_of_the_table_is_there():
    table = re.findall(r"^\| `(.*?)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    client = Client("http://service", "odl_x")
    for names, verbs in table[:7]:
        for name in re.findall(r"\w+", names):
            known = getattr(client, name, None)
            for verb in re.findall(r"`([a-z_ ]+)`", verbs)[0].split():
                assert hasattr(known, verb) or name == "plugins", f"client.{name}.{verb}"
