"""Keeps one server for all processes of a test run: ``python -m tests.peers.keeper NAME FOLDER OWNER``.

Whichever worker asks first starts the keeper; it must outlive that worker, and no longer than the run. So it is a
process of its own that starts the peer, writes what others need to reach it into the folder, and ends, servers first,
when the owner (pytest's first process) tells it to or dies, however it dies.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.peers import peer
from tests.peers.processes import PeerFailed

__all__ = ["borrow", "end", "meeting_place"]

ROOT = Path(__file__).parents[2]


def meeting_place() -> Path:
    """Make the folder through which the processes of a run find its servers, and in which these live."""
    folder = Path(tempfile.mkdtemp(prefix="oddline-peers-"))
    folder.chmod(0o711)  # a server under another user goes through it to its own
    return folder


def borrow(name: str, folder: Path, owner: int) -> dict[str, Any]:
    """Give what is told of the server of this run, and start it if nobody has.

    Raises
    ------
    PeerFailed
        If it did not come up, now or when another worker asked.
    """
    with _locked(folder / f"{name}.lock"):
        told = folder / f"{name}.json"
        if not told.exists():
            _start(name, folder, owner, told)
        answer: dict[str, Any] = json.loads(told.read_text())
    if "failed" in answer:
        raise PeerFailed(answer["failed"])
    return answer


def end(folder: Path) -> None:
    """Stop all keepers of a run, wait until they are gone with their servers, and remove the folder."""
    for file in sorted(folder.glob("*.pid")):
        try:
            keeper = os.pidfd_open(int(file.read_text()))
        except ProcessLookupError:
            continue
        try:
            if str(folder).encode() in Path(f"/proc/{file.read_text()}/cmdline").read_bytes():  # no one else's by now
                signal.pidfd_send_signal(keeper, signal.SIGTERM)
                if not _gone(keeper, 40):
                    signal.pidfd_send_signal(keeper, signal.SIGKILL)  # its servers follow
        except (ProcessLookupError, FileNotFoundError):
            pass
        finally:
            os.close(keeper)
    shutil.rmtree(folder, ignore_errors=True)


def _start(name: str, folder: Path, owner: int, told: Path) -> None:
    log = folder / f"{name}.log"
    with log.open("wb") as written:
        keeper = subprocess.Popen(
            # -P: nothing in the folder where the test happens to be is taken for a module.
            [sys.executable, "-P", "-m", "tests.peers.keeper", name, folder, str(owner)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    (folder / f"{name}.pid").write_text(str(keeper.pid))
    while not told.exists():
        if keeper.poll() is not None and not told.exists():
            _tell(told, {"failed": f"the keeper of {name} ended with {keeper.returncode}\n{log.read_text()}"})
        time.sleep(0.02)
    keeper.returncode = 0  # it is to outlive this process, and Python need not warn of that


def _keep(name: str, folder: Path, owner: int) -> None:
    """Start the server, tell of it, wait for the end."""
    signal.signal(signal.SIGTERM, _asked_to_end)
    tempfile.tempdir = str(folder)  # whoever removes the folder removes all, even after a kill -9 of this process
    try:
        watched = os.pidfd_open(owner)
    except ProcessLookupError:
        return
    try:
        with peer(name).start() as server:
            _tell(folder / f"{name}.json", asdict(server))
            _gone(watched, None)
    except PeerFailed as error:
        _tell(folder / f"{name}.json", {"failed": str(error)})
    else:
        shutil.rmtree(folder, ignore_errors=True)  # the owner can no longer do it


def _asked_to_end(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # asked twice, it still puts everything away
    sys.exit()


def _gone(process: int, seconds: float | None) -> bool:
    """Wait for the end of the process behind a descriptor."""
    return bool(select.select([process], [], [], seconds)[0])


def _tell(path: Path, what: dict[str, Any]) -> None:
    """Write in one go, for eyes of this user only: there are passwords in it."""
    part = path.with_suffix(".part")
    part.touch(0o600)
    part.write_text(json.dumps(what))
    part.replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    import fcntl

    with path.open("w") as file:  # the lock goes with the file, also when its holder is killed
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    _keep(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
