"""Refusals of the service, each with its HTTP status; the words follow ``core.errors``: found, expected, what to do."""

from __future__ import annotations

from typing import Any, ClassVar

from oddline.core.errors import OddlineError

__all__ = ["Conflict", "Forbidden", "NotFound", "Refusal", "Stranger", "TooLarge", "TooMany", "Unprocessable"]


class Refusal(OddlineError):
    """The service will not do that.

    Parameters
    ----------
    found, expected, hint
        The three parts of what is told.
    headers
        HTTP headers that go with it.
    extra
        Further members of the problem object.
    """

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "refused"

    def __init__(
        self,
        found: str,
        *,
        expected: str = "",
        hint: str = "",
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(found, expected=expected, hint=hint)
        self.headers, self.extra = headers or {}, extra


class Stranger(Refusal):
    """Nobody is signed in, or nobody can tell who asks."""

    status, kind = 401, "not-signed-in"


class Forbidden(Refusal):
    """Who asks is known, and may not do this."""

    status, kind = 403, "forbidden"


class NotFound(Refusal):
    """There is no such thing, or it is another workspace's: nobody learns which."""

    status, kind = 404, "not-found"


class Conflict(Refusal):
    """It cannot be done as things stand."""

    status, kind = 409, "conflict"


class TooLarge(Refusal):
    """It is larger than a limit allows; the limit is named."""

    status, kind = 413, "too-large"


class Unprocessable(Refusal):
    """What was sent is well-formed, and makes no sense."""

    status, kind = 422, "unprocessable"


class TooMany(Refusal):
    """Too many requests, or too many jobs; the limit is named, and when to try again."""

    status, kind = 429, "too-many"
