"""What the pages before sign-in share: where one goes afterwards, and what was wrong with a form, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy import select

from oddline.service.db.tables import Session, User
from oddline.service.errors import Refusal
from oddline.service.people.cookie import set_cookie
from oddline.service.people.secrets import digest
from oddline.service.people.visit import Visit
from oddline.web.rendering import THEME_COOKIE

__all__ = ["Blame", "blame", "let_in", "own_path"]

LONGEST = 2000
YEAR = 31_536_000


@dataclass(frozen=True)
class Blame:
    """What was wrong: beside the fields, and what belongs to none of them."""

    errors: dict[str, str] = field(default_factory=dict)
    error: str = ""
    status: int = 422
    headers: dict[str, str] = field(default_factory=dict)


def own_path(wanted: str) -> str:
    r"""Give an address of this service, or the overview if it is any other: nobody is sent elsewhere by our links.

    Browsers read a backslash as a slash and drop tabs and line ends, so that neither may be in it.

    Examples
    --------
    >>> own_path("/scans?q=a%20b"), own_path("//evil.example"), own_path("/\\evil.example"), own_path("https://evil")
    ('/scans?q=a%20b', '/', '/', '/')
    """
    plain = wanted.startswith("/") and wanted.isascii() and wanted.isprintable() and not set(wanted) & set("\\ ")
    if not plain or len(wanted) > LONGEST:
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    pointless = parts.path in {"/signin", "/signout", "/setup", "/reset"} or parts.path.startswith("/api/")
    return "/" if parts.scheme or parts.netloc or wanted.startswith("//") or pointless else wanted


def blame(error: Refusal | ValidationError) -> Blame:
    """Put an error into words for a form.

    Examples
    --------
    >>> from oddline.service.errors import Conflict
    >>> blame(Conflict("this address has an account", hint="sign in", field="email")).errors
    {'email': 'This address has an account. Sign in.'}
    """
    if isinstance(error, ValidationError):
        return Blame({str(one["loc"][0]): _invalid(one) for one in error.errors() if one["loc"]})
    parts = (error.found, error.expected and f"expected are {error.expected}", error.hint)
    words = " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)
    name = error.extra.get("field")
    if name:
        return Blame({str(name): words}, status=error.status)
    return Blame(error=words, status=error.status, headers=error.headers)


def _invalid(one: Mapping[str, object]) -> str:
    kind, told = str(one["type"]), str(one["msg"])
    if kind in {"string_too_short", "missing"}:
        return "Fill this in."
    if kind == "string_too_long":
        return "This is too long."
    return f"This {told.removeprefix('Value error, ')}." if kind == "value_error" else f"{told}."


def let_in(visit: Visit, secret: str, wanted: str) -> Response:
    """Send somebody who has shown who they are to where they wanted, in the colours that they have chosen."""
    answer = RedirectResponse(own_path(wanted), status_code=303)
    set_cookie(answer, visit.service, secret)
    with visit.reading() as desk:
        kept = desk.db.scalar(select(User.preferences).join(Session).where(Session.id == digest(secret))) or {}
    if kept.get("theme") in {"light", "dark"}:
        secure = visit.service.settings.cookies_are_secure
        answer.set_cookie(THEME_COOKIE, kept["theme"], max_age=YEAR, samesite="lax", secure=secure)
    return answer
