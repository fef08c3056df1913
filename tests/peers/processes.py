"""Server processes of a peer: started in a folder of their own, watched until ready, and never left behind."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["PeerFailed", "Processes", "descendants", "free_port", "megabytes", "missing", "processes"]


class PeerFailed(RuntimeError):
    """A peer that is installed did not come up; the message ends with its logs."""


def missing(what: str, programs: Sequence[str | None], packages: Sequence[str]) -> str | None:
    """Say that a program is not there, and which Debian packages have it."""
    if not sys.platform.startswith("linux"):
        return f"{what} is started on Linux only"
    if all(programs) and all(shutil.which(program or "") for program in (*programs, "setpriv")):
        return None
    return f"{what} is not installed: apt-get install {' '.join(packages)} util-linux"


def free_port(count: int = 1) -> int:
    """Choose a port of the loopback, the first of so many free in a row.

    They lie below those that Linux gives to outgoing connections: none of these takes one before its server does.
    """
    while True:
        first = random.randrange(20_000, 32_000 - count)
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first


@dataclass
class Processes:
    """The processes of one peer and their folder."""

    name: str
    folder: Path
    user: str | None = None
    """Who they run as, if not who we are: a name in the password file."""

    _running: dict[str, tuple[subprocess.Popen[bytes], signal.Signals]] = field(default_factory=dict)

    def run(self, *command: str | Path) -> None:
        """Run a program to its end.

        Raises
        ------
        PeerFailed
            If it does not end well.
        """
        try:
            done = self._popen("setup", command, signal.SIGKILL).wait(60)
        except subprocess.TimeoutExpired:
            done = None
        if done != 0:
            raise PeerFailed(self._story(f"{Path(command[0]).name} ended with {done}"))

    def start(self, name: str, *command: str | Path, stop: signal.Signals = signal.SIGTERM) -> None:
        """Start a server, which that signal will stop."""
        self._running[name] = self._popen(name, command, stop), stop

    def wait(self, ready: Callable[[], object], seconds: float = 60) -> None:
        """Wait until a check raises no OSError.

        Raises
        ------
        PeerFailed
            If a server ends before, or time is up.
        """
        end = time.monotonic() + seconds
        while True:
            try:
                ready()
            except OSError as error:
                if time.monotonic() > end:
                    raise PeerFailed(self._story(f"no answer after {seconds:.0f} s ({error})")) from error
            else:
                return
            for name, (process, _) in self._running.items():
                if process.poll() is not None:
                    raise PeerFailed(self._story(f"{name} ended with {process.returncode}"))
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the servers, the last one first; one that does not heed is killed."""
        while self._running:
            _, (process, how) = self._running.popitem()
            process.send_signal(how)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _popen(self, name: str, command: Sequence[str | Path], death: signal.Signals) -> subprocess.Popen[bytes]:
        # The kernel sends the signal when this process dies, even by kill -9. A session of its own: Ctrl-C in the
        # terminal reaches the tests, which stop the servers when they no longer need them.
        wrapped = ["setpriv", "--pdeathsig", death.name.removeprefix("SIG")]
        if self.user:
            wrapped += ["--reuid", self.user, "--regid", self.user_group, "--clear-groups"]
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [*wrapped, *command],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def user_group(self) -> str:
        """The first group of that user, as a number."""
        import pwd

        return str(pwd.getpwnam(self.user or "").pw_gid)

    def _story(self, what: str) -> str:
        """Tell what happened, and the end of every log."""
        told = [f"{self.name} did not come up: {what}"]
        for log in sorted(self.folder.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]
            told += [f"--- {log.name}", *lines] if lines else []
        return "\n".join(told)


@contextmanager
def processes(name: str, user: str | None = None) -> Iterator[Processes]:
    """Give a folder under the temporary one (sockets need short paths) and stop all that was started in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"oddline-{name}-"))
    if user:
        shutil.chown(folder, user)
    made = Processes(name, folder, user)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def descendants(pid: int) -> list[int]:
    """List the processes under this one that live (a zombie does not)."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent, state = line.split()
        if not state.startswith("Z"):
            children.setdefault(int(parent), []).append(int(child))
    found, ahead = [], [pid]
    while ahead:
        ahead = [child for parent in ahead for child in children.get(parent, [])]
        found += ahead
    return found


def megabytes(pids: Sequence[int]) -> float:
    """Add up the memory of processes, what they share counted once (PSS)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has just ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def ordinary_user(*names: str) -> str | None:
    """Choose whom to become: None if we are ordinary already, else the first of these that the machine knows."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in names if name in known), names[-1])
