"""Uploads as files for a job."""

from __future__ import annotations

import os
from pathlib import Path

from oddline.core.errors import NoInput
from oddline.service.context import Service
from oddline.service.db.tables import Upload
from oddline.service.errors import NotFound
from oddline.service.storage.uploads import materialise

__all__ = ["bring"]


def bring(service: Service, workspace_id: str, upload_id: str, folder: Path) -> Path:
    """Write an upload into a folder under its own name; one that is taken gets a number.

    The file is as old as its sender says, else as the upload: a log whose lines tell no year is read by that, whenever
    the job runs.

    Raises
    ------
    NoInput
        If it is not there any more.
    """
    try:
        path = materialise(service, upload_id, folder, workspace_id)
    except NotFound as error:
        raise NoInput(f"the upload {upload_id} is not there any more", hint="send it again") from error
    with service.reading() as db:
        upload = db.get(Upload, upload_id)
    if upload is not None:
        moment = (getattr(upload, "modified", None) or upload.completed or upload.created).timestamp()
        os.utime(path, (moment, moment))
    return path
