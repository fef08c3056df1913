"""What is refused, and the operating system's refusals in our words."""

from __future__ import annotations

import errno

from oddline.core.errors import BadData, IOFailure, NoInput, OddlineError


class LooksBinary(BadData):
    """No text and no table: passed over in a folder or an archive, refused where it is named."""


class TooMuch(BadData):
    """A limit is passed, as by a bomb; nothing of that archive is to be trusted."""


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
    if error.errno == errno.ELOOP:
        return NoInput(f"{name} is a link that leads back to itself")
    if error.errno == errno.ENAMETOOLONG:
        return NoInput(f"{name[:60]}… is too long for a path")
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return IOFailure(f"{name} cannot be opened: too many files are open", hint="ulimit -n 4096")
    return IOFailure(f"{name} cannot be opened: {error.strerror or error}")
