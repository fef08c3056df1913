"""Errors as pages that help: what was found, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from oddline.web.rendering import render

__all__ = ["error_page"]

NOT_SIGNED_IN = 401


def error_page(request: Request, problem: Mapping[str, Any]) -> Response:
    """Show a problem as a page; a stranger is led to the sign-in, and from there back to where they wanted to go.

    Parameters
    ----------
    problem
        The members of a problem object (RFC 9457): ``status``, ``title``, ``expected``, ``hint``.
    """
    if problem["status"] == NOT_SIGNED_IN and request.method == "GET":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/signin?next={quote(wanted, safe='')}", status_code=303)
    answer: HTMLResponse = render(request, "error.html.j2", status=int(problem["status"]), problem=dict(problem))
    return answer
