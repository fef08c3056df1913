"""A file: plain, compressed, or an archive."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from oddline.core.errors import NoInput
from oddline.sources._limits import Meter
from oddline.sources._names import is_folder, is_pattern, shown
from oddline.sources._parts import Blob, Job, parts_of
from oddline.sources._pipe import Pipe
from oddline.sources._refusals import unreadable
from oddline.sources._stream import Disk, Tally
from oddline.sources.base import Part, Source

__all__ = ["File"]

_SPECIAL = ((stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"), (stat.S_ISSOCK, "a socket"))


class File(Source):
    """One file; it is taken for what its first bytes say and not for what its name says.

    A named pipe is read as standard input is.
    """

    @classmethod
    def accepts(cls, path: str) -> bool:
        """Tell whether this is a plain path, and no folder; it need not exist."""
        return path != "-" and not is_folder(path) and not is_pattern(path)

    def __init__(self, path: str, job: Job | None = None) -> None:
        self.path = path
        self.job = job or Job()

    def parts(self) -> Iterable[Part]:
        """List one part, or one a member of an archive."""
        mode, blob = self._blob()
        found = list(parts_of(blob, self.job))
        if not found and stat.S_ISREG(mode):
            raise NoInput(f"{blob.name} is an archive without logs in it", hint="see the warnings")
        return found

    def _blob(self) -> tuple[int, Blob]:
        """Look at the file without reading it.

        Raises
        ------
        NoInput
            If it is missing, not permitted, or nothing that can be read.
        """
        name, path = shown(self.path), Path(self.path)
        try:
            status = path.stat()
            for is_special, what in _SPECIAL:
                if is_special(status.st_mode):
                    raise NoInput(f"{name} is {what}", expected="a file, a folder or a pipe")
            if stat.S_ISFIFO(status.st_mode):
                # Opened once, for good: its writer sees one reader come and go.
                return status.st_mode, Pipe(path.open("rb", buffering=0), name).blob(self.job.limits)
            path.open("rb").close()
        except (OSError, ValueError) as error:
            raise unreadable(name, error) from error
        tally, size = Tally(), status.st_size
        return status.st_mode, Blob(
            name,
            os.path.realpath(path),
            lambda: _open(path, name, tally),
            size,
            status.st_mtime,
            tally,
            Meter(name, self.job.limits, lambda: size),
            path=path,
        )


def _open(path: Path, name: str, tally: Tally) -> Disk:
    try:
        return Disk(path, tally)
    except OSError as error:
        raise unreadable(name, error) from error
