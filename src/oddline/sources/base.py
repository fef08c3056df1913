"""A source lists its parts and opens each one as bytes or as lines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True)
class Part:
    """One stream of bytes: a file, a member of an archive, a pipe.

    ``open`` gives the *decompressed* bytes; reading from it raises :class:`~oddline.core.errors.BadData`
    for a broken or hostile compression, never the codec's own error. ``size`` is the size on disk in
    bytes where it is known (for progress), ``modified`` the time of last change as a POSIX time (a
    syslog line tells no year). ``consumed`` tells how many bytes on disk were read so far.
    """

    name: str
    open: Callable[[], BinaryIO]
    size: int | None = None
    modified: float | None = None
    consumed: Callable[[], int] = lambda: 0


class Source(ABC):
    """Where bytes come from."""

    @classmethod
    @abstractmethod
    def accepts(cls, path: str) -> bool:
        """Tell whether this source is the one for a path as the user wrote it."""

    @abstractmethod
    def __init__(self, path: str) -> None:
        """Remember the path; nothing is opened yet."""

    @abstractmethod
    def parts(self) -> Iterable[Part]:
        """List the parts, in a stable order.

        Raises
        ------
        NoInput
            If there is nothing to read: missing, not permitted, or no logs in it.
        """
