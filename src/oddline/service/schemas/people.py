"""How people come in: the first set-up, registration, invitations, a new password."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from oddline.service.schemas._sent import Email, Key, Line, RoleName, Secret, Sent

__all__ = [
    "Accept",
    "Invitation",
    "InvitationMade",
    "Invite",
    "Invited",
    "Register",
    "Registration",
    "Reset",
    "ResetLink",
    "SetUp",
]


class SetUp(Sent):
    """The first administrator and the first workspace."""

    key: Key
    name: Line
    email: Email
    password: Secret
    workspace: Line = Field(examples=["Payments"])


class Register(Sent):
    """A new account; with the key of an invitation it belongs to that workspace."""

    name: Line
    email: Email
    password: Secret
    key: Key | None = None


class Invited(BaseModel):
    """What an invitation is to."""

    workspace: str
    role: str
    email: str | None


class Registration(BaseModel):
    """Who may register, and how one may sign in."""

    mode: Literal["open", "invitation", "off"]
    set_up: bool = Field(description="False until there is an administrator.")
    oidc: str | None = Field(description="What to call the single sign-on, if there is one.")
    invitation: Invited | None = None


class Reset(Sent):
    """A new password, by a link of an administrator."""

    key: Key
    password: Secret


class ResetLink(BaseModel):
    """A link that sets a new password; shown once."""

    link: str
    expires: datetime


class Accept(Sent):
    """The key of an invitation."""

    key: Key


class Invite(Sent):
    """Whom to invite; with an e-mail address, nobody else can use the link."""

    role: RoleName
    email: Email | None = None
    days: int = Field(7, ge=1, le=90)


class Invitation(BaseModel):
    """An invitation, without its key."""

    id: str
    role: str
    email: str | None
    made_by: str | None
    created: datetime
    expires: datetime
    used: datetime | None
    used_by: str | None
    state: Literal["waiting", "used", "expired"]


class InvitationMade(Invitation):
    """A new invitation; its link is shown once."""

    link: str
