"""Jobs: what runs, how far it is, why it failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

__all__ = ["JobLog", "JobShown", "JobState", "LogLine"]

JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class JobShown(BaseModel):
    """Work that goes on after the request that asked for it."""

    id: str = Field(examples=["job_06f1x4zq9k3v7c2m5n8p"])
    kind: str = Field(examples=["scan"])
    subject: str | None = Field(description="What it works for: a scan, a model, an evaluation.")
    title: str = Field(examples=["app.log"])
    state: JobState
    stage: str = Field(examples=["detect"])
    share: float = Field(ge=0, le=1, description="Of the whole job.")
    stages: list[str] = Field(description="In order.")
    attempt: int = Field(ge=1)
    problem: dict[str, Any] | None = Field(description="Why it failed, as problem details.")
    can: list[Literal["cancel", "retry"]]
    user: str | None
    user_name: str | None
    created: datetime
    started: datetime | None
    finished: datetime | None
    waiting: int | None = Field(None, description="Jobs before it, while it waits.")


class LogLine(BaseModel):
    """Something that a job said."""

    at: datetime
    level: str
    text: str


class JobLog(BaseModel):
    """What a job said."""

    lines: list[LogLine]
