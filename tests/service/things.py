"""One of each thing that has an id, made straight in the database: a new noun adds its factory here.

``FACTORIES`` is by the name of the path's parameter; ``FIXED`` holds parameters that are no id of a workspace's thing.
Parameters of a query that are ids are in ``QUERIES``, by route and name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oddline.service.db.tables import (
    Evaluation,
    Incident,
    Invitation,
    Job,
    Model,
    Scan,
    Session,
    Token,
    Upload,
    Workspace,
)
from oddline.service.db.types import now
from oddline.service.people.secrets import digest, new_secret
from tests.service.conftest import People

Factory = Callable[[People, str], str]


def _kept(people: People, thing: Any) -> str:
    with people.service.writing() as db:
        db.add(thing)
        db.flush()
        return str(thing.id)


def _user(people: People, workspace: str) -> str:
    return people.user(f"thing-{new_secret()[:8].lower()}", workspace, "viewer")


def _slug(people: People, workspace: str) -> str:
    with people.service.reading() as db:
        return db.get_one(Workspace, workspace).slug


def _member(people: People, workspace: str) -> str:
    return _user(people, workspace)


def _scan(people: People, workspace: str) -> str:
    return _kept(people, Scan(workspace_id=workspace, title="a scan"))


def _job(people: People, workspace: str) -> str:
    return _kept(people, Job(workspace_id=workspace, kind="scan", state="failed", subject_id=_scan(people, workspace)))


def _incident(people: People, workspace: str) -> str:
    incident = Incident(
        workspace_id=workspace,
        scan_id=_scan(people, workspace),
        fingerprint=new_secret()[:20],
        title="odd",
        severity="high",
        score=90.0,
        source="app.log",
        line=1,
        count=1,
    )
    return _kept(people, incident)


def _upload(people: People, workspace: str) -> str:
    return _kept(people, Upload(workspace_id=workspace, name="app.log", size=10))


def _model(people: People, workspace: str) -> str:
    return _kept(people, Model(workspace_id=workspace, name="a model"))


def _evaluation(people: People, workspace: str) -> str:
    return _kept(people, Evaluation(workspace_id=workspace))


def _tuning(people: People, workspace: str) -> str:
    return _kept(people, Evaluation(workspace_id=workspace, kind="tune"))


def _token(people: People, workspace: str) -> str:
    token = Token(
        workspace_id=workspace,
        user_id=_user(people, workspace),
        name="t",
        role="viewer",
        digest=digest(new_secret()),
        hint="…",
    )
    return _kept(people, token)


def _invitation(people: People, workspace: str) -> str:
    ends = now().replace(year=now().year + 1)
    return _kept(people, Invitation(workspace_id=workspace, role="viewer", digest=digest(new_secret()), expires=ends))


def _session(people: People, workspace: str) -> str:
    ends = now().replace(year=now().year + 1)
    owner = _user(people, workspace)
    session = Session(id=digest(new_secret()), user_id=owner, address="", agent="", expires=ends)
    return f"ses_{_kept(people, session)[:20]}"


FACTORIES: dict[str, Factory] = {
    "evaluation": _evaluation,
    "incident": _incident,
    "invitation": _invitation,
    "job": _job,
    "model": _model,
    "scan": _scan,
    "session": _session,
    "slug": _slug,
    "token": _token,
    "tuning": _tuning,
    "upload": _upload,
    "user": _member,
}

FIXED: dict[str, str] = {"row": "0", "room": "formats", "name": "iforest"}

QUERIES: dict[tuple[str, str], Factory] = {
    ("/api/v1/compare", "a"): _scan,
    ("/api/v1/compare", "b"): _scan,
    ("/api/v1/compare/rows", "a"): _scan,
    ("/api/v1/compare/rows", "b"): _scan,
}

BODIES: dict[str, Any] = {}
"""Bodies that the schema alone does not tell, by ``METHOD path``."""


def _ready(people: People, workspace: str) -> str:
    blob = digest("")
    return _kept(people, Upload(workspace_id=workspace, name="a.log", size=0, state="complete", sha256=blob))


def _scanned(people: People, workspace: str) -> str:
    return _kept(people, Scan(workspace_id=workspace, title="a scan", state="done", request={"uploads": []}))


NAMED: list[tuple[str, Callable[[People, str, str], dict[str, Any]]]] = [
    ("/api/v1/scans", lambda people, own, theirs: {"uploads": [_ready(people, own), _ready(people, theirs)]}),
    *(
        (
            "/api/v1/scans",
            lambda people, own, theirs, kind=kind, make=make: {
                "uploads": [_ready(people, own)],
                "baseline": {kind: make(people, theirs)},
            },
        )
        for kind, make in (("upload", _ready), ("scan", _scanned), ("model", _model))
    ),
    ("/api/v1/models/fit", lambda people, own, theirs: {"uploads": [_ready(people, theirs)]}),
    ("/api/v1/tunings", lambda people, own, theirs: {"uploads": [_ready(people, theirs)]}),
    (
        "/api/v1/evaluations",
        lambda people, own, theirs: {"scan": _scanned(people, theirs), "labels": {"prefix": True}},
    ),
    (
        "/api/v1/evaluations",
        lambda people, own, theirs: {"scan": _scanned(people, own), "labels": {"upload": _ready(people, theirs)}},
    ),
]
"""Bodies of a POST that name things by id: of one's own workspace, and of theirs."""

PERSONAL = frozenset({"session"})
"""What belongs to a person, not to a workspace: not even the admin of the same one reaches it."""

__all__ = ["BODIES", "FACTORIES", "FIXED", "NAMED", "PERSONAL", "QUERIES"]
