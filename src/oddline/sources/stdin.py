"""Standard input, called ``-``."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from oddline.core.errors import NoInput
from oddline.sources._parts import Job, parts_of
from oddline.sources._pipe import Pipe
from oddline.sources.base import Part, Source

__all__ = ["Stdin"]


class Stdin(Source):
    """What is piped in, plain or compressed."""

    @classmethod
    def accepts(cls, path: str) -> bool:
        """Tell whether the path is ``-``."""
        return path == "-"

    def __init__(self, path: str = "-", job: Job | None = None) -> None:
        self.job = job or Job()

    def parts(self) -> Iterable[Part]:
        """Give the one part.

        Raises
        ------
        NoInput
            If standard input is a terminal, where nothing is piped in, or is closed.
        """
        if sys.stdin is None or sys.stdin.closed:
            raise NoInput("standard input is closed", hint="name a file")
        if sys.stdin.isatty():
            raise NoInput(
                "standard input is the terminal, and nothing is piped into it",
                expected="a log",
                hint="journalctl | oddline scan -, or name a file or a folder",
            )
        file = getattr(sys.stdin, "buffer", sys.stdin)
        return list(parts_of(Pipe(file, "stdin", owned=False).blob(self.job.limits), self.job))
