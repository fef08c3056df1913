"""Every error as problem details (RFC 9457): for programs as JSON, for people as a page."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from oddline.core.errors import BadData, OddlineError, UsageError
from oddline.service.errors import Refusal

__all__ = ["MEDIA_TYPE", "answer", "install", "problem_of"]

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("oddline.service")


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    for kind in (OddlineError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, answer)


def problem_of(error: Exception) -> dict[str, Any]:
    """Put an error into the members of a problem object; what is a bug of ours tells nothing of its inside.

    Examples
    --------
    >>> from oddline.service.errors import NotFound
    >>> problem_of(NotFound("no scan scn_1", hint="see /api/v1/scans"))["title"]
    'no scan scn_1'
    """
    if isinstance(error, OddlineError):
        status = error.status if isinstance(error, Refusal) else _status(error)
        kind = error.kind if isinstance(error, Refusal) else type(error).__name__
        extra = error.extra if isinstance(error, Refusal) else {}
        told = {"title": error.found, "expected": error.expected, "hint": error.hint}
        return _problem(status, kind, **told, **extra)
    if isinstance(error, RequestValidationError):
        return _problem(422, "invalid", title=_invalid(error.errors()), errors=jsonable_encoder(_safe(error.errors())))
    if isinstance(error, HTTPException):
        return _problem(error.status_code, "http", title=str(error.detail))
    return _problem(500, "bug", title="something went wrong in Oddline", hint="look into the log of the service")


def _problem(status: int, kind: str, *, title: str, expected: str = "", hint: str = "", **extra: Any) -> dict[str, Any]:
    detail = "; ".join(part for part in (expected and f"expected {expected}", hint and f"try: {hint}") if part)
    members = {"type": f"urn:oddline:problem:{kind}", "title": title, "status": status, "detail": detail}
    return members | {key: value for key, value in (("expected", expected), ("hint", hint)) if value} | extra


def _status(error: OddlineError) -> int:
    if isinstance(error, UsageError | BadData):
        return 422
    return {66: 422, 69: 503, 78: 500}.get(error.exit_code, 500)


def _invalid(errors: Sequence[Mapping[str, Any]]) -> str:
    where = ".".join(str(part) for part in errors[0]["loc"]) if errors else ""
    return f"{where}: {errors[0]['msg']}" if errors else "the request is not valid"


def _safe(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what was sent: it may be a password."""
    return [{"loc": list(one["loc"]), "msg": one["msg"], "type": one["type"]} for one in errors]


async def answer(request: Request, error: Exception) -> Response:
    """Answer an error: a page for a person who looks at one, JSON for everybody else."""
    problem = problem_of(error)
    status = int(problem["status"])
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not hasattr(error, "oddline_logged"):
        vars(error)["oddline_logged"] = True  # it passes here again on its way out
        log.error("%s %s: %s", request.method, request.url.path, type(error).__name__, exc_info=error)
    headers = dict(getattr(error, "headers", None) or {})
    page = request.app.state.error_page
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if page is not None and wants_page:
        told: Response = page(request, problem)
        told.headers.update(headers)
        return told
    return JSONResponse(problem, status_code=status, headers=headers, media_type=MEDIA_TYPE)
