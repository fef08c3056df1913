"""Waiting for what a job makes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from oddline.client.answers import Job, Work
from oddline.client.problems import WorkFailed

__all__ = ["Progress", "until_done"]

FIRST, LONGEST = 0.1, 2.0
"""Seconds between two looks: short jobs are soon done, long ones are not asked about all the time."""

Progress = Callable[[Job], None]
Waited = TypeVar("Waited", bound=Work)


def until_done(look: Callable[[], Waited], timeout: float | None, progress: Progress | None) -> Waited:
    """Look again and again until the work is done.

    Raises
    ------
    WorkFailed
        If it failed or was cancelled; the problem is that of the job.
    TimeoutError
        If it takes longer than ``timeout`` seconds.
    """
    until = None if timeout is None else time.monotonic() + timeout
    pause = FIRST
    while True:
        work = look()
        if progress is not None and work.job is not None:
            progress(work.job)
        if work.state == "done":
            return work
        if work.state in {"failed", "cancelled"}:
            told = work.problem or (work.job.problem if work.job else None) or {}
            raise WorkFailed(int(told.get("status", 500)), {"title": f"{work.id} was {work.state}"} | told)
        if until is not None and time.monotonic() + pause > until:
            raise TimeoutError(f"{work.id} is still {work.state} after {timeout} s")
        time.sleep(pause)
        pause = min(LONGEST, pause * 1.5)
