"""The two steps of every job: do the work, then keep what came of it, in one transaction."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from oddline.core.errors import OddlineError
from oddline.service.context import Service
from oddline.service.db.tables import Artifact, Job
from oddline.service.db.types import now
from oddline.service.jobs.events import tell, tell_state
from oddline.service.jobs.kinds import kind_of
from oddline.service.jobs.kinds._base import Kind, Order
from oddline.service.jobs.problem import problem_of_end, problem_of_error
from oddline.service.jobs.process import Bounds, Ended, ran
from oddline.service.storage.inputs import bring

__all__ = ["Outcome", "Stopped", "do", "publish"]

log = logging.getLogger("oddline.service.jobs")

OFTEN = 0.25
"""Seconds between two notes of progress: four a second are enough for an eye."""

KEPT_EVERY = 2.0
"""Seconds between two copies of the file that a next attempt goes on from."""

WORDS = 200
"""Lines of a job's log that are kept."""

Outcome = dict[str, Any]
"""``state``, and then: ``files`` and ``told`` (a blob) of what is done, or ``problem`` of what failed."""


class Stopped(BaseException):
    """Who works goes, or has been given up by the others: the step is not done, and has not failed either."""


def do(service: Service, job_id: str, attempt: int, worker: str, wanted: Callable[[], bool]) -> Outcome:
    """Do a job's work, and give what came of it; nothing in the database refers to that yet.

    Raises
    ------
    Stopped
        If the work is to be done by somebody else, later.
    """
    job = _begun(service, job_id, attempt, worker)
    if job is None:
        return {"state": "gone"}
    kind = kind_of(job.kind)
    place = service.settings.data_dir / "work" / worker
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f"{job.id}-{attempt}-", dir=place))
    try:
        if kind.run is not None:
            return {"state": "done", "files": {}, "told": _kept_told(service, kind.run(service, job))}
        return _worked(service, job, kind, folder, wanted)
    except OddlineError as error:
        return {"state": "failed", "problem": problem_of_error(error)}
    except Exception as error:
        log.exception("job %s", job_id)
        return {"state": "failed", "problem": problem_of_error(error)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(service: Service, job_id: str, attempt: int, outcome: Outcome) -> str:
    """End a job: what it left is kept and referred to, all at once or not at all, and only once.

    Raises
    ------
    LookupError
        If a blob has gone since: the work is to be done again.
    """
    told: dict[str, Any] = {}
    if outcome["state"] == "done":
        if not service.store.has(outcome["told"]):
            raise LookupError("its outcome has been cleaned up")
        told = json.loads(service.store.get(outcome["told"]))
    files = {name: (blob, size) for name, (blob, size) in outcome.get("files", {}).items()}
    with service.writing() as db:
        job = db.get(Job, job_id, with_for_update=True)
        if job is None or job.state != "running" or job.attempt != attempt:
            return "gone"
        if outcome["state"] == "done":
            kind_of(job.kind).finish(db, job, files, told)
            db.flush()  # from here on the clean-up sees that these blobs are referred to
            if missing := [name for name, (blob, _) in files.items() if not service.store.has(blob)]:
                raise LookupError(f"{missing[0]} has been cleaned up")
            job.share, job.stage = 1.0, ""
        job.problem = outcome.get("problem")
        ended(db, job, outcome["state"])
        return str(outcome["state"])


def ended(db: Session, job: Job, state: str) -> None:
    """Write down that a job has ended, and how; its subject ends with it."""
    job.state, job.finished = state, now()
    _follow(db, job)
    tell_state(db, job)


def _follow(db: Session, job: Job) -> None:
    """Let the subject of a job stand as the job does."""
    table = kind_of(job.kind).subject
    subject: Any = db.get(table, job.subject_id) if table is not None else None
    if subject is not None and subject.job_id == job.id:
        subject.state, subject.finished = job.state, job.finished


def _begun(service: Service, job_id: str, attempt: int, worker: str) -> Job | None:
    """Write down that a job is worked on, by whom; None if it is not wanted any more."""
    with service.writing() as db:
        job = db.get(Job, job_id, with_for_update=True)
        if job is None or job.state not in {"queued", "running"} or job.attempt != attempt:
            return None
        job.state, job.worker, job.stage, job.share = "running", worker, "", 0.0
        job.started = job.started or now()
        _follow(db, job)
        tell_state(db, job)
        return job


def _worked(service: Service, job: Job, kind: Kind, folder: Path, wanted: Callable[[], bool]) -> Outcome:
    progress = _Progress(service, job, kind, folder / "out" / kind.kept)

    def still() -> bool:
        progress.flush()
        return wanted()

    with service.reading() as db:
        order = kind.order(db, service, job)
    inside, out = folder / "in", folder / "out"
    inside.mkdir()
    out.mkdir()
    _fetched(service, job, order, inside, progress)
    settings = service.settings
    ended_so = ran(
        "oddline.service.jobs.run",
        [job.kind],
        order.request,
        inside,
        Bounds(settings.limits.job_seconds, settings.job_memory),
        heard=progress.heard,
        wanted=still,
    )
    if kind.kept and (out / kind.kept).is_file():
        keep_one(service, job, out / kind.kept)
    if ended_so.why == "stopped":
        return _stopped(service, job)
    if ended_so.why != "done":
        _explain(service, job, ended_so)
        return {"state": "failed", "problem": problem_of_end(ended_so, settings)}
    progress.stage("store", 0.0)
    left = [path for path in sorted(out.iterdir()) if not (kind.kept and path.name.startswith(kind.kept))]
    files = {path.name: service.store.put_file(path) for path in left}
    told, _ = service.store.put_file(folder / "told.json")
    return {"state": "done", "files": files, "told": told}


def _stopped(service: Service, job: Job) -> Outcome:
    """Tell whether the job was cancelled, or only this process has to go."""
    with service.reading() as db:
        now_is = db.get(Job, job.id)
        if now_is is not None and now_is.state == "running" and now_is.attempt == job.attempt:
            raise Stopped
    return {"state": "gone"}


def _fetched(service: Service, job: Job, order: Order, inside: Path, progress: _Progress) -> None:
    """Lay the files of an order into its folder."""
    files: dict[str, list[str]] = {}
    count, number = sum(map(len, order.uploads.values())), 0
    for name, uploads in order.uploads.items():
        folder = inside / name
        folder.mkdir(exist_ok=True)
        files[name] = []
        for upload in uploads:
            progress.stage("fetch", number / max(1, count))
            files[name].append(bring(service, job.workspace_id, upload, folder).name)
            number += 1
    for place, blob in order.blobs.items():
        path = inside / place
        path.parent.mkdir(parents=True, exist_ok=True)
        service.store.fetch(blob, path)
    order.request["files"] = files


def keep_one(service: Service, job: Job, path: Path) -> None:
    """Keep the file that the next attempt goes on from: its whole lines, for it may be written just now."""
    content = path.read_bytes()
    content = content[: content.rfind(b"\n") + 1]
    blob, size = service.store.put(content), len(content)
    with service.writing() as db:
        db.merge(Artifact(owner_id=job.id, name=path.name, workspace_id=job.workspace_id, blob=blob, size=size))


def _kept_told(service: Service, told: dict[str, Any]) -> str:
    return service.store.put(json.dumps(told).encode())


def _explain(service: Service, job: Job, end: Ended) -> None:
    """Keep what a process that failed has said: a bug is found by it."""
    text = "\n".join(part for part in (str(end.told.get("trace", "")), end.errors) if part.strip())
    log.warning("job %s: %s %s", job.id, end.why, end.told.get("text") or end.told.get("found") or end.code)
    if end.why != "error" and text:
        with service.writing() as db:
            tell(db, job.workspace_id, "log", {"job": job.id, "level": "error", "text": text[-20_000:]}, job_id=job.id)


class _Progress:
    """Writes down how far a job is, not too often."""

    def __init__(self, service: Service, job: Job, kind: Kind, keeps: Path) -> None:
        self._service, self._job, self._stages = service, job, kind.stages
        self._keeps, self._kept_at = keeps, 0.0
        self._share, self._when, self._words = 0.0, 0.0, 0
        self._waiting: dict[str, Any] = {}

    def heard(self, message: dict[str, Any]) -> None:
        """Take a message of the process."""
        if "stage" in message:
            self.stage(str(message["stage"]), float(message["share"]))
        elif "kept" in message:
            self._kept()
        elif "log" in message and self._words < WORDS:
            self._words += 1
            self._tell("log", level=str(message["level"]), text=str(message["log"])[:2000])

    def stage(self, name: str, share: float) -> None:
        """Take note of a stage; the share of the whole never goes back, although some stages come twice."""
        before = 0.0
        for stage, weight in self._stages.items():
            if stage == name:
                self._share = max(self._share, min(0.999, before + weight * min(1.0, max(0.0, share))))
            before += weight
        self._waiting = {"stage": name, "share": round(self._share, 4)}
        self.flush()

    def _kept(self) -> None:
        if monotonic() - self._kept_at > KEPT_EVERY:
            self._kept_at = monotonic()
            keep_one(self._service, self._job, self._keeps)

    def flush(self) -> None:
        """Write down what waits, if the last time is long enough ago."""
        if self._waiting and monotonic() - self._when > OFTEN:
            self._when, told, self._waiting = monotonic(), self._waiting, {}
            self._tell("progress", subject=self._job.subject_id, kind=self._job.kind, **told)

    def _tell(self, event: str, **data: Any) -> None:
        job = self._job
        try:
            with self._service.writing() as db:
                row = db.get(Job, job.id)
                if row is None or row.state != "running" or row.attempt != job.attempt:
                    return
                if event == "progress":
                    row.stage, row.share = data["stage"], data["share"]
                tell(db, job.workspace_id, event, {"job": job.id, **data}, job_id=job.id)
        except SQLAlchemyError:  # the work goes on, whoever knows of it
            log.warning("job %s: its progress could not be written", job.id, exc_info=True)
