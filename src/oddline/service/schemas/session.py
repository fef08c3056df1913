"""Signing in."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Me", "SignIn"]


class SignIn(BaseModel):
    """An e-mail address and a password."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320, examples=["mina@example.org"])
    password: str = Field(max_length=1024)


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
