"""Scans as lists show them: with their job, who started them, and how many of their incidents are open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from oddline.service.asker import Asker
from oddline.service.db.tables import Incident, Job, Scan, User
from oddline.service.door import Desk

__all__ = ["ScanLine", "scan_list", "with_company"]


@dataclass(frozen=True)
class ScanLine:
    """One scan of a list; ``job`` is None where the job was cleaned up, ``by`` where the person is gone."""

    scan: Scan
    job: Job | None
    by: str | None
    open: int


def scan_list(
    desk: Desk[Asker], *, q: str = "", states: list[str] | None = None, offset: int = 0, limit: int = 50
) -> tuple[list[ScanLine], int]:
    """List scans of the asker's workspace, newest first, and tell how many there are in all.

    Parameters
    ----------
    q
        Words of the title, all of them, whatever their case.
    states
        Only scans in one of these; none means all.
    """
    mine = select(Scan).where(Scan.workspace_id == desk.asker.workspace_id)
    if states:
        mine = mine.where(Scan.state.in_(states))
    for word in q.replace("\0", "").split()[:20]:
        mine = mine.where(Scan.title.icontains(word, autoescape=True))
    total = desk.db.scalar(select(func.count()).select_from(mine.subquery())) or 0
    found = list(desk.db.scalars(mine.order_by(Scan.id.desc()).offset(offset).limit(limit)))
    return with_company(desk, found), total


def with_company(desk: Desk[Asker], scans: list[Scan]) -> list[ScanLine]:
    """Look up jobs, people and open incidents of all of them at once."""
    jobs, people = {scan.job_id for scan in scans}, {scan.user_id for scan in scans}
    found = {job.id: job for job in desk.db.scalars(select(Job).where(Job.id.in_(jobs)))}
    names = {user.id: user.name for user in desk.db.scalars(select(User).where(User.id.in_(people)))}
    waiting = Incident.scan_id.in_({scan.id for scan in scans}) & Incident.state.in_(("open", "acknowledged"))
    counts = select(Incident.scan_id, func.count()).where(waiting).group_by(Incident.scan_id)
    opens = dict(desk.db.execute(counts).all())
    return [
        ScanLine(scan, found.get(scan.job_id or ""), names.get(scan.user_id or ""), opens.get(scan.id, 0))
        for scan in scans
    ]
