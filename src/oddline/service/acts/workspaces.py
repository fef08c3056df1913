"""Workspaces: which there are, making one, giving it another name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Member, User, Workspace
from oddline.service.door import Desk
from oddline.service.errors import Forbidden, NotFound
from oddline.service.paging import page_of
from oddline.service.people.accounts import join, make_workspace
from oddline.service.schemas.users import NewWorkspace, RenameWorkspace, WorkspaceShown

__all__ = ["create", "here", "listed", "rename"]


def here(desk: Desk[Asker], slug: str) -> Workspace:
    """Give the workspace that is spoken of: the one where one works; administrators of the server may name any.

    The role that the door has checked is the one in this workspace, and in no other.

    Raises
    ------
    NotFound
        If it is another one.
    """
    query = select(Workspace).where(Workspace.slug == slug)
    if not desk.asker.administrator:
        query = query.where(Workspace.id == desk.asker.workspace_id)
    found: Workspace | None = desk.db.scalar(query)
    if found is None:
        raise NotFound(f"no workspace {slug!r} where you work", hint="choose it by X-Oddline-Workspace")
    return found


def listed(desk: Desk[Asker], *, everything: bool, cursor: str | None, limit: int) -> dict[str, Any]:
    """List the workspaces of who asks, or all of the server.

    Raises
    ------
    Forbidden
        If all are asked for by somebody who does not administer the server.
    """
    query: Select[Any] = select(Workspace)
    if everything:
        if not desk.asker.administrator:
            raise Forbidden("only an administrator of this server may list all workspaces")
    elif desk.asker.token_id:
        query = query.where(Workspace.id == desk.asker.workspace_id)
    else:
        query = query.join(Member).where(Member.user_id == desk.asker.user_id)
    return page_of(desk.db, query, Workspace.id, cursor, limit, lambda one: _shown(desk, one))


def create(desk: Desk[Asker], body: NewWorkspace) -> WorkspaceShown:
    """Make a workspace; whoever makes it is its first admin."""
    workspace = make_workspace(desk.db, body.name, body.slug)
    join(desk.db, desk.db.get_one(User, desk.asker.user_id), workspace.id, "admin")
    note(desk, "workspace.create", workspace.slug, workspace=workspace.id, name=workspace.name)
    return _shown(desk, workspace)


def rename(desk: Desk[Asker], slug: str, body: RenameWorkspace) -> WorkspaceShown:
    """Give a workspace another name."""
    workspace = here(desk, slug)
    if workspace.name != body.name:
        note(desk, "workspace.rename", slug, workspace=workspace.id, before=workspace.name, after=body.name)
        workspace.name = body.name
    return _shown(desk, workspace)


def _shown(desk: Desk[Asker], workspace: Workspace) -> WorkspaceShown:
    members = desk.db.scalar(select(func.count()).where(Member.workspace_id == workspace.id)) or 0
    own = desk.db.get(Member, (workspace.id, desk.asker.user_id))
    return WorkspaceShown(
        slug=workspace.slug,
        name=workspace.name,
        role=own.role if own else None,
        members=members,
        created=workspace.created,
    )
