"""Fifty clients read and filter one scan for a minute; a peer's server answers the same clients in the same run.

A log of 200,000 lines (fixed seed) is scanned by ``oddline serve``; each client asks one question after another
without a pause: pages of rows by filter, search and sort, opened rows, the timeline, templates, incidents, the page of
the scan. The peer is Datasette over the same rows in SQLite, indexed by score, asked for pages, filters and searches
of the same kind; it does less (no people, no reasons), and is the usual way to put a table on the web.

    python -m benchmarks.serve_load [--seconds 60] [--clients 50] [--pause 0]

Datasette is run from an environment of its own: ``--datasette PATH`` names its program.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks._data import write_result
from benchmarks.findings import build
from oddline.client import Client

LINES = 200_000
WORDS = ("refused", "order", "timeout", "10.3.7", "opened", "absent-word", "GET", "retries", "customer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds that a client waits between questions")
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--datasette", default=shutil.which("datasette"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        log = folder / "app.log"
        build(log, asked.lines)
        rows = []
        with oddline(folder) as (url, token):
            scan, scored = scanned(url, token, log, folder)
            rows.append(measured("oddline", url, token, ours(scan, asked.lines), asked))
        if asked.datasette:
            with datasette(asked.datasette, scored, folder) as url:
                rows.append(measured("datasette", url, None, theirs(asked.lines), asked))
    told = {"lines": asked.lines, "clients": asked.clients, "seconds": asked.seconds, "pause": asked.pause}
    write_result("serve_load", rows, **told)


def ours(scan: str, lines: int) -> Callable[[random.Random], str]:
    """What a client may ask of Oddline."""
    api = f"/api/v1/scans/{scan}"

    def ask(chance: random.Random) -> str:
        word, row = chance.choice(WORDS), chance.randrange(lines)
        return chance.choice(
            (
                f"{api}/rows?anomalies=true&sort=-score",
                f"{api}/rows?q={word}&limit=50",
                f"{api}/rows?sort=line&limit=100",
                f"{api}/rows?severity=high&severity=critical",
                f"{api}/rows/{row}",
                f"{api}/timeline?bins=100",
                f"{api}/templates",
                f"{api}/incidents",
                f"/scans/{scan}",
            )
        )

    return ask


def theirs(lines: int) -> Callable[[random.Random], str]:
    """What a client may ask of Datasette: the like, in its own words."""

    def ask(chance: random.Random) -> str:
        word, row = chance.choice(WORDS), chance.randrange(1, lines)
        return chance.choice(
            (
                "/scored/rows.json?anomaly=1&_sort_desc=score&_size=100",
                f"/scored/rows.json?text__contains={word}&_size=50",
                "/scored/rows.json?_sort=line&_size=100",
                "/scored/rows.json?severity__in=high,critical&_size=100",
                f"/scored/rows/{row}.json",
                "/scored/rows.json?_facet=severity&_size=0",
                "/scored/rows.json?_facet=template_id&_size=0",
                "/scored/rows.json?anomaly=1&_size=100",
                "/scored/rows",
            )
        )

    return ask


def measured(name: str, url: str, token: str | None, ask: Callable[[random.Random], str], asked: Any) -> dict[str, Any]:
    """Let the clients ask, and tell how long the answers took."""
    times, wrong = asyncio.run(crowd(url, token, ask, asked))
    taken = np.sort(np.array(times)) * 1000
    row = {
        "server": name,
        "answers": len(taken),
        "per_second": round(len(taken) / asked.seconds, 1),
        "median_ms": round(float(np.quantile(taken, 0.5)), 1),
        "p95_ms": round(float(np.quantile(taken, 0.95)), 1),
        "p99_ms": round(float(np.quantile(taken, 0.99)), 1),
        "errors": sum(wrong.values()),
        "wrong": wrong,
    }
    print(row, flush=True)
    return row


async def crowd(
    url: str, token: str | None, ask: Callable[[random.Random], str], asked: Any
) -> tuple[list[float], dict[str, int]]:
    """Run all clients side by side, each on a connection of its own."""
    host, port = url.removeprefix("http://").split(":")
    times: list[float] = []
    wrong: dict[str, int] = {}
    end = time.monotonic() + asked.seconds

    async def client(number: int) -> None:
        chance = random.Random(number)
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"Host: {host}:{port}\r\nAccept: */*\r\n" + (f"Authorization: Bearer {token}\r\n" if token else "")
        while time.monotonic() < end:
            begun = time.monotonic()
            path = ask(chance)
            writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
            status = await answer(reader)
            times.append(time.monotonic() - begun)
            if status != 200:
                wrong[f"{status} {path.split('?')[0]}"] = wrong.get(f"{status} {path.split('?')[0]}", 0) + 1
            await asyncio.sleep(asked.pause)
        writer.close()

    await asyncio.gather(*(client(number) for number in range(asked.clients)))
    return times, wrong


async def answer(reader: asyncio.StreamReader) -> int:
    """Read one answer whole, and give its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"content-length:" in head:
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
    else:
        while size := int((await reader.readline()).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return status


def scanned(url: str, token: str, log: Path, folder: Path) -> tuple[str, pl.DataFrame]:
    """Send the log, have it scanned, and give the scan and its rows."""
    client = Client(url, token)
    upload = client.uploads.send(log)
    scan = client.scans.wait(client.scans.start([upload.id]).id)
    client.scans.download(scan.id, folder / "rows.parquet", format="parquet")
    return scan.id, pl.read_parquet(folder / "rows.parquet")


@contextmanager
def oddline(folder: Path) -> Iterator[tuple[str, str]]:
    """Start ``oddline serve`` on an empty folder, with a token of its administrator."""
    from oddline.service.context import Service
    from oddline.service.db.tables import Member, Token, User, Workspace
    from oddline.service.people.secrets import TOKEN, digest, new_secret
    from oddline.service.settings import Settings

    service, secret = Service.open(Settings(data_dir=folder / "data")), new_secret(TOKEN)
    with service.writing() as db:
        user = User(email="load@example.org", name="Load", administrator=True)
        workspace = Workspace(slug="load", name="Load")
        db.add_all([user, workspace])
        db.flush()
        db.add(Member(user_id=user.id, workspace_id=workspace.id, role="admin"))
        db.add(
            Token(
                user_id=user.id, workspace_id=workspace.id, name="load", role="admin", digest=digest(secret), hint="…"
            )
        )
    service.close()
    environment = os.environ | {"ODDLINE_LIMIT_REQUESTS_PER_MINUTE": "100000000"}
    command = [sys.executable, "-m", "oddline", "serve", "--data-dir", str(folder / "data")]
    with serving(command, "/health", environment) as url:
        yield url, secret


@contextmanager
def datasette(program: str, scored: pl.DataFrame, folder: Path) -> Iterator[str]:
    """Start Datasette over the same rows in SQLite."""
    path = folder / "scored.db"
    with sqlite3.connect(path) as db:
        names = ["line", "source", "score", "surprise", "anomaly", "severity", "confidence", "template_id", "text"]
        db.execute(f"CREATE TABLE rows ({', '.join(names)})")
        db.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(names))})", scored.select(names).iter_rows())
        for column in ("score", "line", "severity", "anomaly", "template_id"):
            db.execute(f"CREATE INDEX by_{column} ON rows ({column})")
    with serving([program, "serve", str(path), "--setting", "sql_time_limit_ms", "10000"], "/-/versions.json") as url:
        yield url


@contextmanager
def serving(command: list[str], ready: str, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run a server on a free port until it is not needed any more."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}").read()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()
