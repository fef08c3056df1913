"""Look at an upload before it is scanned."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from oddline.service.acts import preview as acts
from oddline.service.door import Door, Serving, Visitor
from oddline.service.schemas.preview import Preview
from oddline.service.schemas.problem import problems

door = Door("/uploads", "uploads")


@door.get("/{upload}/preview", access="viewer", responses=problems(404, 409, 413, 422))
async def preview(
    upload: str,
    service: Serving,
    asker: Visitor,
    format: Annotated[str | None, Query(max_length=64, description="Read it in this format.")] = None,  # noqa: A002
    header: Annotated[bool | None, Query(description="Whether the first row of a table names the columns.")] = None,
    member: Annotated[str, Query(max_length=4096, description="Which file of an archive.")] = "",
) -> Preview:
    """Show the recognised format, the columns and the first events; only the beginning is read."""
    assert asker is not None  # the door lets nobody else in
    return await acts.preview(service, asker, upload, forced=format, header=header, member=member)
