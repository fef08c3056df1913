"""Paths as the user wrote them into parts: the folder of sources is asked who takes each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from oddline.core.errors import NoInput, UsageError
from oddline.core.folder import load, plugins
from oddline.sources._limits import Limits
from oddline.sources._parts import Job
from oddline.sources.base import Part, Source


def source_of(path: str) -> type[Source]:
    """Tell which source takes a path; one of another package goes before ours.

    Raises
    ------
    NoInput
        If none does.

    Examples
    --------
    >>> source_of("-").__name__, source_of("logs/*.log").__name__
    ('Stdin', 'Glob')
    """
    known = plugins("sources")
    for name in sorted(known, key=lambda name: (known[name].path is not None, name)):
        source: type[Source] = load("sources", name)
        if source.accepts(path):
            return source
    raise NoInput(f"nothing can read {path}", expected="a file, a folder, a pattern, or - for standard input")


def open_sources(
    paths: Sequence[str], *, limits: Limits | None = None, warnings: list[str] | None = None
) -> list[Part]:
    """List the parts of all paths, each file once however often it is named.

    Parameters
    ----------
    limits
        How far compressed files may unfold.
    warnings
        Receives a sentence for each thing that was passed over.

    Raises
    ------
    UsageError
        If no path is given, or standard input is given twice.
    NoInput
        If a path is missing, not permitted, or holds no logs.
    BadData
        If a file that is named is binary, broken or hostile.
    """
    if not paths:
        raise UsageError("no input", expected="files, folders, patterns, or - for standard input")
    if list(paths).count("-") > 1:
        raise UsageError("standard input (-) is named twice", expected="it once: it can be read once")
    job = Job(limits or Limits(), [] if warnings is None else warnings)
    parts: dict[str, Part] = {}
    for path in paths:
        source = source_of(path)(path)
        if hasattr(source, "job"):
            source.job = job
        for part in source.parts():
            parts.setdefault(getattr(part, "key", part.name), part)
    if not parts:
        raise NoInput("no logs in " + ", ".join(paths), hint="see the warnings")
    return _told_apart(parts.values())


def _told_apart(parts: Iterable[Part]) -> list[Part]:
    """Number parts of one name, as an archive may have them: a line is known by its source and place."""
    seen: dict[str, int] = {}
    named = []
    for part in parts:
        seen[part.name] = count = seen.get(part.name, 0) + 1
        named.append(replace(part, name=f"{part.name} ({count})") if count > 1 else part)
    return named
