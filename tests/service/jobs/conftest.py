"""A service that runs jobs, and the means to send files and wait."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from oddline.service.db.tables import Upload, UploadPart
from oddline.service.db.types import now
from oddline.service.settings import Settings

PATIENCE = 60
"""Seconds that a test waits for a job: a process is started for each, on a machine that does other things as well."""


SLOW = {"detector": "isolation_forest", "settings": {"n_estimators": 20_000}}
"""A scan that takes long enough to be cancelled in the midst of it."""


def numbers(rows: int) -> bytes:
    return "\n".join(["a,b", *(f"{row % 97},{row % 89}" for row in range(rows))]).encode() + b"\n"


@dataclass
class Bench:
    """Somebody with a client, who sends files and waits for jobs."""

    client: TestClient
    headers: dict[str, str]
    service: Any
    team: str

    def upload(self, name: str, content: bytes, *, part: int = 1 << 20, state: str = "complete") -> str:
        """Put an upload straight into database and store."""
        with self.service.writing() as db:
            made = Upload(workspace_id=self.team, name=name, state=state, received=len(content), completed=now())
            db.add(made)
            db.flush()
            for start in range(0, len(content), part):
                piece = content[start : start + part]
                blob = self.service.store.put(piece)
                db.add(UploadPart(upload_id=made.id, start=start, size=len(piece), blob=blob))
            return made.id

    def post(self, path: str, body: Any = None, status: int | None = 202, **options: Any) -> Any:
        answer = self.client.post(f"/api/v1{path}", json=body, headers=self.headers, **options)
        assert status is None or answer.status_code == status, answer.text
        return answer.json() if status is not None else answer

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def job(self, job_id: str, *states: str) -> dict[str, Any]:
        """Wait until a job is in one of these states; by default until it has ended."""
        deadline = time.monotonic() + PATIENCE
        while True:
            job = self.get(f"/jobs/{job_id}")
            if job["state"] in (states or ("done", "failed", "cancelled")):
                return job
            assert time.monotonic() < deadline, f"it is still {job}"
            time.sleep(0.05)

    def done(self, job_id: str) -> dict[str, Any]:
        """Wait until a job has ended well."""
        job = self.job(job_id)
        assert job["state"] == "done", job
        return job


@pytest.fixture
def settings(settings) -> Settings:
    return settings.model_copy(update={"workers": 1})


@pytest.fixture
def bench(service, stranger, people, team) -> Bench:
    return Bench(stranger, people.bearer("ana", team, "analyst"), service, team)


@pytest.fixture(scope="session")
def app_log() -> bytes:
    """A log of a service that is well, but for a few lines."""
    lines = [
        f"2026-03-01T10:{second // 60:02d}:{second % 60:02d}Z INFO request {second} served in {second % 7} ms"
        for second in range(900)
    ]
    lines[640:643] = [f"2026-03-01T10:10:4{n}Z ERROR connection to 10.0.0.{n} refused" for n in range(3)]
    return "\n".join(lines).encode() + b"\n"
