"""A pattern such as ``logs/*.log`` or ``logs/**/*.gz``, for shells that leave it as it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from oddline.core.errors import NoInput
from oddline.sources._names import is_pattern, shown
from oddline.sources._parts import Job
from oddline.sources.base import Part, Source
from oddline.sources.file import File
from oddline.sources.folder import Folder

__all__ = ["Glob"]


class Glob(Source):
    """Every file and folder that a pattern names; ``**`` stands for any depth of folders."""

    @classmethod
    def accepts(cls, path: str) -> bool:
        """Tell whether this is a pattern, and not a file that is called just so."""
        return path != "-" and is_pattern(path)

    def __init__(self, path: str, job: Job | None = None) -> None:
        self.path = path
        self.job = job or Job()

    def parts(self) -> Iterable[Part]:
        """List the parts of each match in the order of their names.

        Raises
        ------
        NoInput
            If nothing matches.
        """
        matches = sorted(self._matches(), key=os.fsencode)
        if not matches:
            raise NoInput(f"no file matches {shown(self.path)}", hint="check the pattern and the folder you are in")
        return [
            part for match in matches for part in (Folder if Folder.accepts(match) else File)(match, self.job).parts()
        ]

    def _matches(self) -> Iterator[str]:
        """Match as a shell does: hidden files only where the pattern asks for them."""
        pattern = Path(self.path)
        hidden = _hidden(pattern.parts)
        start = Path(pattern.anchor) if pattern.anchor else Path()
        try:
            found = list(start.glob(str(pattern.relative_to(pattern.anchor))))
        except (ValueError, OSError, NotImplementedError, IndexError):
            return
        for path in found:
            inside = path.relative_to(start).parts
            if "**" in pattern.parts and path.is_dir():
                continue  # its files are matched by themselves, or not meant
            if hidden or not _hidden(inside):
                yield str(path)


def _hidden(pieces: Sequence[str]) -> bool:
    return any(piece.startswith(".") and piece != ".." for piece in pieces)
