"""Every error of Oddline, as one tree.

::

    OddlineError                 70  a bug, or something nobody foresaw
    ├── UsageError                2  the call itself is wrong
    │   └── UnknownPlugin         2  a name that no file in the folder answers to
    ├── ConfigError              78  a setting or a configuration file is wrong
    ├── BadData                  65  the input was read, and is not what it should be
    │   └── BundleRefused        65  a bundle that is broken, foreign, or not safe to open
    ├── NoInput                  66  nothing to read: missing, unreadable, or no logs in it
    ├── ServiceUnavailable       69  something that we need is not there
    │   └── MissingExtra         69  an optional dependency is not installed
    ├── CannotCreate             73  the output cannot be created
    └── IOFailure                74  reading or writing broke off half-way

The numbers are the exit codes of the command line (``sysexits.h``).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class OddlineError(Exception):
    """What was found, what was expected, what to do next.

    Examples
    --------
    >>> str(OddlineError("3 columns in row 7", expected="4, as in the header", hint="give --no-header"))
    '3 columns in row 7; expected 4, as in the header. Try: give --no-header'
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, found: str, *, expected: str = "", hint: str = "") -> None:
        self.found, self.expected, self.hint = found, expected, hint
        message = found
        if expected:
            message += f"; expected {expected}"
        if hint:
            message += f". Try: {hint}"
        super().__init__(message)


class UsageError(OddlineError, ValueError):
    """The call itself is wrong: an option, an argument, a parameter."""

    exit_code = 2


class UnknownPlugin(UsageError):
    """A name that no file in the folder answers to.

    Examples
    --------
    >>> str(UnknownPlugin("quantil", "thresholds", ["quantile", "budget"]))
    "no 'quantil' in thresholds; expected one of budget, quantile. Try: quantile"
    """

    def __init__(self, name: str, room: str, known: Iterable[str]) -> None:
        known = sorted(known)
        close = get_close_matches(name, known, n=1)
        super().__init__(
            f"no {name!r} in {room}",
            expected="one of " + ", ".join(known) if known else "",
            hint=close[0] if close else "",
        )


class ConfigError(OddlineError):
    """A setting or a configuration file is wrong."""

    exit_code = 78


class BadData(OddlineError):
    """The input was read, and is not what it should be."""

    exit_code = 65


class BundleRefused(BadData):
    """A bundle that is broken, foreign, or not safe to open."""


class NoInput(OddlineError):
    """Nothing to read: the path is missing, unreadable, or holds no logs."""

    exit_code = 66


class ServiceUnavailable(OddlineError):
    """Something that we need is not there."""

    exit_code = 69


class MissingExtra(ServiceUnavailable):
    """An optional dependency is not installed."""

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(f"{module} is not installed", hint=f"pip install 'oddline[{extra}]'")


class CannotCreate(OddlineError):
    """The output cannot be created; what stood there before is untouched."""

    exit_code = 73


class IOFailure(OddlineError):
    """Reading or writing broke off half-way."""

    exit_code = 74
