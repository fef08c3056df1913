"""A fit, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from oddline.drivers import batch
from oddline.ops import bundle
from oddline.service.jobs.run import Report
from oddline.service.jobs.work._card import card_of
from oddline.service.jobs.work._read import request_of

__all__ = ["work"]


def work(order: dict[str, Any], out: Path, report: Report) -> dict[str, Any]:
    """Learn what is normal, write the bundle, and give its card."""
    pipeline = batch.fit(request_of(order, report, label=True))
    return {"card": card_of(pipeline, bundle.save(pipeline, out / "model.odd"))}
