"""The audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

__all__ = ["Entry"]


class Entry(BaseModel):
    """Who did what, when, from where."""

    id: int
    at: datetime
    who: str
    user: str | None
    token: str | None
    action: str
    subject: str
    address: str
    workspace: str | None
    details: dict[str, Any]
