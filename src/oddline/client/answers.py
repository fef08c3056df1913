"""What the service answers, typed; members that a newer service adds are kept, and do no harm."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "AuditEntry",
    "Comment",
    "Detector",
    "Evaluation",
    "Event",
    "File",
    "Incident",
    "Job",
    "LogLine",
    "Me",
    "Member",
    "Model",
    "Plugin",
    "Preview",
    "Row",
    "Rows",
    "Scan",
    "Summary",
    "Template",
    "Token",
    "Upload",
    "Work",
]

WorkState = Literal["queued", "running", "done", "failed", "cancelled"]


class Answer(BaseModel):
    """Something that the service answered."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Upload(Answer):
    """A file that was sent, or is being sent."""

    id: str
    name: str
    state: Literal["receiving", "complete", "failed"]
    received: int
    size: int | None = None
    sha256: str | None = None
    created: datetime
    part_bytes: int = 8 << 20


class Preview(Answer):
    """What the beginning of an upload shows."""

    format: str
    confidence: float
    tabular: bool
    events: int | None = None
    columns: list[dict[str, Any]] = Field(default_factory=list)
    label_candidates: list[dict[str, Any]] = Field(default_factory=list)
    lines: list[dict[str, Any]] = Field(default_factory=list)
    rows: list[dict[str, Any]] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class Job(Answer):
    """Work that goes on after the request that asked for it."""

    id: str
    kind: str
    subject: str | None = None
    title: str = ""
    state: WorkState
    stage: str = ""
    share: float = 0.0
    attempt: int = 1
    problem: dict[str, Any] | None = None


class LogLine(Answer):
    """Something that a job said."""

    at: datetime
    level: str
    text: str


class Event(Answer):
    """Something that happened: ``kind`` is ``state``, ``progress``, ``log`` or ``change``."""

    id: str
    kind: str
    data: dict[str, Any]


class File(Answer):
    """A file that was read."""

    id: str
    name: str
    size: int


class Work(Answer):
    """Something that a job makes: it can be waited for."""

    id: str
    state: WorkState
    job: Job | None = None
    problem: dict[str, Any] | None = None
    created: datetime
    finished: datetime | None = None


class Summary(Answer):
    """What a scan found, in figures."""

    events: int
    rows: int
    anomalies: int
    incidents: int
    detector: str
    format: str = ""
    noun: str = "line"
    threshold: dict[str, Any] = Field(default_factory=dict)
    verdict: dict[str, Any] = Field(default_factory=dict)
    seconds: float = 0.0


class Scan(Work):
    """One question put to some uploads, and its answer."""

    title: str
    uploads: list[File] = Field(default_factory=list)
    baseline: dict[str, Any] | None = None
    request: dict[str, Any] = Field(default_factory=dict)
    summary: Summary | None = None


class Row(Answer):
    """One scored row."""

    row: int
    source: str
    line: int
    ts: datetime | None = None
    score: float | None = None
    anomaly: bool
    severity: str | None = None
    confidence: float | None = None
    template: int | None = None
    text: str
    why: str = ""
    incident: int | None = None
    label: str | None = None


class Rows(Answer):
    """A page of rows, and how many there are in all."""

    items: list[Row]
    next: str | None = None
    total: int
    by_severity: dict[str, int] = Field(default_factory=dict)
    anomalies: int = 0


class Template(Answer):
    """A template of a scan."""

    number: int
    text: str
    count: int
    change: str | None = None
    odd: int = 0


class Comment(Answer):
    """What somebody said of an incident."""

    id: str
    by: str | None = None
    text: str
    created: datetime


class Incident(Answer):
    """Anomalies of one scan that tell one story."""

    id: str
    scan: str
    title: str
    severity: str
    state: str
    score: float
    count: int
    owner: str | None = None
    comments: list[Comment] = Field(default_factory=list)


class Model(Work):
    """A fitted pipeline."""

    name: str
    card: dict[str, Any] | None = None
    size: int | None = None


class Evaluation(Work):
    """A scan held against labels, or a search of parameters."""

    kind: Literal["evaluate", "tune"]
    scan: str | None = None
    report: dict[str, Any] | None = None


class Detector(Answer):
    """A detector that can be chosen."""

    name: str
    title: str
    summary: str
    supervised: bool = False
    installed: bool = True
    parameters: dict[str, Any] = Field(default_factory=dict)


class Plugin(Answer):
    """Something that can be chosen by name."""

    name: str
    summary: str
    parameters: dict[str, Any] | None = None


class Token(Answer):
    """A key for programs; ``secret`` is told once, when it is made."""

    id: str
    name: str
    role: str
    state: str = "live"
    expires: datetime | None = None
    secret: str | None = None


class Me(Answer):
    """Who the token speaks for, where, as what."""

    id: str
    name: str
    email: str
    workspace: str
    role: str


class Member(Answer):
    """Somebody of the workspace."""

    user: str
    name: str
    email: str
    role: str


class AuditEntry(Answer):
    """Who did what, when."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str = ""
    details: dict[str, Any] = Field(default_factory=dict)
