"""One process that does heavy work: started, listened to, held to its limits, ended."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

__all__ = ["Bounds", "Ended", "ran"]

LOOK = 0.25
"""Seconds between two looks at whether a process is wanted still and what memory it takes."""

LONGEST = 8 << 20
"""Bytes of one message; a process that sends more has lost its mind."""

TAIL = 16 << 10
"""Bytes of what a process wrote on its standard error that are kept."""

PASSED_ON = ("PATH", "HOME", "LANG", "LC_", "TZ", "TMPDIR", "PYTHON", "LD_", "OMP_", "MKL_", "OPENBLAS_", "POLARS_")
"""What a process is told of our environment: keys and passwords of the service are none of its business."""


@dataclass(frozen=True)
class Bounds:
    """What a process may take: seconds, and bytes of memory."""

    seconds: float
    memory: int


@dataclass
class Ended:
    """How a process ended: ``why`` is done, error, bug, or what it was ended for: stopped, seconds, memory, system."""

    why: str
    told: dict[str, Any] = field(default_factory=dict)
    errors: str = ""
    code: int | None = None


def ran(
    module: str,
    arguments: list[str],
    order: dict[str, Any],
    folder: Path,
    bounds: Bounds,
    *,
    heard: Callable[[dict[str, Any]], None],
    wanted: Callable[[], bool],
) -> Ended:
    """Run a module as a process of its own and wait for it; ``heard`` takes its messages.

    It ends with us: its standard input closes when we die, and the kernel is asked to end it as well.
    """
    ours, theirs = os.pipe()
    errors = folder.parent / "errors.txt"
    with errors.open("wb") as standard_error:
        # -P: the folder holds files that strangers have named, and json.py would be imported in place of json.
        process = subprocess.Popen(  # noqa: S603 — nothing in the command comes from outside
            [sys.executable, "-P", "-m", module, *arguments, str(theirs)],
            cwd=folder,
            env=_environment(folder.parent),
            stdin=subprocess.PIPE,
            stdout=standard_error,
            stderr=standard_error,
            pass_fds=(theirs,),
            start_new_session=True,
        )
    os.close(theirs)
    try:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
        ended = _listened(process, ours, bounds, heard, wanted)
    finally:
        _end(process)
        os.close(ours)
        with suppress(OSError):
            process.stdin.close() if process.stdin else None
    ended.code = process.returncode
    with errors.open("rb") as file:
        file.seek(max(0, errors.stat().st_size - TAIL))
        ended.errors = file.read().decode("utf-8", "replace")
    return ended


def _listened(
    process: subprocess.Popen[bytes],
    pipe: int,
    bounds: Bounds,
    heard: Callable[[dict[str, Any]], None],
    wanted: Callable[[], bool],
) -> Ended:
    """Take messages until the last one, the end of the process, or a reason to end it."""
    started, buffer = monotonic(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if selector.select(LOOK):
                piece = os.read(pipe, 1 << 16)
                buffer += piece
                if not piece:
                    process.wait(10)
                    return Ended("system")
                *lines, rest = bytes(buffer).split(b"\n")
                buffer = bytearray(rest)
                for line in lines:
                    message = json.loads(line)
                    if "ended" in message:
                        return Ended(message["ended"], message)
                    heard(message)
            if not wanted():
                return Ended("stopped")
            if monotonic() - started > bounds.seconds:
                return Ended("seconds")
            if bounds.memory and _memory(process.pid) > bounds.memory:
                return Ended("memory")
            if len(buffer) > LONGEST:
                return Ended("bug", {"text": "a message of more than 8 MiB"})


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _memory(pid: int) -> int:
    """Give the bytes of memory that a process holds; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _environment(folder: Path) -> dict[str, str]:
    told = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    return told | {"TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
