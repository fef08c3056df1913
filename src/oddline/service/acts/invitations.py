"""Invitations: links by which admins let people into their workspace."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Invitation, User
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.errors import Conflict, NotFound
from oddline.service.paging import page_of
from oddline.service.people import links
from oddline.service.schemas import people as schemas

__all__ = ["listed", "make", "revoke"]


def listed(desk: Desk[Asker], cursor: str | None, limit: int) -> dict[str, Any]:
    """List the invitations to this workspace, the newest first."""
    query = select(Invitation).where(Invitation.workspace_id == desk.asker.workspace_id)
    return page_of(desk.db, query, Invitation.id, cursor, limit, lambda one: _shown(desk, one))


def make(desk: Desk[Asker], body: schemas.Invite) -> schemas.InvitationMade:
    """Invite somebody, and show the link, which cannot be had again."""
    link, key = links.make(
        desk.db,
        "member",
        role=body.role,
        days=body.days,
        email=body.email,
        workspace_id=desk.asker.workspace_id,
        made_by=desk.asker.user_id,
    )
    note(desk, "invitation.make", link.id, role=body.role, email=body.email, days=body.days)
    address = f"{desk.service.settings.base_url}/registration?key={key}"
    return schemas.InvitationMade(**_shown(desk, link).model_dump(), link=address)


def revoke(desk: Desk[Asker], invitation_id: str) -> None:
    """Take an invitation back.

    Raises
    ------
    NotFound
        If there is none.
    Conflict
        If it was used.
    """
    here = Invitation.workspace_id == desk.asker.workspace_id
    link = desk.db.scalar(select(Invitation).where(Invitation.id == invitation_id, here))
    if link is None:
        raise NotFound(f"no invitation {invitation_id}", hint="GET /api/v1/invitations lists them")
    if link.used:
        raise Conflict("this invitation was used", hint="remove the member instead")
    note(desk, "invitation.revoke", link.id, role=link.role, email=link.email)
    desk.db.delete(link)


def _shown(desk: Desk[Asker], link: Invitation) -> schemas.Invitation:
    def name(user_id: str | None) -> str | None:
        user = desk.db.get(User, user_id) if user_id else None
        return user.name if user else None

    return schemas.Invitation(
        id=link.id,
        role=link.role,
        email=link.email,
        made_by=name(link.made_by),
        created=link.created,
        expires=link.expires,
        used=link.used,
        used_by=name(link.used_by),
        state="used" if link.used else "expired" if link.expires <= now() else "waiting",
    )
