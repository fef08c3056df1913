"""Jobs: looked at, listened to, cancelled, tried again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oddline.client.answers import Event, Job, LogLine
from oddline.client.problems import ServiceDown
from oddline.client.wire import Wire
from oddline.core.optional import need

__all__ = ["Jobs"]

QUIET = 60.0
"""Seconds without a sign of life after which a stream is taken for dead; the service gives one every 15."""


class Jobs:
    """Jobs of the workspace."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def each(self, *, state: str | None = None, kind: str | None = None, subject: str | None = None) -> Iterator[Job]:
        """Give the jobs, newest first."""
        return self._wire.each(Job, "/jobs", state=state, kind=kind, subject=subject)

    def get(self, job: str | Job) -> Job:
        """Tell how a job stands."""
        return self._wire.get(Job, f"/jobs/{_id(job)}")

    def log(self, job: str | Job) -> list[LogLine]:
        """Give what a job said; this is hostile text, as the logs are that it reads."""
        told = self._wire.ask("GET", f"/jobs/{_id(job)}/log").json()
        return [LogLine.model_validate(line) for line in told["lines"]]

    def cancel(self, job: str | Job) -> Job:
        """Cancel a job."""
        return self._wire.send(Job, "POST", f"/jobs/{_id(job)}/cancel")

    def retry(self, job: str | Job) -> Job:
        """Try a job again that failed or was cancelled."""
        return self._wire.send(Job, "POST", f"/jobs/{_id(job)}/retry")

    def events(self, job: str | Job | None = None, *, after: str | None = None) -> Iterator[Event]:
        """Listen: to one job until it has ended, or to all jobs without end.

        After a broken connection it goes on where it left off.

        Parameters
        ----------
        after
            The id of the last event that was heard.

        Raises
        ------
        ServiceProblem
            If there is no such job, or the service stays away for longer than the retries last.
        """
        path = f"/jobs/{_id(job)}/events" if job is not None else "/events"
        failures = 0
        while True:
            try:
                for event in self._stream(path, after):
                    failures, after = 0, event.id or after
                    yield event
                if job is not None:
                    return
            except ServiceDown:
                failures += 1
                if failures > self._wire.retries:
                    raise
            self._wire.wait(failures)

    def _stream(self, path: str, after: str | None) -> Iterator[Event]:
        httpx = need("httpx2", extra="client")
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": after} if after else {})
        patience: Any = httpx.Timeout(QUIET)
        with self._wire.streamed(path, {}, headers=headers, timeout=patience) as answer:
            for heard in httpx.EventSource(answer):
                if heard.data:
                    yield Event(id=heard.id, kind=heard.event, data=heard.json())


def _id(job: str | Job) -> str:
    return job if isinstance(job, str) else job.id
