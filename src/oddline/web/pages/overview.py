"""Overview: what is open, what was scanned, how the service is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import Request, Response

from oddline.service.acts import incidents
from oddline.service.acts.alerts import Alerts, alerts
from oddline.service.acts.condition import condition
from oddline.service.acts.scan_list import scan_list
from oddline.service.db.tables import Incident
from oddline.service.db.types import now
from oddline.service.door import AnyDesk, Door
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._health_rows import health_rows
from oddline.web.pages._incident_card import card, since_words
from oddline.web.pages._scan_row import ScanRow, scan_row
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
SCANS, INCIDENTS = 6, 4


@door.get("/", access="viewer")
def overview(desk: AnyDesk, request: Request) -> Response:
    """Show the workspace at a glance."""
    shell = shell_of(desk, "overview")
    lines, total = scan_list(desk, limit=SCANS)
    if not lines:
        return render(request, "overview_empty.html.j2", shell=shell)
    moment = now()
    rows = [scan_row(line, moment) for line in lines]
    waiting, open_count = incidents.listed(
        desk, states=["open"], severities=[], q="", scan=None, offset=0, limit=INCIDENTS
    )
    counts = incidents.counts(desk)
    lately = alerts(desk)
    health = health_rows(condition(desk), desk.asker.role in {"analyst", "admin"}, moment)
    return render(
        request,
        "overview.html.j2",
        shell=shell,
        facts=_facts(rows, lately),
        verdict=_verdict(waiting, open_count, counts, rows),
        incidents=[replace(card(one), first="") for one in waiting],
        open_count=open_count,
        scans=rows,
        total=total,
        alerts=lately,
        spark=_spark(lately),
        over=_over(lately),
        health=health,
        to_look_at=sum(row.bad for row in health),
    )


def _facts(rows: list[ScanRow], lately: Alerts) -> list[str]:
    today = lately.days[-1][1]
    return [
        f"Last scan {words.ago(rows[0].created)}",
        f"alert budget {lately.budget} a day, {today} used",
        "times in UTC",
    ]


def _verdict(waiting: list[Incident], total: int, counts: dict[str, int], rows: list[ScanRow]) -> dict[str, Any]:
    """Say in a sentence how things are."""
    if not waiting:
        return _calm(rows)
    worst = waiting[0]
    many = f"{words.counted(total, 'incident')} {'is' if total == 1 else 'are'} open."
    alike = counts[worst.severity]
    which = "It is" if total == 1 else "One is" if alike == 1 else f"{alike:,} are"
    since = since_words(worst.opened)
    said = str(worst.details.get("said") or "").split("; ")[0]  # the weightiest reason; the card has them all
    times = f", {worst.count:,} times" if worst.count > 1 and f"{worst.count:,}" not in said else ""
    why = [("pattern", worst.title), f" in {worst.source}{times}. "]
    if said:
        why.append(f"{said[:1].upper()}{said[1:]}. ")
    why.append("Nobody has acknowledged it.")
    return {
        "say": f"{many} {which} {worst.severity}{', ' + since if since else ''}.",
        "why": why,
        "severity": worst.severity,
        "href": f"/incidents/{worst.id}",
    }


def _calm(rows: list[ScanRow]) -> dict[str, Any]:
    running = sum(row.state in {"queued", "running"} for row in rows)
    last = next((row for row in rows if row.state == "done"), None)
    if last is None:
        stopped = rows[0].state == "failed"
        say = f"{rows[0].title} could not be scanned." if stopped else "The first scan is on its way."
        why = " ".join((rows[0].problem, rows[0].hint)) if stopped else "Its findings appear here by themselves."
        return {"say": say, "why": why, "severity": "", "href": f"/scans/{rows[0].id}"}
    found = sum(last.tally.values())
    odd = f"{words.counted(found, 'incident')}, all taken care of" if found else "nothing odd"
    more = f" {words.counted(running, 'scan')} {'is' if running == 1 else 'are'} running." if running else ""
    return {
        "say": "All quiet: no incident is open.",
        "why": f"The last scan, {last.title}, read {words.counted(last.lines or 0, last.noun)}: {odd}.{more}",
        "severity": "ok",
        "href": f"/scans/{last.id}",
    }


def _spark(lately: Alerts) -> dict[str, Any]:
    values = [count for _day, count in lately.days]
    return {"values": values, "odd": {place: "high" for place, count in enumerate(values) if count > lately.budget}}


def _over(lately: Alerts) -> str:
    if not lately.over:
        return "No day over the budget." if lately.total else "No alert in these days."
    if len(lately.over) == 1:
        day, count = lately.over[0]
        return f"One day over the budget: {day:%a} {day.day} {day:%b}, {count}."
    day, count = max(lately.over, key=lambda one: one[1])
    return f"{len(lately.over)} days over the budget; the most on {day:%a} {day.day} {day:%b}, {count}."
