"""Signing in, and who is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from oddline.service.schemas._sent import Line, Secret, Sent, Slug, Text

__all__ = ["ChooseWorkspace", "Me", "MeChange", "OwnPlace", "PasswordChange", "Preferences", "SessionShown", "SignIn"]


class SignIn(Sent):
    """An e-mail address and a password."""

    email: Text = Field(max_length=320, examples=["mina@example.org"])
    password: Secret


class SessionShown(BaseModel):
    """A browser that is signed in."""

    id: str
    address: str
    agent: str
    created: datetime
    last_seen: datetime
    expires: datetime
    current: bool


class ChooseWorkspace(Sent):
    """Where to work."""

    workspace: Slug


class Preferences(BaseModel):
    """How somebody likes the pages."""

    model_config = ConfigDict(extra="ignore")

    theme: Literal["system", "light", "dark"] = "system"
    single_keys: bool = Field(True, description="Whether single keys are commands.")
    times: Literal["local", "utc"] = "local"


class PreferencesChange(Sent):
    """What is left out stays."""

    theme: Literal["system", "light", "dark"] | None = None
    single_keys: bool | None = None
    times: Literal["local", "utc"] | None = None


class MeChange(Sent):
    """What is left out stays."""

    name: Line | None = None
    preferences: PreferencesChange | None = None


class PasswordChange(Sent):
    """The old password and the new one; who has none sends no old one."""

    old: Secret | None = None
    new: Secret


class OwnPlace(BaseModel):
    """A workspace that one is a member of."""

    slug: str
    name: str
    role: str


class Me(BaseModel):
    """Who is signed in, where, as what."""

    id: str
    name: str
    email: str
    administrator: bool
    workspace: str
    workspace_name: str
    role: str
    form_key: str = Field("", description="Goes into `X-CSRF-Token` of whatever a browser sends.")
    has_password: bool = True
    preferences: Preferences = Field(default_factory=Preferences)
    workspaces: list[OwnPlace] = Field(default_factory=list)
