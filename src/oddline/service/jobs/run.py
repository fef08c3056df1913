"""The process that does one job's heavy work: ``python -P -m oddline.service.jobs.run KIND PIPE``.

What is to be done comes as one line of JSON on standard input, which stays open: when it closes, who asked is gone, and
so is this process. Progress, words and the outcome go out as lines of JSON on the pipe.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

__all__ = ["Report"]

OFTEN = 0.1
"""Seconds between two messages about the same stage."""

PR_SET_PDEATHSIG = 1


class Report:
    """Tells whoever started this process how far it is."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._lock = pipe, Lock()
        self._last: tuple[str, float, float] = ("", 0.0, 0.0)

    def stage(self, name: str, share: float) -> None:
        """Tell how far a stage is; too many words about one stage are left out."""
        stage, _, when = self._last
        now = monotonic()
        if name != stage or share >= 1.0 or now - when > OFTEN:
            self._last = (name, share, now)
            self.send(stage=name, share=share)

    def log(self, text: str, level: str = "info") -> None:
        """Say something to the person who looks at the job."""
        self.send(log=text[:2000], level=level)

    def send(self, **message: Any) -> None:
        """Send one message whole."""
        data = json.dumps(plain(message)).encode() + b"\n"
        with self._lock:
            while data:
                data = data[os.write(self._pipe, data) :]


def plain(value: Any) -> Any:
    r"""Write what no database keeps in another way: NUL, and half characters. Words quote logs, and logs hold anything.

    Examples
    --------
    >>> plain({"found": ["a\0b", "\ud800"], "share": 0.5})
    {'found': ['a\\x00b', '\\ud800'], 'share': 0.5}
    """
    if isinstance(value, str):
        return value.replace("\0", r"\x00").encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def main(kind: str, pipe: int) -> None:
    """Do what is asked, and tell how it ended."""
    report = Report(pipe)
    order = json.loads(sys.stdin.buffer.readline())
    _prepare(os.getppid())
    gc.disable()  # as the command line does: it ends before memory could run out
    from oddline.core.errors import OddlineError

    try:
        work = import_module(f"oddline.service.jobs.work.{kind}").work
        told = work(order, Path("../out"), report)
        Path("../told.json").write_text(json.dumps(plain(told), allow_nan=False), encoding="utf-8")
    except OddlineError as error:
        names = [cls.__name__ for cls in type(error).__mro__]
        told = {"found": error.found, "expected": error.expected, "hint": error.hint}
        report.send(ended="error", kinds=names, **told, limit=getattr(error, "limit", ""))
    except MemoryError:
        report.send(ended="memory")
    except BaseException as error:
        report.send(ended="bug", text=f"{type(error).__name__}: {error}"[:2000], trace=traceback.format_exc()[-20_000:])
    else:
        report.send(ended="done")


def _prepare(parent: int) -> None:
    """Do not outlive who asked; leave the processor to those who wait for a page; leave no dump of anybody's logs."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    Thread(target=_follow, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        os.nice(5)
    with suppress(OSError):  # if memory runs out, this process goes, and not the service
        Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")


def _follow() -> None:
    while sys.stdin.buffer.read(1 << 16):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
    os._exit(0)
