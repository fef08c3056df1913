"""A template becomes an answer: with the reader's theme, never kept by a shared cache."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from oddline.web.environment import environment
from oddline.web.shell import Shell

__all__ = ["THEME_COOKIE", "render", "theme_of"]

THEME_COOKIE = "oddline_theme"


def theme_of(request: Request) -> str:
    """Give the scheme that the reader has chosen; nothing means the one of their system."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in {"light", "dark"} else ""


def render(
    request: Request,
    template: str,
    *,
    shell: Shell | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Draw a page.

    Parameters
    ----------
    template
        Its file in ``templates``.
    shell
        What stands around it; None for people who are not signed in.
    status
        The HTTP status.
    context
        What the template needs.
    """
    page = environment().get_template(template).render(shell=shell, theme=theme_of(request), **context)
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store", **(headers or {})})
