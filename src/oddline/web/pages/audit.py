"""Audit: who did what, when, from where; searched, turned page by page, and downloaded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from oddline.service.acts import audit_log, members, users
from oddline.service.acts.audit_log import Filters
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._audit_words import NOUNS, details_words, said
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
LIMIT, MOST = 50, 500
Day = Annotated[str, Query(max_length=10)]


@door.get("/audit", access="admin")
def audit(
    desk: AnyDesk,
    request: Request,
    q: Annotated[str, Query(max_length=200)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    user: Annotated[str, Query(max_length=32)] = "",
    since: Day = "",
    until: Day = "",
    everything: Annotated[str, Query(alias="all", max_length=5)] = "",
    cursor: Cursor = None,
) -> Response:
    """Show what was done, the newest first; days are those of UTC, the last one is included."""
    whole = bool(everything) and desk.asker.administrator
    last = _day(until)
    filters = Filters(q, action, user, _day(since), last + timedelta(days=1) if last else None, whole)
    page = audit_log.listed(desk, filters, cursor, LIMIT)
    told = {"q": q, "action": action, "user": user, "since": since, "until": until, "all": "true" if whole else ""}
    given = {name: value for name, value in told.items() if value}
    total = audit_log.how_many(desk, filters)
    return render(
        request,
        "audit.html.j2",
        shell=shell_of(desk, "audit"),
        asked=told,
        narrowed=bool(set(given) - {"all"}),
        verdict=_verdict(total, page["items"] if cursor is None else [], whole, bool(set(given) - {"all"})),
        entries=[(one, said(one.action), details_words(one.details)) for one in page["items"]],
        total=total,
        newest=_address("/audit", given) if cursor else "",
        older=_address("/audit", {**given, "cursor": page["next"]}) if page["next"] else "",
        downloads=[(form.upper(), _download(filters, given, form)) for form in ("csv", "ndjson")],
        nouns=[("", "Every act"), *NOUNS],
        who=[("", "Everybody"), *_people(desk, whole)],
    )


def _people(desk: Any, whole: bool) -> list[tuple[str, str]]:
    if whole:
        return [(one.id, one.name) for one in users.listed(desk, "", None, MOST)["items"]]
    return [(one.user, one.name) for one in members.listed(desk, desk.asker.workspace, "", None, MOST).items]


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _download(filters: Filters, given: dict[str, str], form: str) -> str:
    spans = {"since": filters.since, "until": filters.until}
    told = {name: value for name, value in given.items() if name not in spans}
    told |= {name: words.iso(moment) for name, moment in spans.items() if moment}
    return _address("/api/v1/audit/download", {"format": form, **told})


def _address(path: str, told: dict[str, str]) -> str:
    return f"{path}?{urlencode(told)}" if told else path


def _verdict(total: int, newest: list[Any], whole: bool, narrowed: bool) -> tuple[str, str]:
    where = "on this server" if whole else "in this workspace"
    if not total:
        return ("Nothing matches.", "Words, act, person and days must all hold.") if narrowed else ("Nothing yet.", "")
    say = (
        f"{words.counted(total, 'act')} {'matches' if total == 1 else 'match'}."
        if narrowed
        else (f"{words.counted(total, 'act')} {'is' if total == 1 else 'are'} on record {where}.")
    )
    if not newest:
        return say, "Entries are added, never changed."
    last = newest[0]
    first = f"The newest: {(last.who or 'nobody').split(' <')[0]} {said(last.action)}, {words.ago(last.at)}. "
    return say, f"{first}Entries are added, never changed."
