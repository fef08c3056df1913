"""Checks of what is asked, before anything is begun: what can be told at once is not told an hour later."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from oddline.core import folder
from oddline.core.errors import MissingExtra, UsageError
from oddline.service.acts.catalogue import refuse_ours
from oddline.service.db.tables import Upload

__all__ = ["check_judging", "title_of"]

MODULES = {"deep": "torch", "tune": "optuna", "pyod": "pyod", "sigma": "sigma"}
"""The library that an extra brings, by which one knows that it is there."""

ROOMS = (("detector", "detectors"), ("feature", "features"), ("threshold", "thresholds"))


def check_judging(request: dict[str, Any]) -> None:
    """Refuse names that nothing answers to, parameters that are none, and what is not installed.

    Raises
    ------
    UsageError
        If a name or a parameter is wrong.
    Unprocessable
        If a parameter names a file of this machine.
    MissingExtra
        If what is asked for is not installed.
    """
    for name, room in ROOMS:
        if request.get(name):
            _installed(room, request[name])
    if request.get("format"):
        folder.find("formats", request["format"])
    if request.get("by"):
        from oddline.windows.base import window_of

        window_of(request["by"])
    refuse_ours(request.get("settings"))
    if "detector" not in request:
        return
    from oddline.drivers._changes import changes
    from oddline.pipeline.presets import preset

    parts = {name: request[name] for name in ("detector", "feature", "threshold")} | {"window": request["by"]}
    told = changes(
        parts, request["settings"], seed=request["seed"], budget=request.get("budget"), quantile=request["quantile"]
    )
    try:
        preset("lines", **told)
    except (TypeError, ValueError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"settings: {error}"[:500]) from error


def title_of(uploads: Sequence[Upload]) -> str:
    """Name something after the files that it is made of.

    Examples
    --------
    >>> title_of([Upload(name="a.log"), Upload(name="b.log"), Upload(name="c.log")])
    'a.log, b.log and 1 more'
    """
    names = [upload.name for upload in uploads]
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return (", ".join(names[:2]) + more)[:200]


def _installed(room: str, name: str) -> None:
    cls = folder.load(room, name)
    extra = getattr(cls, "needs", "")
    if isinstance(extra, str) and extra and find_spec(MODULES.get(extra, extra)) is None:
        raise MissingExtra(name, extra)
