"""A folder, with everything in it that looks like a log."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from oddline.core.errors import NoInput, OddlineError
from oddline.sources._names import is_folder, shown, some
from oddline.sources._parts import Job
from oddline.sources._refusals import LooksBinary, unreadable
from oddline.sources.base import Part, Source
from oddline.sources.file import File

__all__ = ["Folder"]


class Folder(Source):
    """The files of a folder and of the folders in it, in the order of their names.

    Hidden files, binary files, and what is no file are passed over, and ``job.warnings`` says so. Links to files are
    followed, as container logs are such links; links to folders are not, so that there is no circle.
    """

    @classmethod
    def accepts(cls, path: str) -> bool:
        """Tell whether this is a folder."""
        return path != "-" and is_folder(path)

    def __init__(self, path: str, job: Job | None = None) -> None:
        self.path = path
        self.job = job or Job()
        self._passed: dict[str, list[str]] = {}

    def parts(self) -> Iterable[Part]:
        """List the parts.

        Raises
        ------
        NoInput
            If there is no log in it; the message tells what was passed over.
        """
        self._passed = {}
        found = [part for path in self._files(Path(self.path)) for part in self._look(path)]
        told = [f"{len(names)} {why} ({some(names)})" for why, names in sorted(self._passed.items())]
        if not found:
            raise NoInput(
                f"{shown(self.path)} is a folder without logs in it"
                + (f": passed over {'; '.join(told)}" if told else ""),
                hint="give another folder, or name the files",
            )
        self.job.warnings.extend(f"{shown(self.path)}: passed over {what}" for what in told)
        return found

    def _pass_over(self, why: str, path: Path) -> None:
        self._passed.setdefault(why, []).append(shown(os.path.relpath(path, self.path)))

    def _files(self, folder: Path) -> Iterator[Path]:
        """List files in the order of their names, folders among them; what cannot be opened is passed over."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            if folder == Path(self.path):
                raise unreadable(shown(self.path), error) from error
            self._pass_over("unreadable", folder)
            return
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                self._pass_over("hidden", path)
            elif entry.is_dir(follow_symlinks=False):
                yield from self._files(path)
            elif not entry.is_dir():
                yield path

    def _look(self, path: Path) -> Iterable[Part]:
        """Look into one file; a broken one is passed over, the others are read all the same."""
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                self._pass_over("not a file", path)
                return []
            if not status.st_size:
                self._pass_over("empty", path)
                return []
            return File(str(path), self.job).parts()
        except OSError:
            self._pass_over("unreadable", path)
        except LooksBinary:
            self._pass_over("binary", path)
        except OddlineError as error:
            self._pass_over("unreadable", path)
            self.job.warnings.append(error.found)
        return []
