"""Reading the audit log: searched page by page, or downloaded whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select

from oddline.service.acts.audit import note
from oddline.service.acts.members import literal
from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.db.tables import AuditEntry
from oddline.service.door import Desk
from oddline.service.errors import Forbidden
from oddline.service.paging import page_of
from oddline.service.schemas.audit import Entry

__all__ = ["Filters", "download", "how_many", "listed"]

AT_ONCE = 1000
COLUMNS = ("id", "at", "who", "user", "token", "action", "subject", "address", "workspace", "details")


@dataclass(frozen=True)
class Filters:
    """What to look for."""

    q: str = ""
    action: str = ""
    user: str = ""
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False


def listed(desk: Desk[Asker], filters: Filters, cursor: str | None, limit: int) -> dict[str, Any]:
    """List entries, the newest first."""
    return page_of(desk.db, _query(desk.asker, filters), AuditEntry.id, cursor, limit, _shown)


def how_many(desk: Desk[Asker], filters: Filters) -> int:
    """Count the entries."""
    return desk.db.scalar(select(func.count()).select_from(_query(desk.asker, filters).subquery())) or 0


def download(desk: Desk[Asker], filters: Filters, form: str) -> Iterator[bytes]:
    """Give all entries, the oldest first, a thousand at a time; that somebody did is an entry as well."""
    query = _query(desk.asker, filters)
    with desk.service.writing() as db:
        own = Desk(desk.service, db, desk.asker, desk.address)
        note(own, "audit.download", form, q=filters.q, acts=filters.action, of=filters.user, all=filters.everything)
    return _csv(desk.service, query) if form == "csv" else _ndjson(desk.service, query)


def _query(asker: Asker, filters: Filters) -> Select[Any]:
    query: Select[Any] = select(AuditEntry)
    if filters.everything:
        if not asker.administrator:
            raise Forbidden("only an administrator of this server may read the whole log")
    else:
        query = query.where(AuditEntry.workspace_id == asker.workspace_id)
    if filters.action:
        # "session" finds all that is done to sessions, "session.begin" one act
        one = AuditEntry.action == filters.action
        query = query.where(or_(one, AuditEntry.action.like(f"{literal(filters.action)}.%", escape="\\")))
    if filters.user:
        query = query.where(AuditEntry.user_id == filters.user)
    if filters.since:
        query = query.where(AuditEntry.at >= filters.since)
    if filters.until:
        query = query.where(AuditEntry.at < filters.until)
    for word in filters.q.split():
        like = f"%{literal(word)}%"
        fields = (AuditEntry.who, AuditEntry.subject, AuditEntry.action, AuditEntry.address)
        held = [field.ilike(like, escape="\\") for field in fields]
        # SQLite keeps JSON in ASCII, PostgreSQL does not
        spelt = (f"%{literal(each)}%" for each in (word, json.dumps(word)[1:-1]))
        query = query.where(or_(*held, *(cast(AuditEntry.details, String).ilike(one, escape="\\") for one in spelt)))
    return query


def _shown(entry: AuditEntry) -> Entry:
    return Entry(
        id=entry.id,
        at=entry.at,
        who=entry.who,
        user=entry.user_id,
        token=entry.token_id,
        action=entry.action,
        subject=entry.subject,
        address=entry.address,
        workspace=entry.workspace_id,
        details=entry.details,
    )


def _batches(service: Service, query: Select[Any]) -> Iterator[list[Entry]]:
    last = 0
    while True:
        with service.reading() as db:
            page = query.where(AuditEntry.id > last).order_by(AuditEntry.id).limit(AT_ONCE)
            found = [_shown(entry) for entry in db.scalars(page)]
        if found:
            yield found
            last = found[-1].id
        if len(found) < AT_ONCE:
            return


def _ndjson(service: Service, query: Select[Any]) -> Iterator[bytes]:
    for batch in _batches(service, query):
        yield "".join(f"{entry.model_dump_json()}\n" for entry in batch).encode()


def _csv(service: Service, query: Select[Any]) -> Iterator[bytes]:
    """Write CSV that no spreadsheet runs: names and addresses were chosen by strangers."""
    import polars as pl

    from oddline.outputs._hostile import cell

    yield f"{','.join(COLUMNS)}\n".encode()
    for batch in _batches(service, query):
        rows = [entry.model_dump(mode="json") for entry in batch]
        for row in rows:
            row["id"], row["details"] = str(row["id"]), json.dumps(row["details"], ensure_ascii=False, sort_keys=True)
        frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))
        yield frame.select(cell(name) for name in COLUMNS).write_csv(include_header=False).encode()
