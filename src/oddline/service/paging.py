"""Lists in pages: a cursor says where the next one begins, and stays right while things are added."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from oddline.service.errors import Unprocessable

__all__ = ["Cursor", "Limit", "Page", "page_of", "read_cursor", "read_offset", "write_cursor"]

Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=512, description="`next` of the page before.")]


Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A part of a list; ``next`` is null on the last one."""

    items: list[Item]
    next: str | None = None
    total: int | None = None


def write_cursor(*place: Any) -> str:
    """Put a place in a list into a word.

    Examples
    --------
    >>> read_cursor(write_cursor("scn_1", 7))
    ['scn_1', 7]
    """
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> list[Any]:
    """Read a place in a list.

    Raises
    ------
    Unprocessable
        If this is no cursor of ours.
    """
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise Unprocessable("the cursor is not one of ours", expected="`next` of the page before") from error
    if not isinstance(place, list):
        raise Unprocessable("the cursor is not one of ours", expected="`next` of the page before")
    return place


def read_offset(cursor: str | None) -> int:
    """Read where a page of a list that does not grow begins.

    Raises
    ------
    Unprocessable
        If this is no cursor of such a list.

    Examples
    --------
    >>> read_offset(None), read_offset(write_cursor(100))
    (0, 100)
    """
    if cursor is None:
        return 0
    place = read_cursor(cursor)
    if len(place) != 1 or not isinstance(place[0], int) or isinstance(place[0], bool) or place[0] < 0:
        raise Unprocessable("the cursor is of another list", expected="`next` of the page before")
    return place[0]


def page_of(
    db: Session,
    query: Select[Any],
    key: InstrumentedAttribute[Any],
    cursor: str | None,
    limit: int,
    shown: Callable[[Any], Any],
) -> dict[str, Any]:
    """Give one page of rows, newest first: ids and numbers grow with time, so ``key`` is one of these."""
    if cursor is not None:
        place = read_cursor(cursor)
        if len(place) != 1 or not isinstance(place[0], key.type.python_type):
            raise Unprocessable("the cursor is of another list", expected="`next` of the page before")
        query = query.where(key < place[0])
    rows: Sequence[Any] = db.scalars(query.order_by(key.desc()).limit(limit + 1)).all()
    after = write_cursor(getattr(rows[limit - 1], key.key)) if len(rows) > limit else None
    return {"items": [shown(row) for row in rows[:limit]], "next": after}
