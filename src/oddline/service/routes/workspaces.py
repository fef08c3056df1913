"""Workspaces, and who belongs to them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from oddline.service.acts import members, workspaces
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.users import (
    AddMember,
    ChangeMember,
    MemberShown,
    NewWorkspace,
    RenameWorkspace,
    WorkspaceShown,
)

door = Door("/workspaces", "workspaces")
Q = Annotated[str, Query(max_length=200, description="Words that the name or the address holds.")]


@door.get("", access="signed-in", response_model=Page[WorkspaceShown])
def listed(desk: AnyDesk, all: bool = False, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:  # noqa: A002
    """List one's workspaces; with `all`, those of the server."""
    return workspaces.listed(desk, everything=all, cursor=cursor, limit=limit)


@door.post("", access="administrator", status_code=201)
def create(desk: AnyDesk, body: NewWorkspace) -> WorkspaceShown:
    """Make a workspace."""
    return workspaces.create(desk, body)


@door.patch("/{slug}", access="admin")
def rename(desk: AnyDesk, slug: str, body: RenameWorkspace) -> WorkspaceShown:
    """Give a workspace another name."""
    return workspaces.rename(desk, slug, body)


@door.get("/{slug}/members", access="viewer")
def people(desk: AnyDesk, slug: str, q: Q = "", cursor: Cursor = None, limit: Limit = 100) -> Page[MemberShown]:
    """List the people of a workspace."""
    return members.listed(desk, slug, q, cursor, limit)


@door.post("/{slug}/members", access="admin", status_code=201)
def add(desk: AnyDesk, slug: str, body: AddMember) -> MemberShown:
    """Let somebody who has an account into a workspace."""
    return members.add(desk, slug, body)


@door.patch("/{slug}/members/{user}", access="admin")
def change(desk: AnyDesk, slug: str, user: str, body: ChangeMember) -> MemberShown:
    """Give somebody another role."""
    return members.change(desk, slug, user, body.role)


@door.delete("/{slug}/members/{user}", access="admin", status_code=204)
def remove(desk: AnyDesk, slug: str, user: str) -> None:
    """Take somebody out of a workspace."""
    members.remove(desk, slug, user)
