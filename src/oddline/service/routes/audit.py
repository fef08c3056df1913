"""The audit log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from oddline.service.acts import audit_log
from oddline.service.acts.audit_log import Filters
from oddline.service.door import AnyDesk, Door
from oddline.service.names import attachment
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.audit import Entry

door = Door("/audit", "audit")


def _filters(
    q: Annotated[str, Query(max_length=200, description="Words that an entry holds.")] = "",
    action: Annotated[str, Query(max_length=64, description="`session`, or `session.begin`.")] = "",
    user: Annotated[str, Query(max_length=32, description="Id of who did it.")] = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    all: Annotated[bool, Query(description="Of the whole server; administrators only.")] = False,  # noqa: A002
) -> Filters:
    return Filters(q=q, action=action, user=user, since=since, until=until, everything=all)


Asked = Annotated[Filters, Depends(_filters)]


@door.get("", access="admin", response_model=Page[Entry])
def listed(desk: AnyDesk, filters: Asked, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """List what was done, the newest first."""
    return audit_log.listed(desk, filters, cursor, limit)


@door.get("/download", access="admin", response_class=StreamingResponse)
def download(desk: AnyDesk, filters: Asked, format: Literal["csv", "ndjson"] = "csv") -> StreamingResponse:  # noqa: A002
    """Download what was done, the oldest first."""
    kind = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}[format]
    headers = {"Content-Disposition": attachment(f"audit.{format}")}
    return StreamingResponse(audit_log.download(desk, filters, format), media_type=kind, headers=headers)
