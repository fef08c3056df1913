"""The example: a shop whose database was killed part-way, recorded for real, to look around in."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from oddline.core.errors import NoInput
from oddline.service.acts import scans
from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import Upload, UploadPart, Workspace
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.people.accounts import make_user, make_workspace
from oddline.service.schemas.scans import ScanRequest, ScanShown

__all__ = ["SLUG", "begin", "files", "start"]

SLUG = "example"
TITLE = "A shop loses its database"
PACKAGE = Path(__file__).parents[2]
PLACES = (PACKAGE / "example", PACKAGE.parents[1] / "examples" / "shop")
"""Where the recording is: in an installed package, or in a clone."""


def files() -> list[Path]:
    """List the files of the recording.

    Raises
    ------
    NoInput
        If this installation came without it.

    Examples
    --------
    >>> [path.name for path in files()]
    ['app.log', 'nginx-access.log', 'nginx-error.log', 'postgresql.log']
    """
    for place in PLACES:
        found = sorted(place.glob("*.log"))
        if found:
            return found
    raise NoInput("this installation has no example", hint="scan a file of your own")


def start(desk: Desk[Asker]) -> ScanShown:
    """Put the example into the asker's workspace, and scan it."""
    sent = [_send(desk, path) for path in files()]
    return scans.create(desk, ScanRequest(uploads=[upload.id for upload in sent], title=TITLE))


def begin(service: Service) -> None:
    """Make a workspace of the example, once: whoever sets the server up finds it there, already scanned."""
    with service.writing() as db:
        if db.scalar(select(Workspace.id).limit(1)) is not None:
            return
        workspace = make_workspace(db, "Example", SLUG)
        # Nobody can sign in as this one; it stands where it says by whom the scan was started.
        maker = make_user(db, name="Oddline", email="oddline@localhost")
        maker.active = False
        db.flush()
        asker = Asker(
            user_id=maker.id,
            name=maker.name,
            email=maker.email,
            administrator=False,
            workspace_id=workspace.id,
            workspace=workspace.slug,
            workspace_name=workspace.name,
            role="analyst",
            address="",
        )
        start(Desk(service, db, asker))


def _send(desk: Desk[Asker], path: Path) -> Upload:
    content = path.read_bytes()
    blob = desk.service.store.put(content)
    upload = Upload(
        workspace_id=desk.asker.workspace_id,
        user_id=desk.asker.user_id,
        name=path.name,
        state="complete",
        received=len(content),
        size=len(content),
        sha256=blob,  # of one part only: the name of a blob is the hash of what it holds
        completed=now(),
        parts=[UploadPart(start=0, size=len(content), blob=blob)],
    )
    desk.db.add(upload)
    desk.db.flush()
    return upload
