"""Incidents of a workspace: what is open, who looks after it, what was said."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from oddline.core.errors import UsageError
from oddline.core.schema import SEVERITIES
from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Comment, Incident, Member, Scan, User
from oddline.service.door import Desk
from oddline.service.errors import NotFound, Unprocessable

__all__ = ["STATES", "change", "comment", "comments", "counts", "incident_of", "listed", "people"]

STATES = ("open", "acknowledged", "resolved", "muted")


def incident_of(desk: Desk[Asker], incident_id: str) -> Incident:
    """Give an incident of the asker's workspace.

    Raises
    ------
    NotFound
        If there is none.
    """
    mine = Incident.workspace_id == desk.asker.workspace_id
    incident: Incident | None = desk.db.scalar(select(Incident).where(Incident.id == incident_id, mine))
    if incident is None:
        raise NotFound(f"no incident {incident_id}", hint="GET /api/v1/incidents lists those of your workspace")
    return incident


def listed(
    desk: Desk[Asker], *, states: list[str], severities: list[str], q: str, scan: str | None, offset: int, limit: int
) -> tuple[list[Incident], int]:
    """List incidents, the worst of the newest scans first, and tell how many there are in all."""
    query = select(Incident).where(Incident.workspace_id == desk.asker.workspace_id)
    for names, known, column in (
        (states, STATES, Incident.state),
        (severities, SEVERITIES, Incident.severity),
    ):
        wrong = set(names) - set(known)
        if wrong:
            raise UsageError(f"no {column.key} {sorted(wrong)[0]!r}", expected="one of " + ", ".join(known))
        if names:
            query = query.where(column.in_(names))
    if scan:
        query = query.where(Incident.scan_id == scan)
    for word in q.split():
        like = f"%{_literal(word)}%"
        query = query.where(or_(Incident.title.ilike(like, escape="\\"), Incident.source.ilike(like, escape="\\")))
    total = desk.db.scalar(select(func.count()).select_from(query.subquery())) or 0
    return list(desk.db.scalars(_ordered(query).offset(offset).limit(limit))), total


def counts(desk: Desk[Asker]) -> dict[str, int]:
    """Count open incidents by severity."""
    query = (
        select(Incident.severity, func.count())
        .where(Incident.workspace_id == desk.asker.workspace_id, Incident.state == "open")
        .group_by(Incident.severity)
    )
    found = dict(desk.db.execute(query).all())
    return {severity: found.get(severity, 0) for severity in reversed(SEVERITIES)}


def change(desk: Desk[Asker], incident_id: str, *, state: str | None, owner: str | None, unset: bool) -> Incident:
    """Change who looks after an incident, or how it stands; ``unset`` takes the owner away."""
    incident = incident_of(desk, incident_id)
    before = {"state": incident.state, "owner": incident.owner_id}
    if state is not None:
        if state not in STATES:
            raise UsageError(f"no state {state!r}", expected="one of " + ", ".join(STATES))
        incident.state = state
    if owner is not None:
        if desk.db.get(Member, (desk.asker.workspace_id, owner)) is None:
            raise Unprocessable(f"{owner} is no member of {desk.asker.workspace}", expected="a member's id")
        incident.owner_id = owner
    elif unset:
        incident.owner_id = None
    after = {"state": incident.state, "owner": incident.owner_id}
    if after != before:
        note(desk, "incident.change", incident.id, before=before, after=after)
    return incident


def comment(desk: Desk[Asker], incident_id: str, text: str) -> Comment:
    """Say something of an incident."""
    incident = incident_of(desk, incident_id)
    made = Comment(incident_id=incident.id, user_id=desk.asker.user_id, text=text)
    desk.db.add(made)
    desk.db.flush()
    note(desk, "incident.comment", incident.id, comment=made.id)
    return made


def comments(desk: Desk[Asker], incident_id: str) -> list[Comment]:
    """List what was said of an incident, oldest first."""
    query = select(Comment).where(Comment.incident_id == incident_id).order_by(Comment.id)
    return list(desk.db.scalars(query))


def people(desk: Desk[Asker], ids: set[str]) -> dict[str, str]:
    """Give the names of people by id."""
    if not ids:
        return {}
    return dict(desk.db.execute(select(User.id, User.name).where(User.id.in_(ids))).all())


def _ordered(query: Select[Incident]) -> Select[Incident]:
    rank: ColumnElement[int] = case({name: place for place, name in enumerate(SEVERITIES)}, value=Incident.severity)
    newest = select(Scan.created).where(Scan.id == Incident.scan_id).scalar_subquery()
    waiting = case({"open": 0, "acknowledged": 1}, value=Incident.state, else_=2)
    return query.order_by(waiting, rank.desc(), newest.desc(), Incident.score.desc(), Incident.id)


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
