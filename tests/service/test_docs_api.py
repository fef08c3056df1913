"""The tour of the API runs as it stands in the docs, against a real server; and every noun of it is in the tour."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from oddline.service.context import Service
from oddline.service.settings import Settings
from tests.service.conftest import People

ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture
def server(tmp_path):
    """A server in a process of its own, and a token of an analyst."""
    service = Service.open(Settings(data_dir=tmp_path / "data"))
    people = People(service)
    team = people.workspace("team")
    token = people.bearer("mina", team, "analyst")["Authorization"].removeprefix("Bearer ")
    people.user("root", team, "admin", administrator=True)
    service.close()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "oddline", "serve", "--data-dir", tmp_path / "data", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/ready").read()
                break
            except OSError:
                time.sleep(0.1)
        yield url, token
    finally:
        process.terminate()
        process.wait(30)


def test_the_tour_runs_as_it_stands(server, tmp_path):
    url, token = server
    (code,) = re.findall(r"```python\n(.*?)```", TOUR, flags=re.DOTALL)
    code = code.replace("http://127.0.0.1:8765", url).replace("odl_…", token)
    log = ROOT / "examples" / "shop" / "app.log"
    (tmp_path / "app.log").write_bytes(log.read_bytes())
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    verdict, *rows = done.stdout.splitlines()
    assert verdict and rows and all(" app.log " in row for row in rows)
    scan = [sys.executable, "-m", "oddline", "scan", "app.log", "--budget", "5", "-o", "same.csv", "-q"]
    subprocess.run(scan, cwd=tmp_path, check=True, capture_output=True, env=os.environ)
    assert (tmp_path / "scored.csv").read_bytes() == (tmp_path / "same.csv").read_bytes()


def test_every_noun_is_in_the_tour(app):
    nouns = {path.split("/")[3] for path in app.openapi()["paths"] if path.startswith("/api/v1/")}
    told = set(re.findall(r"`/([a-z]+)", TOUR))
    assert nouns - told - {"session", "sessions", "setup", "registration", "example", "password", "reset"} == set()
