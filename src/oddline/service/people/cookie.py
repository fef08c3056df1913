"""The cookie that holds a session's secret, where no script can read it and no other site can send it."""

from __future__ import annotations

from fastapi import Response

from oddline.service.asker import COOKIE
from oddline.service.context import Service

__all__ = ["drop_cookie", "set_cookie"]


def set_cookie(answer: Response, service: Service, secret: str) -> None:
    """Put a session's secret into the browser."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=service.settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=service.settings.cookies_are_secure,
    )


def drop_cookie(answer: Response, service: Service) -> None:
    """Take it out again."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=service.settings.cookies_are_secure)
