"""Alerts of the last days against what people want to read: how many a day, how many were real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from oddline.service.asker import Asker
from oddline.service.db.tables import Incident, Scan, Verdict, Workspace
from oddline.service.db.types import now
from oddline.service.door import Desk

__all__ = ["ALERTING", "Alerts", "alerts"]

ALERTING = ("critical", "high")
"""An incident so bad is an alert: somebody should read it the same day."""

USUAL_BUDGET = 5
DAYS = 14


@dataclass(frozen=True)
class Alerts:
    """Alerts of a stretch of days.

    Parameters
    ----------
    days
        Each day with its number of alerts, oldest first; the last one is today.
    budget
        Alerts a day that the workspace wants to read at most.
    real
        The share of real ones among the rows that were judged in these days; None where nobody judged.
    unseen
        Alerts of these days that nobody has taken up.
    """

    days: list[tuple[date, int]]
    budget: int
    real: float | None
    unseen: int

    @property
    def total(self) -> int:
        """All alerts of these days."""
        return sum(count for _day, count in self.days)

    @property
    def over(self) -> list[tuple[date, int]]:
        """The days with more alerts than the budget."""
        return [(day, count) for day, count in self.days if count > self.budget]


def alerts(desk: Desk[Asker], days: int = DAYS) -> Alerts:
    """Count the alerts of the last days, today included, by the day on which a scan found them."""
    today = now().date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, time(), UTC)
    theirs = (
        Incident.workspace_id == desk.asker.workspace_id,
        Incident.created >= since,
        Incident.severity.in_(ALERTING),
    )
    found: dict[date, int] = {}
    unseen = 0
    for made, state in desk.db.execute(select(Incident.created, Incident.state).where(*theirs)):
        found[made.date()] = found.get(made.date(), 0) + 1
        unseen += state == "open"
    place = desk.db.get(Workspace, desk.asker.workspace_id)
    settings = place.settings if place else {}
    return Alerts(
        days=[(first + timedelta(days=n), found.get(first + timedelta(days=n), 0)) for n in range(days)],
        budget=int(settings.get("alerts_a_day", USUAL_BUDGET)),
        real=_real(desk, since),
        unseen=unseen,
    )


def _real(desk: Desk[Asker], since: datetime) -> float | None:
    mine = select(Scan.id).where(Scan.workspace_id == desk.asker.workspace_id)
    query = (
        select(Verdict.verdict, func.count())
        .where(Verdict.created >= since, Verdict.scan_id.in_(mine))
        .group_by(Verdict.verdict)
    )
    said = dict(desk.db.execute(query).all())
    total = sum(said.values())
    return said.get("real", 0) / total if total else None
