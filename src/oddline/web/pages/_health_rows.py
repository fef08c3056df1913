"""The rows of the health card; a bad one comes with what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from oddline.service.acts.condition import Condition
from oddline.service.db.tables import Model
from oddline.web import _filters as words

__all__ = ["HealthRow", "health_rows"]

OLD = timedelta(days=30)


@dataclass(frozen=True)
class HealthRow:
    """One thing that is well, or not; ``act`` is the text and the address of what helps."""

    name: str
    words: str
    bad: bool = False
    act: tuple[str, str] | None = None
    help: str = ""


def health_rows(found: Condition, may_act: bool, now: datetime) -> list[HealthRow]:
    """Put the condition of the service into rows."""
    return [_workers(found), _queue(found), _storage(found), _models(found, may_act, now), _cleaned(found)]


def _workers(found: Condition) -> HealthRow:
    if found.nobody_works:
        return HealthRow("Workers", "none answers", bad=True, help="Start one: oddline worker, or oddline serve --workers 1.")
    if not found.workers:
        return HealthRow("Workers", "none needed now")
    return HealthRow("Workers", f"{words.counted(found.workers, 'process') if found.workers == 1 else f'{found.workers} processes'}")


def _queue(found: Condition) -> HealthRow:
    since = f", the longest for {words.ago(found.longest).removesuffix(' ago')}" if found.longest else ""
    return HealthRow("Queue", f"{found.runs} running, {found.waits} waiting{since}")


def _storage(found: Condition) -> HealthRow:
    used = f"{words.size(found.stored)} of {words.size(found.room)}"
    return HealthRow("Storage", used, bad=found.nearly_full, act=("Delete old scans", "/scans") if found.nearly_full else None)


def _models(found: Condition, may_act: bool, now: datetime) -> HealthRow:
    failed = found.failed_fit
    if failed is not None:
        act = ("See why, and fit again", f"/models/{failed.id}") if may_act else None
        return HealthRow(f"Model {failed.name}", "could not be learnt", bad=True, act=act)
    if not found.models:
        return HealthRow("Models", "none yet")
    newest: Model = found.models[0]
    old = now - newest.created > OLD
    act = (f"Refit {newest.name} on later files", f"/models?again={newest.id}") if old and may_act else None
    return HealthRow(f"Model {newest.name}", f"learnt {words.ago(newest.finished or newest.created)}", bad=old, act=act)


def _cleaned(found: Condition) -> HealthRow:
    return HealthRow("Last clean-up", words.ago(found.cleaned) if found.cleaned else "not yet")
