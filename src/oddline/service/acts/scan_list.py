"""Scans as lists show them: with their job, who started them, and how many of their incidents are open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select

from oddline.service.asker import Asker
from oddline.service.db.tables import Incident, Job, Scan, User
from oddline.service.door import Desk

__all__ = ["ScanLine", "scan_list"]


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
    for word in q.split():
        mine = mine.where(Scan.title.ilike(f"%{_literal(word)}%", escape="\\"))
    total = desk.db.scalar(select(func.count()).select_from(mine.subquery())) or 0
    found = list(desk.db.scalars(mine.order_by(Scan.id.desc()).offset(offset).limit(limit)))
    return _with_company(desk, found), total


def _with_company(desk: Desk[Asker], scans: list[Scan]) -> list[ScanLine]:
    """Look up jobs, people and open incidents of all of them at once."""
    ids = [scan.id for scan in scans]
    jobs = {job.id: job for job in desk.db.scalars(_among(select(Job), Job.id, [scan.job_id for scan in scans]))}
    people = select(User.id, User.name)
    names = {user: name for user, name in desk.db.execute(_among(people, User.id, [scan.user_id for scan in scans]))}
    waiting = or_(Incident.state == "open", Incident.state == "acknowledged")
    counts = select(Incident.scan_id, func.count()).where(waiting).group_by(Incident.scan_id)
    opens = {scan: count for scan, count in desk.db.execute(_among(counts, Incident.scan_id, ids))}
    return [
        ScanLine(scan, jobs.get(scan.job_id or ""), names.get(scan.user_id or ""), opens.get(scan.id, 0))
        for scan in scans
    ]


def _among(query: Select[tuple[object, ...]] | Select[tuple[Job]], column: object, ids: list[str | None]) -> Select:  # type: ignore[type-arg]
    return query.where(column.in_({one for one in ids if one}))  # type: ignore[attr-defined]


def _literal(word: str) -> str:
    """Take the meaning of wildcards from what was searched for."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
