"""What happens in jobs, passed on to whoever listens: one thread reads the table for all of them.

Listeners wait in the event loop: they hold no thread and no connection, and hear what other processes write as well.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Any

from sqlalchemy import func, select

from oddline.service.context import Service
from oddline.service.db.tables import Job, JobEvent
from oddline.service.jobs.events import job_data

__all__ = ["Feed", "Heard"]

log = logging.getLogger("oddline.service.jobs")

PAUSE = 0.25
"""Seconds between two looks at the table, while somebody listens."""

AT_ONCE = 500
"""Rows that are read at once."""

BEHIND = 2_000
"""Events that a listener may be behind; one that does not read is let go, and can come again for the rest."""

LONGEST = 900.0
"""Seconds of one stream. The next one asks again who is there and what they may see."""


@dataclass(frozen=True)
class Heard:
    """One thing that happened; ``id`` is None for what is told as it stands and did not just happen."""

    id: int | None
    kind: str
    data: dict[str, Any]
    job_id: str | None = None
    workspace_id: str = ""


class _Listener:
    def __init__(self, workspace_id: str, job_id: str | None) -> None:
        self.workspace_id, self.job_id = workspace_id, job_id
        self.loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[Heard | None] = asyncio.Queue(BEHIND)

    def concerned(self, heard: Heard) -> bool:
        return heard.workspace_id == self.workspace_id and self.job_id in {None, heard.job_id}

    def put(self, heard: Heard | None) -> None:
        with suppress(RuntimeError):  # its loop is closed
            self.loop.call_soon_threadsafe(self._put, heard)

    def _put(self, heard: Heard | None) -> None:
        if heard is None or self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            heard = None
        self.queue.put_nowait(heard)


class Feed:
    """Reads new events while somebody listens, and gives each to whom it concerns."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._listeners: set[_Listener] = set()
        self._lock, self._some, self._begun, self._over = Lock(), Event(), Event(), Event()
        self._thread = Thread(target=self._read, name="oddline-feed", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End all streams, at once and from anywhere: they would keep a server from stopping."""
        self._over.set()
        self._some.set()
        for listener in list(self._listeners):
            listener.put(None)

    def stop(self) -> None:
        """End all streams, and what reads for them."""
        self.close()
        self._thread.join(10)

    async def listen(self, workspace_id: str, job_id: str | None, after: int | None) -> AsyncIterator[Heard]:
        """Give what happens in a workspace, or in one job of it, from now on or from an event on.

        Without ``after`` it begins with how things stand. The stream of a job that has ended, ends.
        """
        listener = _Listener(workspace_id, job_id)
        with self._lock:
            self._listeners.add(listener)
            self._some.set()
        # Whatever happens after the table is first looked at is passed on; only then is read what was before.
        await asyncio.to_thread(self._begun.wait, 30)
        try:
            async for heard in self._since(listener, after):
                yield heard
        finally:
            with self._lock:
                self._listeners.discard(listener)

    async def _since(self, listener: _Listener, after: int | None) -> AsyncIterator[Heard]:
        last = after or 0
        if after is None:
            last, standing = await asyncio.to_thread(self._standing, listener)
            for heard in standing:
                yield heard
        else:
            while passed := await asyncio.to_thread(self._passed, listener, last):
                for heard in passed:
                    yield heard
                last = passed[-1].id or last
        if await asyncio.to_thread(self._has_ended, listener):
            return
        ends = listener.loop.time() + LONGEST
        while not self._over.is_set():
            new = await _next(listener, ends - listener.loop.time())
            if new is None:
                return
            if new.id is not None and new.id > last:
                last = new.id
                yield new
                if listener.job_id and new.kind == "state" and new.data["state"] not in {"queued", "running"}:
                    return

    def _standing(self, listener: _Listener) -> tuple[int, list[Heard]]:
        """Tell how things stand, and the last event that this takes into account."""
        with self._service.reading() as db:
            last = db.scalar(select(func.max(JobEvent.id))) or 0
            query = select(Job).where(Job.workspace_id == listener.workspace_id).order_by(Job.id)
            mine = Job.id == listener.job_id if listener.job_id else Job.state.in_(("queued", "running"))
            return last, [Heard(None, "state", job_data(db, job)) for job in db.scalars(query.where(mine))]

    def _passed(self, listener: _Listener, after: int) -> list[Heard]:
        query = select(JobEvent).where(JobEvent.workspace_id == listener.workspace_id, JobEvent.id > after)
        if listener.job_id:
            query = query.where(JobEvent.job_id == listener.job_id)
        with self._service.reading() as db:
            return list(map(_heard, db.scalars(query.order_by(JobEvent.id).limit(AT_ONCE))))

    def _has_ended(self, listener: _Listener) -> bool:
        if listener.job_id is None:
            return False
        with self._service.reading() as db:
            state = db.scalar(select(Job.state).where(Job.id == listener.job_id))
        return state not in {"queued", "running"}

    def _read(self) -> None:
        last: int | None = None
        while not self._over.is_set():
            with self._lock:
                if not self._listeners:
                    last = None  # nobody misses anything
                    self._begun.clear()
                    self._some.clear()
            self._some.wait()
            try:
                last = self._pass_on(last)
                self._begun.set()
            except Exception:
                log.exception("events could not be read; the next try is in a moment")
            self._over.wait(PAUSE)

    def _pass_on(self, last: int | None) -> int:
        with self._service.reading() as db:
            if last is None:
                return db.scalar(select(func.max(JobEvent.id))) or 0
            query = select(JobEvent).where(JobEvent.id > last).order_by(JobEvent.id).limit(AT_ONCE)
            new = list(map(_heard, db.scalars(query)))
        with self._lock:
            for listener in self._listeners:
                for heard in filter(listener.concerned, new):
                    listener.put(heard)
        return new[-1].id or last if new else last


async def _next(listener: _Listener, seconds: float) -> Heard | None:
    try:
        return await asyncio.wait_for(listener.queue.get(), seconds)
    except TimeoutError:
        return None


def _heard(row: JobEvent) -> Heard:
    return Heard(row.id, row.kind, row.data, row.job_id, row.workspace_id)
