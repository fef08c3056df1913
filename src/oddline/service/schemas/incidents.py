"""Incidents, and what people do about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["CommentBody", "CommentShown", "IncidentChange", "IncidentShown", "IncidentWhole"]


class IncidentShown(BaseModel):
    """An incident as a list shows it."""

    id: str = Field(examples=["inc_06f1x4zq9k3v7c2m5n8p"])
    scan: str
    number: int = Field(description="Its place among the incidents of its scan, worst first.")
    title: str = Field(examples=["connection to <IP> refused"])
    severity: str
    score: float
    source: str
    line: int
    count: int
    opened: datetime | None
    last_seen: datetime | None
    state: str = Field(examples=["open"])
    owner: str | None
    owner_name: str | None
    created: datetime
    changed: datetime
    details: dict[str, Any] = Field(description="Title in pieces, reasons, first line: as `/scans/{id}/incidents`.")


class CommentShown(BaseModel):
    """What somebody said."""

    id: str
    by: str | None
    text: str
    created: datetime


class IncidentWhole(IncidentShown):
    """An incident with what was said of it."""

    comments: list[CommentShown]


class IncidentChange(BaseModel):
    """What to change; what is left out stays. ``owner: null`` takes the owner away."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"state": "acknowledged"}]})

    state: str | None = None
    owner: str | None = None


class CommentBody(BaseModel):
    """What to say."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=10_000, examples=["The pool was full; raised to 80."])
