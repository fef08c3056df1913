"""Tokens: keys for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from oddline.service.schemas._sent import Line, RoleName, Sent

__all__ = ["NewToken", "TokenMade", "TokenShown"]


class NewToken(Sent):
    """A token for one workspace; it may do no more than who makes it."""

    name: Line = Field(examples=["nightly upload"])
    role: RoleName
    days: int | None = Field(90, ge=1, le=3650, description="When it ends; null: never.")


class TokenShown(BaseModel):
    """A token, without its secret."""

    id: str
    name: str
    role: str
    hint: str = Field(description="The last characters, to know it by.")
    user: str
    user_name: str
    created: datetime
    expires: datetime | None
    last_used: datetime | None
    revoked: datetime | None
    state: Literal["live", "expired", "revoked"]


class TokenMade(TokenShown):
    """A new token; its secret is shown once."""

    secret: str
