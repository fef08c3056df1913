"""Incidents: what is open, who looks after it; and one of them with all that was said."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy import select

from oddline.service.acts import incidents as acts
from oddline.service.acts.findings import scan_of
from oddline.service.db.tables import Incident, Member, User
from oddline.service.door import AnyDesk, Door
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._incident_card import card, since_words
from oddline.web.pages._paging import turning
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
LIMIT = 50
STATES = ("open", "acknowledged", "resolved", "muted")
SEVERITIES = ("critical", "high", "medium", "low")


@door.get("/incidents", access="viewer")
def listed(
    desk: AnyDesk,
    request: Request,
    q: Annotated[str, Query(max_length=500)] = "",
    state: str = "open",
    severity: Annotated[list[str] | None, Query(max_length=8)] = None,
    offset: Annotated[int, Query(alias="from", ge=0, le=10_000_000)] = 0,
) -> Response:
    """Show the incidents of the workspace; open ones unless others are asked for."""
    state = state if state in {*STATES, "all"} else "open"
    chosen = [one for one in severity or [] if one in SEVERITIES]
    found, total = acts.listed(
        desk,
        states=[] if state == "all" else [state],
        severities=chosen,
        q=q,
        scan=None,
        offset=offset,
        limit=LIMIT,
    )
    names = acts.people(desk, {one.owner_id for one in found if one.owner_id})
    shell = shell_of(desk, "incidents")
    query: dict[str, str | list[str]] = {"q": q, "state": "" if state == "open" else state, "severity": chosen}
    return render(
        request,
        "incident_list.html.j2",
        shell=shell,
        verdict=_verdict(desk),
        cards=[card(one, names.get(one.owner_id or "", "")) for one in found],
        turn=turning("/incidents", query, offset=offset, shown=len(found), total=total, limit=LIMIT),
        by_severity=acts.counts(desk),
        q=q,
        state=state,
        severities=chosen,
    )


@door.get("/incidents/{incident}", access="viewer")
def one(desk: AnyDesk, request: Request, incident: str) -> Response:
    """Show one incident."""
    found = acts.incident_of(desk, incident)
    said = acts.comments(desk, found.id)
    members = _members(desk)
    names = dict(members) | acts.people(desk, {one.user_id for one in said if one.user_id})
    return render(
        request,
        "incident.html.j2",
        shell=shell_of(desk, "incidents"),
        one=found,
        card=card(found),
        told=found.details,
        verdict=_one_verdict(found),
        figures=_figures(found),
        reasons=_reasons(found),
        scan=scan_of(desk, found.scan_id),
        comments=[(names.get(one.user_id or "", "somebody who left"), one) for one in said],
        members=members,
        owner=names.get(found.owner_id or "", ""),
    )


def _members(desk: AnyDesk) -> list[tuple[str, str]]:
    mine = Member.workspace_id == desk.asker.workspace_id
    query = select(User.id, User.name).join(Member).where(mine, Member.role.in_(("analyst", "admin")))
    return [(user, name) for user, name in desk.db.execute(query.order_by(User.name))]


def _verdict(desk: AnyDesk) -> dict[str, Any]:
    counts = acts.counts(desk)
    total = sum(counts.values())
    if not total:
        return {"say": "No incident is open.", "why": "What a later scan finds appears here.", "severity": "ok"}
    worst = next(name for name in SEVERITIES if counts[name])
    rest = ", ".join(f"{counts[name]:,} {name}" for name in SEVERITIES if counts[name])
    newest, _ = acts.listed(desk, states=["open"], severities=[worst], q="", scan=None, offset=0, limit=1)
    since = since_words(newest[0].opened)
    return {
        "say": f"{words.counted(total, 'incident')} {'is' if total == 1 else 'are'} open: {rest}.",
        "why": [("pattern", newest[0].title), f" in {newest[0].source}{', ' + since if since else ''}, is the worst."],
        "severity": worst,
    }


def _one_verdict(found: Incident) -> dict[str, Any]:
    told = found.details
    since = since_words(found.opened)
    times = f", {found.count:,} {'times' if found.count != 1 else 'time'}"
    said = str(told.get("said") or "")
    state = {
        "open": "Nobody has acknowledged it.",
        "acknowledged": "Somebody looks at it.",
        "resolved": "It is resolved.",
        "muted": "It is muted: later scans do not open it again by themselves.",
    }[found.state]
    why = f"{said[:1].upper()}{said[1:]}{'' if said.endswith('.') else '.'} {state}" if said else state
    done = found.state in {"resolved", "muted"}
    return {
        "say": [("pattern", found.title), f"{times}{', ' + since if since else ''}."],
        "why": why,
        "severity": "" if done else found.severity,
    }


def _figures(found: Incident) -> list[tuple[str, ...]]:
    told = found.details
    lasted = str(told.get("lasted") or "")
    rows: list[tuple[str, ...]] = [("score", words.number(found.score)), ("odd lines", words.number(found.count))]
    rows += [("long", lasted)] if lasted else []
    rows.append(("first line", words.number(found.line)))
    return rows


def _reasons(found: Incident) -> list[dict[str, Any]]:
    """Put the reasons into what ``ui.reasons`` draws."""
    reasons = []
    for told in found.details.get("reasons") or []:
        if not isinstance(told, dict):
            continue
        what, seen, expected = (str(told.get(name) or "") for name in ("what", "seen", "expected"))
        said = ": ".join(part for part in (what, seen) if part)
        reasons.append(
            {
                "words": said[:1].upper() + said[1:],
                "note": f"expected {expected}" if expected and seen else expected,
                "share": 100 * float(told.get("share") or 0),
            }
        )
    return reasons
