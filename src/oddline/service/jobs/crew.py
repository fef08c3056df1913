"""What runs jobs in this process: takes them up, watches over them, goes on with those of the dead."""

from __future__ import annotations

import fcntl
import logging
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic
from typing import IO

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from oddline.core.errors import ConfigError
from oddline.service.context import Service
from oddline.service.db.tables import Job
from oddline.service.jobs import clean, durable, roster, steps
from oddline.service.jobs.problem import problem_of_error
from oddline.service.jobs.steps import Outcome, Stopped
from oddline.service.settings import Settings

__all__ = ["Crew"]

log = logging.getLogger("oddline.service.jobs")

PAUSE = 0.5
"""Seconds between two looks at the table of jobs, if nobody wakes us."""

ROUND = 5.0
"""Seconds between two looks at whether others have died."""


GOING = 5.0
"""Seconds in which what runs here has to let go when this process is stopped."""


class Crew:
    """Runs jobs of a service, so many at once.

    Parameters
    ----------
    service
        Whose jobs.
    places
        How many at once.
    """

    def __init__(self, service: Service, places: int) -> None:
        self.service, self.places, self.name = service, places, roster.new_name()
        self._alone = service.settings.database_url.startswith("sqlite")
        self._here: set[tuple[str, int]] = set()
        self._unwanted: set[tuple[str, int]] = set()
        self._lock, self._awake, self._guard = Lock(), Event(), Guard(service.settings)
        self._stopping = self._lost = False
        self._threads = [Thread(target=run, name="oddline-jobs", daemon=True) for run in (self._serve, self._live)]

    def start(self) -> None:
        """Enter the list of workers and begin.

        Raises
        ------
        ConfigError
            If another process runs jobs on the same SQLite database.
        """
        if self._alone:
            self._guard.hold()
        with ThreadPoolExecutor(
            1
        ) as aside:  # DBOS refuses to be asked where an event loop runs, as at a server's start
            aside.submit(self._begin).result()
        for thread in self._threads:
            thread.start()

    def _begin(self) -> None:
        with self.service.writing() as db:
            roster.enter(db, self.name)
        durable.begin(self, self.service.settings, self.name)
        self._recover()

    def wake(self) -> None:
        """Look at the table of jobs now."""
        self._awake.set()

    def stop(self) -> None:
        """End what runs here; others, or the next start, go on with it."""
        self._stopping = True
        self._awake.set()
        for thread in self._threads:
            thread.join(10)
        until = monotonic() + GOING
        while self._here and monotonic() < until:
            Event().wait(0.05)
        durable.end()
        with self.service.writing() as db:
            roster.leave(db, self.name)
        shutil.rmtree(self.service.settings.data_dir / "work" / self.name, ignore_errors=True)
        self._guard.release()

    def do(self, job_id: str, attempt: int) -> Outcome:
        """Do a job's work; what was begun elsewhere waits for a place first."""
        with self._place(job_id, attempt):
            return steps.do(self.service, job_id, attempt, self.name, lambda: self._wanted(job_id, attempt))

    def publish(self, job_id: str, attempt: int, outcome: Outcome) -> str:
        """Keep what came of a job."""
        return steps.publish(self.service, job_id, attempt, outcome)

    def clean(self) -> None:
        """Remove what nobody needs."""
        clean.run(self.service)
        with ThreadPoolExecutor(
            1
        ) as aside:  # apart from the workflow that this is called in, which would write it down
            aside.submit(durable.forget).result()

    def left(self, job_id: str, attempt: int) -> None:
        """Give the place of a job free."""
        with self._lock:
            self._here.discard((job_id, attempt))
            self._unwanted.discard((job_id, attempt))
        self._awake.set()

    @contextmanager
    def _place(self, job_id: str, attempt: int) -> Iterator[None]:
        while True:
            with self._lock:
                if (job_id, attempt) in self._here or len(self._here) < self.places:
                    self._here.add((job_id, attempt))
                    break
            if self._stopping or self._lost:
                raise Stopped
            Event().wait(PAUSE)
        yield

    def _wanted(self, job_id: str, attempt: int) -> bool:
        return not (self._stopping or self._lost or (job_id, attempt) in self._unwanted)

    def _serve(self) -> None:
        """Take up jobs while there are places, end those that are not wanted any more."""
        checked = monotonic()
        while not self._stopping:
            try:
                self._awake.clear()
                if self._lost:
                    self._begin_anew()
                while self._take():
                    pass
                self._watch()
                if monotonic() - checked > ROUND:
                    checked = monotonic()
                    self._recover()
            except Exception:
                log.exception("jobs could not be looked at; the next try is in a moment")
                Event().wait(PAUSE)
            self._awake.wait(PAUSE)

    def _take(self) -> bool:
        """Take up the job that waits longest in the workspace that has the fewest at work."""
        with self._lock:
            if len(self._here) >= self.places or self._stopping or self._lost:
                return False
        other = aliased(Job)
        busy = (
            select(func.count())
            .where(other.workspace_id == Job.workspace_id, other.state == "running")
            .correlate(Job)
            .scalar_subquery()
        )
        query = select(Job).where(Job.state == "queued").order_by(busy, Job.created, Job.id).limit(1)
        with self.service.reading() as db:
            if db.scalar(query) is None:
                return False
        with self.service.writing() as db:
            job = db.scalar(query.with_for_update(skip_locked=True, of=Job))
            if job is None:
                return False
            job.state, job.worker = "running", self.name
            taken = (job.id, job.attempt)
            with self._lock:
                self._here.add(taken)
        try:
            durable.start(*taken)
        except Exception:
            self.left(*taken)
            raise
        return True

    def _watch(self) -> None:
        """Find what was cancelled, here or through another process."""
        with self._lock:
            here = set(self._here)
        if not here:
            return
        with self.service.reading() as db:
            query = select(Job.id, Job.attempt).where(Job.id.in_([job for job, _ in here]), Job.state == "running")
            wanted = {(job, attempt) for job, attempt in db.execute(query)}
        with self._lock:
            self._unwanted |= here - wanted

    def _recover(self) -> None:
        """Go on with what dead processes had begun, and end what nobody can go on with."""
        with self.service.writing() as db:
            alive = roster.living(db, self.name, alone=self._alone)
            query = select(Job.id, Job.attempt, Job.worker).where(Job.state == "running")
            running = [(job, attempt, worker) for job, attempt, worker in db.execute(query)]
        dead = {worker for _, _, worker in running if worker and worker not in alive}
        if dead:
            durable.recover(sorted(dead))
        for job, attempt, worker in running:
            if worker in alive and (worker != self.name or (job, attempt) in self._here):
                continue
            known = durable.known(job, attempt)
            if known == "unknown":
                self._give_back(job, attempt, worker)
            elif known == "finished":
                self._give_up(job, attempt)

    def _give_back(self, job_id: str, attempt: int, worker: str | None) -> None:
        """Let a job wait again that was taken up and never begun."""
        mine = (Job.id == job_id, Job.attempt == attempt, Job.state == "running", Job.worker == worker)
        with self.service.writing() as db:
            db.execute(update(Job).where(*mine).values(state="queued", worker=None))

    def _give_up(self, job_id: str, attempt: int) -> None:
        """Fail a job that can neither go on nor end: its steps broke off in a way that nobody foresaw."""
        with self.service.writing() as db:
            job = db.get(Job, job_id, with_for_update=True)
            if job is None or job.state != "running" or job.attempt != attempt:
                return
            job.problem = problem_of_error(RuntimeError()) | {"hint": "try it again"}
            steps.ended(db, job, "failed")

    def _live(self) -> None:
        """Give signs of life; whoever was taken for dead lets go of everything, for others have it."""
        while not self._stopping:
            try:
                with self.service.writing() as db:
                    self._lost = self._lost or not roster.beat(db, self.name)
            except Exception:
                log.exception("no sign of life could be given")
            until = monotonic() + roster.BEAT
            while not self._stopping and monotonic() < until:
                Event().wait(0.2)

    def _begin_anew(self) -> None:
        """Come back under another name, once nothing runs under the old one."""
        log.warning("this process was taken for dead; what it ran goes on elsewhere")
        while self._here and not self._stopping:
            Event().wait(0.1)
        durable.end()
        self.name = roster.new_name()
        self._begin()
        self._lost = False


class Guard:
    """Keeps a second process from running jobs on the same SQLite database."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.data_dir / "jobs.lock"
        self._file: IO[bytes] | None = None

    def hold(self) -> None:
        """Take the lock; the system gives it free when this process ends, however it ends.

        Raises
        ------
        ConfigError
            If another process has it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise ConfigError(
                f"another process runs the jobs of {self._path.parent}",
                expected="one process on a SQLite database",
                hint="stop the other one, or ODDLINE_DATABASE_URL=postgresql://… for several",
            ) from error
        self._file = file

    def release(self) -> None:
        """Give the lock free."""
        if self._file is not None:
            self._file.close()
            self._file = None
