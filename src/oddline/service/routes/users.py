"""The people of the whole server."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from oddline.service.acts import users
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.people import ResetLink
from oddline.service.schemas.users import ChangeUser, UserShown

door = Door("/users", "users")
Q = Annotated[str, Query(max_length=200, description="Words that the name or the address holds.")]


@door.get("", access="administrator", response_model=Page[UserShown])
def listed(desk: AnyDesk, q: Q = "", cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """List the people of this server."""
    return users.listed(desk, q, cursor, limit)


@door.patch("/{user}", access="administrator")
def change(desk: AnyDesk, user: str, body: ChangeUser) -> UserShown:
    """Shut somebody out or let them in; make them an administrator, or no longer."""
    return users.change(desk, user, body)


@door.post("/{user}/reset", access="administrator", status_code=201, idempotent=False)
def reset_link(desk: AnyDesk, user: str) -> ResetLink:
    """Make a link by which somebody sets a new password; it is shown once."""
    return users.reset_link(desk, user)
