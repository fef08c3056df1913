"""Uploads as files for a job."""

from __future__ import annotations

import os
from pathlib import Path

from oddline.core.errors import NoInput
from oddline.service.context import Service
from oddline.service.db.tables import Upload

__all__ = ["bring"]


def bring(service: Service, workspace_id: str, upload_id: str, folder: Path) -> Path:
    """Write an upload into a folder under its own name; one that is taken gets a number.

    The file is as old as the upload: a log whose lines tell no year is read by that, whenever the job runs.

    Raises
    ------
    NoInput
        If it is not there any more.
    """
    with service.reading() as db:
        upload = db.get(Upload, upload_id)
        if upload is None or upload.workspace_id != workspace_id:
            raise NoInput(f"the upload {upload_id} is not there any more", hint="send it again")
        name, blobs, made = upload.name, [part.blob for part in upload.parts], upload.completed or upload.created
    path = _free(folder, name)
    with path.open("xb") as file:
        for blob in blobs:
            for piece in service.store.chunks(blob):
                file.write(piece)
    os.utime(path, (made.timestamp(), made.timestamp()))
    return path


def _free(folder: Path, name: str) -> Path:
    stem, dot, suffix = name.rpartition(".")
    stem, tail = (stem, dot + suffix) if stem else (name, "")
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{stem} ({number}){tail}"
    return path
