"""The contract of a source, held over a small file that is made for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oddline.core.errors import NoInput
from oddline.sources.base import Part, Source

Subject = type[Source]

CONTENT = b"first line\nsecond \xff line\r\nlast line without an end"


@contextmanager
def _path_for(source: Subject) -> Iterator[str]:
    """Make a place that this source accepts and that holds ``CONTENT``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "app.log")
        file.write_bytes(CONTENT)
        for path in (str(file), folder, f"{folder}/*.log"):
            if source.accepts(path):
                yield path
                return
        yield ""


def _parts(source: Subject, path: str) -> list[Part]:
    return list(source(path).parts())


def check_gives_every_byte(source: Subject) -> None:
    """The parts hold the bytes as they stand in the file, undecoded."""
    with _path_for(source) as path:
        if not path:
            return
        read = [part.open().read() for part in _parts(source, path)]
        assert read == [CONTENT], f"{read!r}"


def check_opens_a_part_again(source: Subject) -> None:
    """A part can be opened twice (for the guess, then for the work), and in pieces."""
    with _path_for(source) as path:
        for part in _parts(source, path) if path else []:
            pieces, stream = [], part.open()
            while piece := stream.read(7):
                pieces.append(piece)
            assert b"".join(pieces) == part.open().read() == CONTENT, "a second look differs from the first"


def check_lists_its_parts_in_a_stable_order(source: Subject) -> None:
    """Two listings name the same parts in the same order."""
    with _path_for(source) as path:
        if path:
            first, second = ([part.name for part in _parts(source, path)] for _ in range(2))
            assert first == second, f"{first} and {second}"


def check_says_when_there_is_nothing(source: Subject) -> None:
    """A place that does not exist is NoInput with words, not an empty list and not the system's own error."""
    for path in ("/does/not/exist.log", "/does/not/exist/", "/does/not/*.exist"):
        if not source.accepts(path):
            continue
        try:
            found = _parts(source, path)
        except NoInput as error:
            assert "exist" in str(error), f"{error}"
            continue
        raise AssertionError(f"{path} gave {len(found)} parts")
