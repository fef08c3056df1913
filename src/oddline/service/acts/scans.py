"""Scans: asked for, listed, renamed, removed."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, func, or_, select

from oddline.core.errors import UsageError
from oddline.service.acts import jobs
from oddline.service.acts._asking import check_judging, complete, title_of
from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Artifact, Incident, Job, Model, Scan, ScanUpload, Upload, User
from oddline.service.door import Desk
from oddline.service.errors import Conflict, NotFound, Unprocessable
from oddline.service.jobs.events import job_data, tell
from oddline.service.paging import page_of
from oddline.service.schemas.asking import FileShown
from oddline.service.schemas.jobs import JobShown
from oddline.service.schemas.scans import AgainstShown, OpenIncidents, ScanRequest, ScanShown

__all__ = ["again", "change", "create", "find", "listed", "read", "remove", "shown"]

BUSY = ("queued", "running")
OF_A_MODEL = ("detector", "settings", "by", "feature", "threshold", "quantile")
"""What a model brings itself, and nobody tells beside it."""


def create(desk: Desk[Asker], asked: ScanRequest) -> ScanShown:
    """Accept a scan.

    Raises
    ------
    UsageError
        If it makes no sense: a name that is none, a parameter that is none.
    NotFound, Conflict
        If something that it reads is not there, or not complete.
    TooMany
        If the workspace has as many jobs as it may.
    """
    uploads = complete(desk, asked.uploads)
    if len({upload.id for upload in uploads}) < len(uploads):
        raise Unprocessable("an upload is named twice", expected="each once")
    request = asked.words()
    normal = _baseline(desk, request)
    if (request["baseline"] or {}).get("model"):
        _refuse_beside_model(request)
    check_judging(request)
    request |= {"uploads": asked.uploads}
    scan = Scan(
        workspace_id=desk.asker.workspace_id,
        user_id=desk.asker.user_id,
        title=asked.title or title_of(uploads),
        request=request,
        state="queued",
    )
    desk.db.add(scan)
    desk.db.flush()
    for baseline, found in ((False, uploads), (True, normal)):
        for place, upload in enumerate(found):
            desk.db.add(ScanUpload(scan_id=scan.id, upload_id=upload.id, place=place, baseline=baseline))
    job = jobs.accept(desk, "scan", scan.id, scan.title, request)
    scan.job_id = job.id
    desk.db.flush()
    note(desk, "scan.start", scan.id, title=scan.title, uploads=asked.uploads, detector=request["detector"])
    return shown(desk, scan)


def again(desk: Desk[Asker], scan_id: str, changes: dict[str, Any]) -> ScanShown:
    """Ask the same once more, with some of it changed.

    Raises
    ------
    Unprocessable
        If the changes are none that a scan knows.
    """
    scan = find(desk, scan_id)
    before = {"title": None, **{key: value for key, value in scan.request.items() if key != "title"}}
    if before.get("baseline"):
        before["baseline"] = {key: value for key, value in before["baseline"].items() if value is not None}
        if "scan" in before["baseline"]:
            before["baseline"].pop("uploads", None)
    try:
        asked = ScanRequest.model_validate(before | changes)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Unprocessable(f"{where}: {first['msg']}", expected="the fields of POST /api/v1/scans") from error
    return create(desk, asked)


def find(desk: Desk[Asker], scan_id: str) -> Scan:
    """Give a scan of the asker's workspace.

    Raises
    ------
    NotFound
        If there is none.
    """
    scan = desk.db.get(Scan, scan_id)
    if scan is None or scan.workspace_id != desk.asker.workspace_id:
        raise NotFound(f"no scan {scan_id[:64]}", hint="GET /api/v1/scans lists those of your workspace")
    return scan


def read(desk: Desk[Asker], scan_id: str) -> ScanShown:
    """Tell about a scan."""
    return shown(desk, find(desk, scan_id))


def listed(
    desk: Desk[Asker], *, states: list[str], q: str, upload: str | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """List the workspace's scans, newest first; ``q`` has words of titles or of files' names."""
    query = select(Scan).where(Scan.workspace_id == desk.asker.workspace_id)
    if states:
        query = query.where(Scan.state.in_(states))
    if upload:
        query = query.where(Scan.id.in_(select(ScanUpload.scan_id).where(ScanUpload.upload_id == upload)))
    for word in q.replace("\0", "").split()[:20]:
        files = select(ScanUpload.scan_id).join(Upload).where(Upload.name.icontains(word, autoescape=True))
        query = query.where(or_(Scan.title.icontains(word, autoescape=True), Scan.id.in_(files)))
    return page_of(desk.db, query, Scan.id, cursor, limit, lambda scan: shown(desk, scan))


def change(desk: Desk[Asker], scan_id: str, title: str) -> ScanShown:
    """Call a scan otherwise."""
    scan = find(desk, scan_id)
    note(desk, "scan.rename", scan.id, before=scan.title, after=title)
    scan.title = title
    tell(desk.db, scan.workspace_id, "change", {"subject": scan.id, "what": "renamed"})
    return shown(desk, scan)


def remove(desk: Desk[Asker], scan_id: str) -> None:
    """Forget a scan and all that it left; one that waits or runs is cancelled first."""
    scan = find(desk, scan_id)
    note(desk, "scan.remove", scan.id, title=scan.title)
    forget(desk, scan.id, scan.job_id)
    desk.db.execute(delete(Scan).where(Scan.id == scan.id))


def forget(desk: Desk[Any], subject_id: str, job_id: str | None) -> None:
    """Let go of what belongs to a subject: its job, its files."""
    job = desk.db.get(Job, job_id) if job_id else None
    if job is not None and job.state in BUSY:
        jobs.end(desk, job)
    desk.db.execute(delete(Artifact).where(Artifact.owner_id == subject_id))
    tell(desk.db, desk.asker.workspace_id, "change", {"subject": subject_id, "what": "deleted"})
    if desk.service.shelf is not None:
        desk.service.shelf.forget(subject_id)


def shown(desk: Desk[Asker], scan: Scan) -> ScanShown:
    """Put a scan into what goes over the wire."""
    db = desk.db
    files: dict[bool, list[FileShown]] = {False: [], True: []}
    query = (
        select(ScanUpload.baseline, Upload.id, Upload.name, Upload.received)
        .join(Upload, ScanUpload.upload_id == Upload.id)
        .where(ScanUpload.scan_id == scan.id)
        .order_by(ScanUpload.place)
    )
    for baseline, upload, name, size in db.execute(query):
        files[baseline].append(FileShown(id=upload, name=name, size=size))
    job = db.get(Job, scan.job_id) if scan.job_id else None
    user = db.get(User, scan.user_id) if scan.user_id else None
    return ScanShown(
        id=scan.id,
        title=scan.title,
        state=scan.state,  # type: ignore[arg-type]
        uploads=files[False],
        baseline=_against(desk, scan, files[True]),
        request=scan.request,
        job=JobShown(**job_data(db, job)) if job else None,
        summary=scan.summary,
        problem=job.problem if job else None,
        incidents=_incidents(desk, scan) if scan.state == "done" else None,
        user=scan.user_id,
        user_name=user.name if user else None,
        created=scan.created,
        finished=scan.finished,
    )


def _baseline(desk: Desk[Asker], request: dict[str, Any]) -> list[Upload]:
    """Find the uploads of a baseline, and write them into the request: an earlier scan may be removed."""
    told = request["baseline"]
    if told is None:
        return []
    if single := told.pop("upload", None):
        told["uploads"] = [single]
    if told["model"]:
        model = desk.db.get(Model, told["model"])
        if model is None or model.workspace_id != desk.asker.workspace_id:
            raise NotFound(f"no model {told['model']}", hint="see GET /api/v1/models")
        if model.state != "done":
            raise Conflict(f"the model {model.name} is {model.state}", expected="one that is done")
        return []
    if told["scan"]:
        earlier = find(desk, told["scan"])
        query = select(ScanUpload.upload_id).where(ScanUpload.scan_id == earlier.id, ~ScanUpload.baseline)
        told["uploads"] = list(desk.db.scalars(query.order_by(ScanUpload.place)))
        if not told["uploads"]:
            raise Conflict(f"the files of {earlier.title} are not there any more", hint="choose another baseline")
    return complete(desk, told["uploads"])


def _refuse_beside_model(request: dict[str, Any]) -> None:
    beside = [name for name in OF_A_MODEL if request[name] not in (None, {})]
    if beside:
        raise UsageError(f"a model beside {', '.join(beside)}", expected="one of them: a model brings its own")


def _against(desk: Desk[Asker], scan: Scan, files: list[FileShown]) -> AgainstShown | None:
    told = scan.request.get("baseline")
    if not told:
        return None
    name = ", ".join(one.name for one in files)
    if told.get("model"):
        model = desk.db.get(Model, told["model"])
        name = model.name if model else told["model"]
    return AgainstShown(uploads=files, scan=told.get("scan"), model=told.get("model"), name=name)


def _incidents(desk: Desk[Asker], scan: Scan) -> OpenIncidents:
    query = select(Incident.state, func.count()).where(Incident.scan_id == scan.id).group_by(Incident.state)
    count = {state: number for state, number in desk.db.execute(query)}
    return OpenIncidents(open=count.get("open", 0), total=sum(count.values()))
