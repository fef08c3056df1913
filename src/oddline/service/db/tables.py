"""The tables: who there is, what was uploaded and scanned, what came of it, and who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from oddline.service.db.types import Json, Moment, now
from oddline.service.ids import new_id

ROLES = ("ingest", "viewer", "analyst", "admin")
STATES = ("queued", "running", "done", "failed", "cancelled")

Id = String(32)
Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only in a column that is called INTEGER."""


def _id(prefix: str) -> Mapped[str]:
    return mapped_column(Id, primary_key=True, default=lambda: new_id(prefix))


def _of(table: str, *, index: bool = True, **options: Any) -> Mapped[Any]:
    return mapped_column(Id, ForeignKey(f"{table}.id", ondelete="CASCADE"), index=index, **options)


def _made() -> Mapped[datetime]:
    return mapped_column(Moment, default=now)


class Base(DeclarativeBase):
    """All tables; constraints have names, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, dict[str, Any]: Json, list[Any]: Json, str: Text}  # noqa: RUF012


class Workspace(Base):
    """What a team shares, and nobody else sees."""

    __tablename__ = "workspaces"
    id: Mapped[str] = _id("wsp")
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created: Mapped[datetime] = _made()


class User(Base):
    """A person."""

    __tablename__ = "users"
    id: Mapped[str] = _id("usr")
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str]
    password: Mapped[str | None]
    subject: Mapped[str | None] = mapped_column(String(512), unique=True)
    administrator: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    preferences: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created: Mapped[datetime] = _made()
    last_seen: Mapped[datetime | None]


class Member(Base):
    """That a person belongs to a workspace, and as what."""

    __tablename__ = "members"
    workspace_id: Mapped[str] = _of("workspaces", index=False, primary_key=True)
    user_id: Mapped[str] = _of("users", primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime] = _made()


class Session(Base):
    """A browser that is signed in; the cookie's secret is kept as its hash only."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = _of("users")
    workspace_id: Mapped[str | None] = _of("workspaces", nullable=True)
    address: Mapped[str]
    agent: Mapped[str]
    created: Mapped[datetime] = _made()
    last_seen: Mapped[datetime] = _made()
    expires: Mapped[datetime]


class Token(Base):
    """A key for programs; shown once, kept as its hash."""

    __tablename__ = "tokens"
    id: Mapped[str] = _id("tok")
    workspace_id: Mapped[str] = _of("workspaces")
    user_id: Mapped[str] = _of("users")
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime] = _made()
    expires: Mapped[datetime | None]
    last_used: Mapped[datetime | None]
    revoked: Mapped[datetime | None]


class Invitation(Base):
    """A link that lets one person in; also the first administrator's set-up link, which has no workspace."""

    __tablename__ = "invitations"
    id: Mapped[str] = _id("inv")
    workspace_id: Mapped[str | None] = _of("workspaces", nullable=True)
    role: Mapped[str] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(320))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[str | None] = _of("users", nullable=True)
    created: Mapped[datetime] = _made()
    expires: Mapped[datetime]
    used: Mapped[datetime | None]
    used_by: Mapped[str | None] = _of("users", nullable=True)


class Upload(Base):
    """A file that somebody sent: one or more parts, in order."""

    __tablename__ = "uploads"
    id: Mapped[str] = _id("upl")
    workspace_id: Mapped[str] = _of("workspaces")
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    name: Mapped[str]
    state: Mapped[str] = mapped_column(String(16), default="receiving")
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    size: Mapped[int | None] = mapped_column(BigInteger)
    expected: Mapped[str | None] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    created: Mapped[datetime] = _made()
    completed: Mapped[datetime | None]
    parts: Mapped[list[UploadPart]] = relationship(order_by="UploadPart.start", cascade="all, delete-orphan")


class UploadPart(Base):
    """A stretch of an upload, and the blob that holds it."""

    __tablename__ = "upload_parts"
    upload_id: Mapped[str] = _of("uploads", index=False, primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    blob: Mapped[str] = mapped_column(String(64), index=True)


class Job(Base):
    """Work that outlives the request that asked for it; its id is that of the durable workflow."""

    __tablename__ = "jobs"
    id: Mapped[str] = _id("job")
    workspace_id: Mapped[str] = _of("workspaces")
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str | None] = mapped_column(Id, index=True)
    title: Mapped[str] = mapped_column(default="")
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    stage: Mapped[str] = mapped_column(String(32), default="")
    share: Mapped[float] = mapped_column(default=0.0)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    attempt: Mapped[int] = mapped_column(default=1)
    worker: Mapped[str | None] = mapped_column(String(64))
    created: Mapped[datetime] = _made()
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]


class JobEvent(Base):
    """One thing that happened in a job, numbered, so that a reader can go on where it was cut off."""

    __tablename__ = "job_events"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 — else a number comes again when the last is removed
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    job_id: Mapped[str | None] = _of("jobs", nullable=True)
    workspace_id: Mapped[str] = _of("workspaces")
    at: Mapped[datetime] = _made()
    kind: Mapped[str] = mapped_column(String(16))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class Scan(Base):
    """One question put to some uploads, and its answer."""

    __tablename__ = "scans"
    __table_args__ = (Index("ix_scans_workspace_id_created", "workspace_id", "created"),)
    id: Mapped[str] = _id("scn")
    workspace_id: Mapped[str] = _of("workspaces", index=False)
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    job_id: Mapped[str | None] = mapped_column(Id)
    title: Mapped[str]
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(16), default="queued")
    summary: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created: Mapped[datetime] = _made()
    finished: Mapped[datetime | None]


class ScanUpload(Base):
    """Which uploads a scan reads, in which order; a baseline's are marked."""

    __tablename__ = "scan_uploads"
    scan_id: Mapped[str] = _of("scans", index=False, primary_key=True)
    upload_id: Mapped[str] = _of("uploads", primary_key=True)
    place: Mapped[int] = mapped_column(default=0)
    baseline: Mapped[bool] = mapped_column(default=False, primary_key=True)


class Artifact(Base):
    """A file that a job left: results of a scan, a bundle, a report."""

    __tablename__ = "artifacts"
    owner_id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    workspace_id: Mapped[str] = _of("workspaces")
    blob: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)


class Incident(Base):
    """Anomalies of one scan that tell one story, and what people did about it."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("scan_id", "fingerprint"),
        Index("ix_incidents_workspace_id_state", "workspace_id", "state"),
    )
    id: Mapped[str] = _id("inc")
    workspace_id: Mapped[str] = _of("workspaces", index=False)
    scan_id: Mapped[str] = _of("scans", index=False)
    fingerprint: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    severity: Mapped[str] = mapped_column(String(16))
    score: Mapped[float]
    source: Mapped[str]
    line: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(BigInteger)
    opened: Mapped[datetime | None]
    last_seen: Mapped[datetime | None]
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(16), default="open")
    owner_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    created: Mapped[datetime] = _made()
    changed: Mapped[datetime] = mapped_column(Moment, default=now, onupdate=now)


class Comment(Base):
    """What somebody said of an incident."""

    __tablename__ = "comments"
    id: Mapped[str] = _id("cmt")
    incident_id: Mapped[str] = _of("incidents")
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    text: Mapped[str]
    created: Mapped[datetime] = _made()


class Verdict(Base):
    """What a person said of a row: real, expected, known."""

    __tablename__ = "verdicts"
    scan_id: Mapped[str] = _of("scans", index=False, primary_key=True)
    row: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(default="")
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    created: Mapped[datetime] = _made()


class Model(Base):
    """A fitted pipeline: its bundle is an artifact called ``model.odd``."""

    __tablename__ = "models"
    id: Mapped[str] = _id("mdl")
    workspace_id: Mapped[str] = _of("workspaces")
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    job_id: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str]
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(16), default="queued")
    card: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created: Mapped[datetime] = _made()
    finished: Mapped[datetime | None]


class Evaluation(Base):
    """A scan held against labels, or a search of parameters: a question with a table for an answer."""

    __tablename__ = "evaluations"
    id: Mapped[str] = _id("evl")
    workspace_id: Mapped[str] = _of("workspaces")
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    job_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(16), default="evaluate")
    scan_id: Mapped[str | None] = _of("scans", nullable=True)
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(16), default="queued")
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created: Mapped[datetime] = _made()
    finished: Mapped[datetime | None]


class IdempotencyKey(Base):
    """What was answered to a request that may be sent again."""

    __tablename__ = "idempotency_keys"
    asker_id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created: Mapped[datetime] = _made()


class AuditEntry(Base):
    """Who did what, when, from where. Rows are only ever added: triggers refuse everything else."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    workspace_id: Mapped[str | None] = mapped_column(Id, index=True)
    user_id: Mapped[str | None] = mapped_column(Id)
    who: Mapped[str]
    token_id: Mapped[str | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class Option(Base):
    """A setting that administrators change while the service runs."""

    __tablename__ = "options"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(Json)


class Worker(Base):
    """A process that runs jobs, and when it was last heard of."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    version: Mapped[str]
    started: Mapped[datetime] = _made()
    seen: Mapped[datetime] = _made()
