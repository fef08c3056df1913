"""What stands around a page, out of the database: who asks, their workspaces, what is open and what runs."""

from __future__ import annotations

from sqlalchemy import func, select

from oddline.service.asker import Asker
from oddline.service.db.tables import Incident, Job, Member, Workspace
from oddline.service.door import Desk
from oddline.web.shell import Here, Place, Shell

__all__ = ["shell_of"]


def shell_of(desk: Desk[Asker], here: Here) -> Shell:
    """Give the frame of a page for who asks."""
    asker = desk.asker
    mine = (
        select(Workspace.slug, Workspace.name)
        .join(Member)
        .where(Member.user_id == asker.user_id)
        .order_by(Workspace.name)
    )
    open_ones = (
        select(Incident.severity, func.count())
        .where(Incident.workspace_id == asker.workspace_id, Incident.state == "open")
        .group_by(Incident.severity)
    )
    by_severity = dict(desk.db.execute(open_ones).all())
    jobs = select(func.count()).where(Job.workspace_id == asker.workspace_id, Job.state.in_(("queued", "running")))
    return Shell(
        here=here,
        form_key=asker.form_key,
        name=asker.name,
        email=asker.email,
        workspace=Place(asker.workspace, asker.workspace_name),
        workspaces=tuple(Place(slug, name) for slug, name in desk.db.execute(mine)),
        role=asker.role,
        administrator=asker.administrator,
        incidents=sum(by_severity.values()),
        incidents_hot="critical" in by_severity or "high" in by_severity,
        jobs=desk.db.scalar(jobs) or 0,
        single_keys=dict(asker.preferences).get("single_keys", True) is not False,
    )
