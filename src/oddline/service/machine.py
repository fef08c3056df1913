"""How much memory there is: the machine's, or what the container that we run in may take of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

__all__ = ["memory"]


def memory(root: Path = Path("/")) -> int:
    """Give the bytes of memory that all of this process's group may take: what the machine has, or a lower limit.

    Containers and services of systemd are control groups of Linux; a limit of a group holds for all groups within it.

    Examples
    --------
    >>> 0 < memory() <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    True
    """
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_limits(root)])


def _limits(root: Path) -> Iterator[int]:
    for file in _files(root):
        # No such file, or "max": no limit.
        with suppress(OSError, ValueError):
            yield int(file.read_text(encoding="ascii"))


def _files(root: Path) -> Iterator[Path]:
    """Name the files that may tell a limit, of our group and of those it is in.

    Within a container the groups above its own are not shown, and its own is shown as the topmost.
    """
    try:
        groups = (root / "proc/self/cgroup").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in groups.splitlines():
        number, *told = line.split(":", 2)
        if not number.isdecimal() or len(told) < 2:
            continue
        controllers, path = told
        group = PurePosixPath(path.lstrip("/"))
        for within in (group, *group.parents):
            if not controllers:
                yield root / "sys/fs/cgroup" / within / "memory.max"
            elif "memory" in controllers.split(","):
                yield root / "sys/fs/cgroup/memory" / within / "memory.limit_in_bytes"
