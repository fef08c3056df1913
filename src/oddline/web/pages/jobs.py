"""Jobs: what waits and runs, with its progress; what ended, and how."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request, Response

from oddline.service.acts import jobs as acts
from oddline.service.db.types import now
from oddline.service.door import AnyDesk, Door
from oddline.service.schemas.jobs import JobShown
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._job_row import KINDS, JobRow, job_row
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
LIMIT = 50
CHOICES = {"": ["done", "failed", "cancelled"], "done": ["done"], "failed": ["failed"], "cancelled": ["cancelled"]}


@door.get("/jobs", access="viewer")
def jobs(
    desk: AnyDesk,
    request: Request,
    state: str = "",
    kind: str = "",
    cursor: Annotated[str | None, Query(max_length=512)] = None,
) -> Response:
    """Show the jobs of the workspace."""
    state, kind = state if state in CHOICES else "", kind if kind in KINDS else ""
    kinds = [kind] if kind else []
    moment = now()
    busy = acts.listed(desk, states=["queued", "running"], kinds=[], subject=None, cursor=None, limit=LIMIT)
    ended = acts.listed(desk, states=CHOICES[state], kinds=kinds, subject=None, cursor=cursor, limit=LIMIT)
    under_way = sorted((_row(one, moment) for one in busy["items"]), key=lambda row: (row.state != "running", row.id))
    rows = [_row(one, moment) for one in ended["items"]]
    return render(
        request,
        "jobs.html.j2",
        shell=shell_of(desk, "jobs"),
        verdict=_verdict(under_way, rows),
        under_way=under_way,
        rows=rows,
        kinds=[("", "All kinds"), *KINDS.items()],
        kind=kind,
        state=state,
        older=ended["next"],
        cursor=cursor,
    )


def _row(job: JobShown, moment: datetime) -> JobRow:
    return job_row(job, moment)


def _verdict(under_way: list[JobRow], ended: list[JobRow]) -> tuple[str, str, str]:
    running = sum(row.state == "running" for row in under_way)
    waiting = len(under_way) - running
    last = max(ended, key=lambda row: row.when, default=None)
    how = {"done": "is done", "failed": "stopped with an error", "cancelled": "was cancelled"}
    before = f"Before that: {last.title} {how[last.state]}, {words.ago(last.when)}." if last else ""
    if not under_way:
        return "Nothing runs.", before.replace("Before that: ", "Last: "), ""
    runs = f"{words.counted(running, 'job')} {'runs' if running == 1 else 'run'}" if running else "Nothing runs yet"
    waits = f", {waiting:,} {'waits' if waiting == 1 else 'wait'}" if waiting else ""
    return f"{runs}{waits}.", before, ""
