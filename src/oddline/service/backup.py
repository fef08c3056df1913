"""One file that holds a whole data folder, taken while the service runs."""

from __future__ import annotations

import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from oddline.core.errors import CannotCreate, NoInput, UsageError
from oddline.service.settings import Settings

__all__ = ["back_up", "restore"]

DATABASES = ("jobs.sqlite", "oddline.sqlite")
"""In this order: a job that is known to its queue alone is nothing, one that is known to us alone is queued again."""


def back_up(settings: Settings, path: Path) -> tuple[int, int]:
    """Write the databases and every file into a tar archive; give how many files and bytes.

    The databases are copied first, each at one moment (SQLite's online backup), and files afterwards: they are written
    before they are referred to and never change, so none that the copy refers to can be missing.

    Raises
    ------
    UsageError
        If the database or the files are elsewhere: those have backups of their own.
    CannotCreate
        If the archive cannot be written, or is there already.
    """
    if not settings.database_url.startswith("sqlite") or not settings.storage_url.startswith("file://"):
        raise UsageError(
            "the database or the files are not in the data folder",
            expected="SQLite and a folder",
            hint="pg_dump, and the versions or replication of your bucket: see docs/deploy.md",
        )
    if not (settings.data_dir / "oddline.sqlite").exists():
        raise NoInput(f"no data in {settings.data_dir}", expected="the --data-dir of oddline serve")
    try:
        with tarfile.open(path, "x") as archive, TemporaryDirectory() as work:
            return _written(archive, settings.data_dir, Path(work))
    except FileExistsError as error:
        raise CannotCreate(f"{path} is there already", hint="another name") from error
    except OSError as error:
        raise CannotCreate(f"{path} cannot be written ({error.strerror})", expected="a folder with room") from error


def restore(path: Path, folder: Path) -> None:
    """Unpack a backup into a folder that is empty or not there yet.

    Raises
    ------
    UsageError
        If the folder holds something.
    NoInput
        If the archive cannot be read.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", expected="a new folder", hint="move the old one away first")
    try:
        with tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise NoInput(f"{path} cannot be read ({error})", expected="a file that oddline backup wrote") from error


def _written(archive: tarfile.TarFile, folder: Path, work: Path) -> tuple[int, int]:
    files = size = 0
    for path, name in (*_databases(folder, work), *_blobs(folder)):
        archive.add(path, name, recursive=False)
        files, size = files + 1, size + path.stat().st_size
    return files, size


def _databases(folder: Path, work: Path) -> Iterator[tuple[Path, str]]:
    for name in DATABASES:
        if (folder / name).exists():
            with closing(sqlite3.connect(folder / name)) as live, closing(sqlite3.connect(work / name)) as copy:
                live.backup(copy)
            yield work / name, name


def _blobs(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted((folder / "files").rglob("*")):
        if path.is_file() and len(path.name) == 64:  # what is still being written has another name
            yield path, str(path.relative_to(folder))
