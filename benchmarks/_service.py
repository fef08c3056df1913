"""A service as a user would start it, in a process of its own, and somebody who may ask it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2


@dataclass(frozen=True)
class Served:
    """A running service: its address, a token and a cookie of an analyst, its process."""

    url: str
    token: str
    cookie: str
    pid: int
    folder: Path

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def memory(self, what: str = "VmRSS") -> float:
        """Give the MB that the process has (`VmRSS`), or has had at most (`VmHWM`)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) / 1000
        raise LookupError(what)

    def forget_peak(self) -> None:
        """Let the peak begin anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


@contextmanager
def served(*, workers: int = 0, **settings: str) -> Iterator[Served]:
    """Start a service on an empty folder; `settings` are environment variables without `ODDLINE_`."""
    with tempfile.TemporaryDirectory(prefix="oddline-") as folder:
        token, cookie = _prepared(Path(folder))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        told = {f"ODDLINE_{name}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "oddline", "serve", "--data-dir", folder, "--port", str(port)]
        log = Path(folder) / "serve.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*command, "--workers", str(workers)], env=os.environ | told, stdout=out, stderr=subprocess.STDOUT
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url, process, log)
            yield Served(url, token, cookie, process.pid, Path(folder))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _prepared(folder: Path) -> tuple[str, str]:
    """Put an analyst into the database, and give the secrets of their token and of their session."""
    from oddline.service.context import Service
    from oddline.service.db.tables import Member, Session, Token, User, Workspace
    from oddline.service.db.types import now
    from oddline.service.people.secrets import TOKEN, digest, new_secret
    from oddline.service.settings import Settings

    service, secret, cookie = Service.open(Settings(data_dir=folder)), new_secret(TOKEN), new_secret()
    with service.writing() as db:
        place = Workspace(slug="team", name="Team")
        user = User(email="mina@example.org", name="Mina", administrator=True)
        db.add_all([place, user])
        db.flush()
        db.add(Member(user_id=user.id, workspace_id=place.id, role="analyst"))
        told = {"name": "bench", "role": "analyst", "digest": digest(secret), "hint": "…"}
        db.add(Token(workspace_id=place.id, user_id=user.id, **told))
        ends = now() + timedelta(days=1)
        db.add(Session(id=digest(cookie), user_id=user.id, workspace_id=place.id, address="", agent="", expires=ends))
    service.close()
    return secret, cookie


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with {process.returncode}:\n{log.read_text()[-3000:]}")
        try:
            if httpx2.get(f"{url}/ready", timeout=2).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the service does not answer:\n{log.read_text()[-3000:]}")
