"""Durable execution: DBOS remembers each finished step, so that a job that was broken off goes on where it was.

Who runs what is decided by our own table of jobs and not by a queue of DBOS: a queue there has one number of workers
for all processes, and a server and the machines beside it want different ones.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from dbos import WorkflowStatusString as Status

from oddline.service.db.types import now
from oddline.service.settings import Settings

__all__ = ["Doer", "begin", "end", "forget", "known", "recover", "start"]

VERSION = "oddline-1"
"""Of the workflows, not of Oddline: a newer Oddline goes on with what an older one began. It rises when the steps of
:func:`_job` change, and what was begun before is then left to processes of that version."""

TRIES = 100
"""Times that a job is taken up again after the process that ran it died, before nobody tries any more."""

UNFINISHED = {Status.PENDING.value, Status.ENQUEUED.value, Status.DELAYED.value}
DAILY = "oddline-clean"
POOL = 6

REMEMBERED = timedelta(days=30)
AT_ONCE = 200


class Doer(Protocol):
    """Who does the work of this process."""

    def do(self, job_id: str, attempt: int) -> dict[str, Any]:
        """Do a job's work."""

    def publish(self, job_id: str, attempt: int, outcome: dict[str, Any]) -> str:
        """Keep what came of it."""

    def clean(self) -> None:
        """Remove what nobody needs."""

    def left(self, job_id: str, attempt: int) -> None:
        """Take note that nothing of a job runs here any more."""


_doers: list[Doer] = []
"""One or none: DBOS itself is one a process."""


def _here() -> Doer:
    assert _doers, "no job runs before begin() and after end()"
    return _doers[-1]


@DBOS.step(name="do")
def _do(job_id: str, attempt: int) -> dict[str, Any]:
    return _here().do(job_id, attempt)


@DBOS.step(name="publish", retries_allowed=True, max_attempts=5, interval_seconds=0.5)
def _publish(job_id: str, attempt: int, outcome: dict[str, Any]) -> str:
    try:
        return _here().publish(job_id, attempt, outcome)
    except LookupError:
        return "again"


@DBOS.workflow(name="job", max_recovery_attempts=TRIES)
def _job(job_id: str, attempt: int) -> str:
    doer = _here()
    try:
        while True:
            state = _publish(job_id, attempt, _do(job_id, attempt))
            if state != "again":  # what it left was cleaned up before it was published: more than a day lay between
                return state
    finally:
        doer.left(job_id, attempt)


@DBOS.workflow(name="clean")
def _clean(_scheduled: datetime, _context: Any) -> None:
    _here().clean()


def begin(doer: Doer, settings: Settings, worker: str) -> None:
    """Begin to run jobs in this process, as a worker of this name."""
    _doers.append(doer)
    logging.getLogger("dbos").addHandler(logging.NullHandler())  # else DBOS writes on the terminal
    config = DBOSConfig(
        name="oddline",
        system_database_url=_url(settings),
        application_version=VERSION,
        executor_id=worker,
        serializer=DBOSPortableJSONSerializer(),  # JSON: what can write into the database cannot make us unpickle
        log_level="CRITICAL",
        use_listen_notify=False,
        sys_db_pool_size=POOL,
        scheduler_polling_interval_sec=60.0,
    )
    DBOS(config=config)
    DBOS.launch()
    _schedule()


def end() -> None:
    """Stop; what is not done stays so, for the next one."""
    DBOS.destroy(workflow_completion_timeout_sec=0)
    _doers.clear()


def start(job_id: str, attempt: int) -> None:
    """Start a job here; one that was started before, anywhere, is not started again."""
    with SetWorkflowID(_name(job_id, attempt)):
        DBOS.start_workflow(_job, job_id, attempt)


def known(job_id: str, attempt: int) -> str:
    """Tell how a job stands: unknown, unfinished, or finished."""
    status = DBOS.get_workflow_status(_name(job_id, attempt))
    if status is None:
        return "unknown"
    return "unfinished" if status.status in UNFINISHED else "finished"


def recover(workers: list[str]) -> None:
    """Let others go on with what dead workers had begun; whoever is first takes it."""
    DBOS._recover_pending_workflows(workers)


def forget() -> int:
    """Forget what has ended long ago, and tell how much that was; our own table of jobs keeps what people ask for."""
    before = (now() - REMEMBERED).isoformat()
    ended = [Status.SUCCESS.value, Status.ERROR.value, Status.MAX_RECOVERY_ATTEMPTS_EXCEEDED.value]
    count = 0
    while True:
        found = DBOS.list_workflows(
            status=ended, completed_before=before, limit=AT_ONCE, load_input=False, load_output=False
        )
        if not found:
            return count
        DBOS.delete_workflows([one.workflow_id for one in found])
        count += len(found)


def _schedule() -> None:
    if DBOS.get_schedule(DAILY) is None:
        from contextlib import suppress

        from dbos._error import DBOSException

        with suppress(DBOSException):  # another process was quicker
            DBOS.create_schedule(schedule_name=DAILY, workflow_fn=_clean, schedule="17 3 * * *")


def _name(job_id: str, attempt: int) -> str:
    return f"{job_id}.{attempt}"


def _url(settings: Settings) -> str:
    """Give the database of DBOS: beside the service's own, or in it under a schema of its own."""
    if settings.database_url.startswith("sqlite"):
        return f"sqlite:///{Path(settings.data_dir).absolute() / 'jobs.sqlite'}"
    return settings.database_url
