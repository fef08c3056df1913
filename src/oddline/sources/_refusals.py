"""What is refused, and the operating system's refusals in our words."""

from __future__ import annotations

import errno

from oddline.core.errors import BadData, IOFailure, NoInput, OddlineError


class LooksBinary(BadData):
    """No text and no table: passed over in a folder or an archive, refused where it is named."""


class TooMuch(BadData):
    """A limit is passed, as by a bomb; nothing of that archive is to be trusted. ``limit`` names the one that is."""

    def __init__(self, found: str, *, expected: str = "", hint: str = "", limit: str = "") -> None:
        super().__init__(found, expected=expected, hint=hint)
        self.limit = limit


class Encrypted(BadData):
    """An archive that asks for a password."""


def unreadable(name: str, error: OSError | ValueError) -> OddlineError:
    """Make the error for a path that cannot be opened: what is wrong, and what to do next.

    Examples
    --------
    >>> str(unreadable("a.log", FileNotFoundError(2, "No such file or directory")))
    'a.log does not exist. Try: check the spelling and the folder you are in'
    """
    if isinstance(error, ValueError):
        return NoInput(f"{name} is not a path")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        hint = "check the spelling and the folder you are in"
        if "://" in name:
            hint = "download it first; an address is no path"
        return NoInput(f"{name} does not exist", hint=hint)
    if isinstance(error, PermissionError):
        return NoInput(f"{name} may not be read: permission denied", hint="sudo, or a copy that you own")
    if error.errno in (errno.ELOOP, errno.ENAMETOOLONG):
        return NoInput(f"{name[:200]} is not a path: {error.strerror}")
    hint = "ulimit -n 4096" if error.errno in (errno.EMFILE, errno.ENFILE) else ""
    return IOFailure(f"{name} cannot be opened: {error.strerror or error}", hint=hint)
