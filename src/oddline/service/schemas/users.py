"""People: of a workspace, and of the whole server."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from oddline.service.schemas._sent import Email, Line, RoleName, Sent, Slug
from oddline.service.schemas.session import OwnPlace

__all__ = [
    "AddMember",
    "ChangeMember",
    "ChangeUser",
    "MemberShown",
    "NewWorkspace",
    "RenameWorkspace",
    "UserShown",
    "WorkspaceShown",
]


class NewWorkspace(Sent):
    """A workspace; its short name for addresses is made of its name if there is none."""

    name: Line = Field(examples=["Payments"])
    slug: Slug | None = None


class RenameWorkspace(Sent):
    """Another name; the short one stays, because links hold it."""

    name: Line


class WorkspaceShown(BaseModel):
    """A workspace, and what who asks is in it."""

    slug: str
    name: str
    role: str | None
    members: int
    created: datetime


class AddMember(Sent):
    """Somebody who has an account."""

    email: Email
    role: RoleName


class ChangeMember(Sent):
    """Another role."""

    role: RoleName


class MemberShown(BaseModel):
    """Somebody in a workspace."""

    user: str
    name: str
    email: str
    role: str
    active: bool
    created: datetime
    last_seen: datetime | None


class ChangeUser(Sent):
    """What is left out stays."""

    active: bool | None = None
    administrator: bool | None = None


class UserShown(BaseModel):
    """Somebody on this server."""

    id: str
    name: str
    email: str
    administrator: bool
    active: bool
    created: datetime
    last_seen: datetime | None
    workspaces: list[OwnPlace]
