"""What the service refuses, as errors: each carries the problem details that it answered with."""

from __future__ import annotations

from typing import Any, ClassVar

from oddline.core.errors import OddlineError

__all__ = [
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotFound",
    "NotSignedIn",
    "ServiceDown",
    "ServiceProblem",
    "TooLarge",
    "TooMany",
    "WorkFailed",
    "problem_from",
]


class ServiceProblem(OddlineError):
    """The service answered with a problem.

    Parameters
    ----------
    status
        The HTTP status.
    problem
        The members of the problem object (RFC 9457).

    Examples
    --------
    >>> error = problem_from(404, {"title": "no scan scn_1", "hint": "see the list"})
    >>> type(error).__name__, str(error)
    ('NotFound', 'no scan scn_1. Try: see the list')
    """

    exit_code: ClassVar[int] = 69

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        found = str(problem.get("title") or f"the service answered {status}")
        super().__init__(found, expected=str(problem.get("expected", "")), hint=str(problem.get("hint", "")))


class NotSignedIn(ServiceProblem):
    """The token is missing, wrong, revoked, or at its end."""

    exit_code = 77


class Forbidden(ServiceProblem):
    """The token's role is not enough."""

    exit_code = 77


class NotFound(ServiceProblem):
    """There is no such thing in the workspace."""


class Conflict(ServiceProblem):
    """It cannot be done as things stand."""


class TooLarge(ServiceProblem):
    """A limit of the service; the problem names the setting."""


class Invalid(ServiceProblem):
    """The request makes no sense; the problem names the part."""

    exit_code = 2


class TooMany(ServiceProblem):
    """Too many requests or jobs, and waiting did not help."""

    exit_code = 75


class ServiceDown(ServiceProblem):
    """The service cannot be reached, or is broken."""


class WorkFailed(ServiceProblem):
    """A scan, a fit or an evaluation that was waited for has failed or was cancelled."""


KINDS: dict[int, type[ServiceProblem]] = {
    401: NotSignedIn,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    422: Invalid,
    429: TooMany,
}


def problem_from(status: int, problem: dict[str, Any]) -> ServiceProblem:
    """Make the error for a problem."""
    kind = KINDS.get(status) or (ServiceDown if status >= 500 else ServiceProblem)
    return kind(status, problem)
