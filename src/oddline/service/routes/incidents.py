"""Incidents of a workspace."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from oddline.service.acts import incidents as acts
from oddline.service.db.tables import Incident
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page, read_offset, write_cursor
from oddline.service.schemas.incidents import (
    CommentBody,
    CommentShown,
    IncidentChange,
    IncidentShown,
    IncidentWhole,
)

door = Door("/incidents", "incidents")
Names = Annotated[list[str], Query(max_length=8)]


@door.get("", access="viewer")
def listed(
    desk: AnyDesk,
    state: Names = [],  # noqa: B006 - FastAPI copies it
    severity: Names = [],  # noqa: B006
    q: Annotated[str, Query(max_length=1000)] = "",
    scan: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[IncidentShown]:
    """List incidents: open ones first, the worst of the newest scans before others."""
    offset = read_offset(cursor)
    found, total = acts.listed(desk, states=state, severities=severity, q=q, scan=scan, offset=offset, limit=limit)
    names = acts.people(desk, {one.owner_id for one in found if one.owner_id})
    after = write_cursor(offset + limit) if offset + limit < total else None
    return Page(items=[shown(one, names) for one in found], next=after, total=total)


@door.get("/{incident}", access="viewer")
def read(desk: AnyDesk, incident: str) -> IncidentWhole:
    """Give one incident, with what was said of it."""
    return whole(desk, acts.incident_of(desk, incident))


@door.patch("/{incident}", access="analyst")
def change(desk: AnyDesk, incident: str, body: IncidentChange) -> IncidentWhole:
    """Acknowledge, resolve, mute or open an incident again; say who looks after it."""
    unset = "owner" in body.model_fields_set and body.owner is None
    return whole(desk, acts.change(desk, incident, state=body.state, owner=body.owner, unset=unset))


@door.post("/{incident}/comments", access="analyst", status_code=201)
def comment(desk: AnyDesk, incident: str, body: CommentBody) -> CommentShown:
    """Say something of an incident."""
    made = acts.comment(desk, incident, body.text)
    return CommentShown(id=made.id, by=desk.asker.name, text=made.text, created=made.created)


def shown(incident: Incident, names: dict[str, str]) -> IncidentShown:
    """Put an incident into words."""
    return IncidentShown(
        id=incident.id,
        scan=incident.scan_id,
        number=int(incident.details.get("number", 0)),
        title=incident.title,
        severity=incident.severity,
        score=incident.score,
        source=incident.source,
        line=incident.line,
        count=incident.count,
        opened=incident.opened,
        last_seen=incident.last_seen,
        state=incident.state,
        owner=incident.owner_id,
        owner_name=names.get(incident.owner_id or ""),
        created=incident.created,
        changed=incident.changed,
        details=incident.details,
    )


def whole(desk: AnyDesk, incident: Incident) -> IncidentWhole:
    """Put an incident into words, with what was said of it."""
    said = acts.comments(desk, incident.id)
    ids = {one.user_id for one in said if one.user_id} | ({incident.owner_id} if incident.owner_id else set())
    names = acts.people(desk, ids)
    comments = [
        CommentShown(id=one.id, by=names.get(one.user_id or ""), text=one.text, created=one.created) for one in said
    ]
    return IncidentWhole(**shown(incident, names).model_dump(), comments=comments)
