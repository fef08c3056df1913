"""Names of files as they may be shown: file names are hostile text too."""

from __future__ import annotations

import os
from pathlib import Path


def shown(path: str | os.PathLike[str]) -> str:
    r"""Write a path so that it is valid text on one line; control characters and odd bytes read ``\xNN``.

    Examples
    --------
    >>> shown("logs/app.log")
    'logs/app.log'
    >>> shown("a\x1b[31m.log")
    'a\\x1b[31m.log'
    """
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def some(names: list[str], most: int = 3) -> str:
    """Name a few of many.

    Examples
    --------
    >>> some(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    if len(names) <= most:
        return ", ".join(names)
    return ", ".join(names[:most]) + f" and {len(names) - most} more"


def is_folder(path: str) -> bool:
    """Tell whether a path is a folder; what cannot be looked at is none."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def is_pattern(path: str) -> bool:
    """Tell whether a path is a pattern: it has a wildcard, and no file is called just so.

    Examples
    --------
    >>> is_pattern("logs/*.log"), is_pattern("app.log")
    (True, False)
    """
    return any(c in path for c in "*?[") and not os.path.lexists(path)
