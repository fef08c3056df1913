"""Invitations to a workspace."""

from __future__ import annotations

from typing import Any

from oddline.service.acts import invitations, registration
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.people import Accept, Invitation, InvitationMade, Invite

door = Door("/invitations", "invitations")


@door.get("", access="admin", response_model=Page[Invitation])
def listed(desk: AnyDesk, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """List the invitations."""
    return invitations.listed(desk, cursor, limit)


@door.post("", access="admin", status_code=201, idempotent=False)
def make(desk: AnyDesk, body: Invite) -> InvitationMade:
    """Invite somebody; the link is shown once."""
    return invitations.make(desk, body)


@door.post("/accept", access="signed-in", status_code=204)
def accept(desk: AnyDesk, body: Accept) -> None:
    """Join another workspace, and work there from now on."""
    registration.accept(desk, body.key)


@door.delete("/{invitation}", access="admin", status_code=204)
def revoke(desk: AnyDesk, invitation: str) -> None:
    """Take an invitation back."""
    invitations.revoke(desk, invitation)
