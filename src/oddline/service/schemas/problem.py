"""The problems that a route can answer with, for its schema."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from oddline.service.problems import MEDIA_TYPE

__all__ = ["Problem", "problems"]


class Problem(BaseModel):
    """What went wrong, what was expected, what to do (RFC 9457)."""

    type: str = Field(examples=["urn:oddline:problem:not-found"])
    title: str = Field(examples=["no upload upl_0m9x2k4qv7h3d8w1tzn5"])
    status: int = Field(examples=[404])
    detail: str = ""
    expected: str | None = None
    hint: str | None = None


def problems(*statuses: int | str) -> dict[int | str, dict[str, Any]]:
    """Give the answers of a route that are problems; ``default`` stands for any that is not named.

    Examples
    --------
    >>> list(problems(404, "default"))
    [404, 'default']
    """
    schema = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": _phrase(status), "content": schema} for status in statuses}


def _phrase(status: int | str) -> str:
    return "Any problem" if isinstance(status, str) else HTTPStatus(status).phrase
