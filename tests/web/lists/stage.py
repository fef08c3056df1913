"""A workspace as a team might have it after some weeks: scans in every state, incidents, jobs, a model."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session as Database

from oddline.service.context import Service
from oddline.service.db.tables import (
    Artifact,
    Base,
    Incident,
    Job,
    Member,
    Model,
    Scan,
    ScanUpload,
    Session,
    Upload,
    User,
    Verdict,
    Workspace,
)
from oddline.service.db.types import now
from oddline.service.jobs.events import job_data, tell, tell_state
from oddline.service.people.secrets import digest, new_secret

HARM = "<img src=x onerror=window.harmed=1></script><script>window.harmed=1</script>\u202e"
"""What somebody might write into a log, or call a file."""

TALLY = {"critical": 1, "high": 1, "medium": 2, "low": 1}


class Stage:
    """Sets a workspace up straight in the database, and lets jobs move without a worker."""

    def __init__(self, service: Service) -> None:
        self.service = service
        with service.writing() as db:
            payments, example = Workspace(slug="payments", name="payments"), Workspace(slug="example", name="Example")
            db.add_all([payments, example])
            db.flush()
            self.workspace, self.example = payments.id, example.id
        self.people: dict[str, str] = {}
        self.cookies = {role: self._person(role) for role in ("viewer", "analyst", "admin")}

    def _person(self, role: str) -> str:
        secret = new_secret()
        with self.service.writing() as db:
            user = User(email=f"{role}@example.org", name={"viewer": "Vera", "analyst": "Mina Park"}.get(role, "Ada"))
            db.add(user)
            db.flush()
            self.people[role] = user.id
            for place in (self.workspace, self.example):
                db.add(Member(workspace_id=place, user_id=user.id, role=role))
            ends = now() + timedelta(days=1)
            session = Session(
                id=digest(secret), user_id=user.id, workspace_id=self.workspace, address="", agent="", expires=ends
            )
            db.add(session)
        return secret

    def clear(self) -> None:
        """Take everything away but workspaces and people."""
        kept = {"workspaces", "users", "members", "sessions", "audit", "workers"}
        with self.service.writing() as db:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in kept:
                    db.execute(table.delete())

    def scan(self, title: str, state: str = "done", *, problem: dict[str, Any] | None = None, **job: Any) -> str:
        """Add a scan with its upload and its job."""
        moment = now() - timedelta(minutes=2)
        ended = state not in {"queued", "running"}
        with self.service.writing() as db:
            upload = self._upload(db, title)
            made = Job(
                workspace_id=self.workspace,
                user_id=self.people["analyst"],
                kind="scan",
                title=title,
                state=state,
                problem=problem,
                started=None if state == "queued" else moment,
                finished=moment + timedelta(seconds=1) if ended else None,
                **job,
            )
            db.add(made)
            db.flush()
            scan = Scan(
                workspace_id=self.workspace,
                user_id=self.people["analyst"],
                job_id=made.id,
                title=title,
                state=state,
                created=moment,
                request={"uploads": [upload.id]},
                summary=_summary() if state == "done" else None,
            )
            db.add(scan)
            db.flush()
            made.subject_id = scan.id
            db.add(ScanUpload(scan_id=scan.id, upload_id=upload.id))
            return scan.id

    def _upload(self, db: Database, name: str) -> Upload:
        upload = Upload(
            workspace_id=self.workspace,
            user_id=self.people["analyst"],
            name=name,
            state="complete",
            received=6_100_000,
            size=6_100_000,
            sha256="0" * 64,
        )
        db.add(upload)
        db.flush()
        return upload

    def incident(self, scan: str, severity: str = "critical", score: float = 97.2, **changes: Any) -> str:
        """Add an incident of a scan."""
        noon = now().replace(hour=0, minute=0, second=1, microsecond=0)
        reasons = [{"what": "Rate", "seen": "188 in 5 min", "expected": "at most 2", "share": 0.61}]
        told = {"number": 0, "said": "188 in 5 min, expected ≤ 2", "lasted": "5 min", "first_text": f"refused {HARM}"}
        with self.service.writing() as db:
            made = Incident(
                workspace_id=self.workspace,
                scan_id=scan,
                fingerprint=new_secret(),
                severity=severity,
                score=score,
                **{
                    "title": "connection to <IP> refused",
                    "source": "app.log",
                    "line": 31002,
                    "count": 188,
                    "opened": noon,
                    "last_seen": noon,
                    "details": {**told, "reasons": reasons},
                    **changes,
                },
            )
            db.add(made)
            db.flush()
            return made.id

    def model(self, name: str, age: timedelta = timedelta(days=2)) -> str:
        """Add a model that is ready."""
        card = {"detector": "odd_lines", "window": "line", "templates": 412, "data": {"events": 4_120_000}}
        with self.service.writing() as db:
            made = Model(workspace_id=self.workspace, name=name, state="done", created=now() - age, card=card)
            db.add(made)
            db.flush()
            db.add(
                Artifact(owner_id=made.id, name="model.odd", workspace_id=self.workspace, blob="0" * 64, size=2_400_000)
            )
            return made.id

    def verdicts(self, scan: str, **counts: int) -> None:
        """Let people have judged some rows."""
        said = [verdict for verdict, count in counts.items() for _ in range(count)]
        with self.service.writing() as db:
            db.add_all(Verdict(scan_id=scan, row=row, verdict=verdict) for row, verdict in enumerate(said))

    def move(self, scan: str, stage: str, share: float) -> None:
        """Let the job of a scan come further, as a worker would tell it."""
        with self.service.writing() as db:
            job = self._job(db, scan)
            job.stage, job.share = stage, share
            told = {"job": job.id, "subject": scan, "kind": "scan", "stage": stage, "share": share}
            tell(db, self.workspace, "progress", told, job_id=job.id)

    def say(self, scan: str, text: str, level: str = "info") -> None:
        """Let the job of a scan say something."""
        with self.service.writing() as db:
            job = self._job(db, scan)
            tell(db, self.workspace, "log", {"job": job.id, "level": level, "text": text}, job_id=job.id)

    def finish(self, scan: str) -> None:
        """Let the job of a scan be done."""
        with self.service.writing() as db:
            job, found = self._job(db, scan), db.get_one(Scan, scan)
            job.state, job.share, job.finished = "done", 1.0, now()
            found.state, found.summary = "done", _summary()
            tell_state(db, job)

    def _job(self, db: Database, scan: str) -> Job:
        found: Job = db.get_one(Job, db.get_one(Scan, scan).job_id)
        assert job_data(db, found)["subject"] == scan
        return found


def _summary() -> dict[str, Any]:
    return {
        "events": 48211,
        "noun": "line",
        "seconds": 0.21,
        "detector": "odd_lines",
        "against": "yesterday.log",
        "anomalies": 233,
        "incidents_by_severity": TALLY,
        "spark": {"volume": list(range(24)), "worst": [None] * 23 + ["critical"]},
    }
