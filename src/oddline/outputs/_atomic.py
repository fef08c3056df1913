"""A file is there whole or not at all.

The text goes to a file of another name in the same folder, is forced to the disk, and takes the place of
the target by one rename, which POSIX makes atomic. Whatever goes wrong on the way (a full disk, Ctrl-C),
the old file stands untouched and nothing half-written is left.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from oddline.core.errors import CannotCreate, IOFailure, OddlineError
from oddline.outputs._hostile import terminal

_HINTS = {
    errno.ENOSPC: "free some space, or write to another disk",
    errno.EDQUOT: "your quota is used up; free some space, or write to another disk",
    errno.EFBIG: "the file would be larger than this system or its limits allow (see ulimit -f)",
    errno.EROFS: "this disk is read-only; write to another one",
    errno.ENAMETOOLONG: "a shorter name",
}


_STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")


class _Recorder(io.FileIO):
    """A file that remembers its first failure: libraries wrap or swallow what ``write`` raised."""

    failure: OSError | None = None

    def write(self, data: object) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]
        except OSError as error:
            self.failure = self.failure or error
            raise

    # A library that sees a file number writes past this class, and its failure would be lost.
    def fileno(self) -> int:
        raise io.UnsupportedOperation("fileno")


@contextmanager
def atomic(path: str | Path) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of ``path`` when the block ends well, and never else.

    A symbolic link is followed and the file behind it replaced, with its permissions kept. A device, a
    pipe or a socket (``/dev/stdout``, a FIFO) is written straight: nothing can be renamed over it.

    Raises
    ------
    CannotCreate
        If there can be no such file: a folder that is missing or not writable, a folder of that name.
    IOFailure
        If writing broke off half-way, for example on a full disk. A closed pipe stays
        :class:`BrokenPipeError`: the reader had enough, and that is no failure of ours.
    """
    name = terminal(str(path))
    if str(path).startswith(_STREAMS):  # what stands behind may be a file of the shell's, opened for appending
        with _written(name, _open(name, Path(path), os.O_WRONLY | os.O_APPEND)) as file:
            yield file
        return
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode if target.exists() else None
    except OSError as error:
        raise _refusal(name, target, error) from error
    if mode is not None and stat.S_ISDIR(mode):
        raise CannotCreate(f"{name} is a folder", expected="the name of a file", hint="add a file name to it")
    if mode is not None and not stat.S_ISREG(mode):
        with _written(name, _open(name, target, os.O_WRONLY)) as file:
            yield file
        return
    beside = target.with_name(f".oddline-{secrets.token_hex(8)}.part")
    raw = _open(name, beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with _written(name, raw) as file:
            if mode is not None:
                beside.chmod(stat.S_IMODE(mode))
            yield file
            file.flush()
            _force_to_disk(raw)
        with _told(name, raw):
            beside.replace(target)
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            beside.unlink()
        raise


def _force_to_disk(raw: _Recorder) -> None:
    try:
        os.fsync(io.FileIO.fileno(raw))
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some network file systems know no fsync
            raise


def _open(name: str, path: Path, flags: int) -> _Recorder:
    try:
        number = os.open(path, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
    except OSError as error:
        raise _refusal(name, path, error) from error
    return _Recorder(number, "wb")


@contextmanager
def _written(name: str, raw: _Recorder) -> Iterator[BinaryIO]:
    """Give a buffered file, and turn any failure of its writes into ours."""
    with _told(name, raw):
        file = io.BufferedWriter(raw, 1 << 20)
        try:
            yield cast("BinaryIO", file)
            file.flush()
        finally:
            with suppress(OSError):  # what could not be flushed was told already
                file.close()
            if not raw.closed:
                raw.close()


@contextmanager
def _told(name: str, raw: _Recorder) -> Iterator[None]:
    try:
        yield
    except OddlineError:
        raise
    except Exception as error:
        failure = raw.failure or (error if isinstance(error, OSError) else None)
        if failure is None:
            raise
        if isinstance(failure, BrokenPipeError):
            raise failure from None
        raise IOFailure(
            f"writing {name} broke off: {failure.strerror or failure}",
            hint=_HINTS.get(failure.errno or 0, ""),
        ) from failure


def _refusal(name: str, path: Path, error: OSError) -> CannotCreate:
    hint = _HINTS.get(error.errno or 0, "")
    if isinstance(error, FileNotFoundError):
        hint = f"mkdir -p {terminal(str(path.parent))}"
    elif isinstance(error, PermissionError):
        hint = f"a folder that you may write to; {terminal(str(path.parent))} is not"
    elif isinstance(error, NotADirectoryError):
        hint = "another folder; a part of this path is a file"
    return CannotCreate(f"cannot create {name}: {error.strerror or error}", hint=hint)
