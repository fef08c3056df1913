"""The first start: a link that makes the first administrator, and the first workspace."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from oddline.service.acts import session as sessions
from oddline.service.acts.audit import note
from oddline.service.acts.example import SLUG
from oddline.service.context import Service
from oddline.service.db.tables import Invitation, User, Workspace
from oddline.service.errors import Conflict
from oddline.service.people import links, passwords
from oddline.service.people.accounts import join, make_user, make_workspace
from oddline.service.people.visit import Visit
from oddline.service.schemas.people import SetUp

__all__ = ["invite", "make", "needed"]


def needed(service: Service) -> bool:
    """Tell whether nobody administers the service yet."""
    with service.reading() as db:
        return _needed(db)


def _needed(db: Session) -> bool:
    query = select(User.id).where(User.administrator.is_(True), User.active.is_(True)).limit(1)
    return db.scalar(query) is None


def invite(service: Service) -> str | None:
    """Make the set-up link, and give it; None if it is not needed. An earlier one does not work any more."""
    with service.writing() as db:
        if not _needed(db):
            return None
        db.execute(delete(Invitation).where(Invitation.kind == "setup", Invitation.used.is_(None)))
        _, key = links.make(db, "setup")
    return f"{service.settings.base_url}/setup?key={key}"


def make(visit: Visit, body: SetUp) -> str:
    """Make the first administrator and workspace, and give the secret of their session.

    Workspaces that are there already, such as an example, are theirs as well.

    Raises
    ------
    Conflict
        If there is an administrator.
    Forbidden
        If the key does not hold.
    """
    with visit.reading() as desk:
        if not _needed(desk.db):
            raise Conflict("this server is set up", hint="sign in; an administrator can invite you")
        links.find(desk.db, "setup", body.key)
    kept = passwords.hashed(body.password)
    with visit.writing() as desk:
        link = links.find(desk.db, "setup", body.key, hold=True)
        user = make_user(desk.db, name=body.name, email=body.email, password=kept, administrator=True)
        links.take(link, user)
        there = list(desk.db.scalars(select(Workspace)))
        workspace = make_workspace(desk.db, body.workspace)
        for one in (workspace, *there):
            join(desk.db, user, one.id, "admin")
        note(desk, "server.setup", user.id, by=user, workspace=workspace.id, email=user.email)
        # Where there is an example, it is what one sees first: an empty page says little.
        first = next((one for one in there if one.slug == SLUG), workspace)
        return sessions.begin(desk, visit, user, how="setup", workspace_id=first.id)
