"""A service in processes of its own, which can be killed: a server, workers, a client that does not give up."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from oddline.service.context import Service
from oddline.service.db.tables import Member, Token, User, Workspace
from oddline.service.people.secrets import TOKEN, digest, new_secret
from oddline.service.settings import Settings

PATIENCE = 180.0
"""Seconds until a job is given up; half a minute of it may pass until a dead worker is missed."""


@dataclass
class House:
    """A data folder, a database, and the processes that work on them."""

    folder: Path
    database: str | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        service = Service.open(Settings(data_dir=self.folder / "data", database=self.database))
        secret = new_secret(TOKEN)
        with service.writing() as db:
            team, user = Workspace(slug="team", name="Team"), User(email="ana@example.org", name="Ana")
            db.add_all([team, user])
            db.flush()
            db.add(Member(user_id=user.id, workspace_id=team.id, role="analyst"))
            db.add(
                Token(workspace_id=team.id, user_id=user.id, name="x", role="analyst", digest=digest(secret), hint="…")
            )
        service.close()
        self.headers = {"Authorization": f"Bearer {secret}"}

    def start(self, name: str) -> None:
        """Start the server, or a worker, under a name."""
        own = [] if self.database is None else ["--workers", "0"]
        arguments = ["serve", "--port", str(self.port), *own] if name == "server" else ["worker", "--workers", "1"]
        environment = os.environ | {"ODDLINE_DATA_DIR": str(self.folder / "data")}
        if self.database is not None:
            environment["ODDLINE_DATABASE_URL"] = self.database
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "oddline", *arguments],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """Kill a process as nothing else could: it learns nothing of it."""
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self) -> None:
        """Stop everything as an operator would."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


class Client:
    """Sends and asks until it is heard: what breaks off is looked up, and gone on with."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._http = httpx2.Client(
            base_url=f"http://127.0.0.1:{house.port}/api/v1", headers=house.headers, timeout=30.0
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Ask once more whenever the connection breaks; only for what may be asked twice."""
        return self._heard(lambda: self._http.request(method, path, **options))

    def get(self, path: str) -> Any:
        """Read something."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def download(self, path: str) -> bytes:
        """Read a file."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.content

    def upload(self, name: str, content: bytes, parts: int = 8) -> str:
        """Send a file in parts, going on where it was broken off."""
        upload = self._once(name, "/uploads", f"/uploads?name={name}&size={len(content)}", b"")
        step = -(-len(content) // parts)
        while (offset := int(self.ask("HEAD", f"/uploads/{upload}").headers["Upload-Offset"])) < len(content):
            piece = content[offset : offset + step]
            with suppress(httpx2.TransportError):
                self._http.patch(f"/uploads/{upload}", content=piece, headers={"Upload-Offset": str(offset)})
        told = self.get(f"/uploads/{upload}")
        if told["state"] != "complete":
            self.ask("POST", f"/uploads/{upload}/complete")
        return upload

    def begin(self, path: str, name: str, body: dict[str, Any]) -> str:
        """Ask for a scan or a fit, once, and give its id."""
        return self._once(name, path.removesuffix("/fit"), path, body)

    def done(self, path: str) -> dict[str, Any]:
        """Wait until something has ended."""
        deadline = time.monotonic() + PATIENCE
        while True:
            told: dict[str, Any] = self.get(path)
            if told["state"] in {"done", "failed", "cancelled"}:
                return told
            assert time.monotonic() < deadline, f"{path} is still {told['state']}: {told.get('job')}"
            time.sleep(0.1)

    def begun(self, job: str) -> int:
        """Count how often work on a job that has ended was begun."""
        told = self.ask("GET", f"/jobs/{job}/events", headers={"Last-Event-ID": "0"}).text
        states = [json.loads(line[6:]) for line in told.splitlines() if line.startswith("data: ")]
        return sum(one.get("state") == "running" for one in states)

    def _once(self, name: str, listed: str, path: str, body: Any) -> str:
        """Make something of this name; if the answer is lost, look whether it was made."""
        while True:
            for one in self.get(f"{listed}?q={name}")["items"]:
                if name in {one.get("name"), one.get("title")}:
                    return str(one["id"])
            options = {"content": body} if isinstance(body, bytes) else {"json": body}
            with suppress(httpx2.TransportError):
                answer = self._http.post(path, **options)
                assert answer.status_code in {201, 202}, answer.text
                return str(answer.json()["id"])
            time.sleep(0.1)

    def _heard(self, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return send()
            except httpx2.TransportError:
                assert time.monotonic() < deadline, "nobody answers"
                time.sleep(0.1)
