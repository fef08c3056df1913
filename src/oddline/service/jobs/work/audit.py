"""The audit of a bundle that somebody sent, in a process of its own: whatever it holds, the service never opens it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from oddline.ops import bundle
from oddline.service.jobs.run import Report
from oddline.service.jobs.work._card import card_of

__all__ = ["work"]


def work(order: dict[str, Any], out: Path, report: Report) -> dict[str, Any]:
    """Open a bundle as a scan would, and give its card."""
    del out, report
    return {"card": card_of(bundle.load(order["path"]), bundle.card(order["path"]))}
