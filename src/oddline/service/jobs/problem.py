"""How a job came to fail, in the words that a person needs."""

from __future__ import annotations

import re
from typing import Any

from oddline.core import errors
from oddline.core.errors import BadData, OddlineError
from oddline.service.jobs.process import Ended
from oddline.service.problems import problem_of

__all__ = ["problem_of_end", "problem_of_error"]

FLAG = re.compile(r"--([a-z][a-z-]+)")
SIZE = 1 << 20


def problem_of_error(error: Exception) -> dict[str, Any]:
    """Put an error of ours into a problem."""
    return problem_of(error)


def problem_of_end(ended: Ended, settings: Any) -> dict[str, Any]:
    """Tell why a process did not do what it was asked for.

    Examples
    --------
    >>> told = {"kinds": ["BadData"], "found": "no column 'x'", "expected": "", "hint": "--label-column NAME"}
    >>> problem_of_end(Ended("error", told), None)["hint"]
    'label_column NAME'
    """
    if ended.why == "error":
        return problem_of(_error(ended.told))
    if ended.why == "seconds":
        return problem_of(
            BadData(
                f"it took more than {settings.limits.job_seconds:,} seconds",
                expected="less (ODDLINE_LIMIT_JOB_SECONDS)",
                hint="a smaller file, a quicker detector, or have the limit raised",
            )
        )
    if ended.why == "memory" or (ended.why == "system" and ended.code == -9):
        return problem_of(
            BadData(
                "there was not enough memory for it",
                expected=_memory(settings),
                hint="a smaller file or parts of it one by one, or have the limit raised",
            )
        )
    return problem_of(RuntimeError()) | {"title": "this is a bug in Oddline: " + _bug(ended)}


def _memory(settings: Any) -> str:
    most = settings.job_memory
    return f"at most {most // SIZE:,} MiB (ODDLINE_LIMIT_JOB_MEMORY_BYTES)" if most else ""


def _bug(ended: Ended) -> str:
    text = str(ended.told.get("text") or f"its process ended with {ended.code}")
    return text[:500]


def _error(told: dict[str, Any]) -> OddlineError:
    """Make the error again that a process has told of, of the nearest kind that everybody knows."""
    cls = next((getattr(errors, name) for name in told["kinds"] if hasattr(errors, name)), OddlineError)
    error: OddlineError = cls.__new__(cls)
    OddlineError.__init__(error, told["found"], expected=_fields(told["expected"]), hint=_fields(told["hint"]))
    return error


def _fields(words: str) -> str:
    """Call a flag of the command line by the field of a request that does the same."""
    return FLAG.sub(lambda found: {"set": "settings"}.get(found[1], found[1].replace("-", "_")), words)
