"""List what can be named: detectors, formats, features and so on, with one line about each."""

from __future__ import annotations

from typing import Annotated

import typer

from oddline.core import folder
from oddline.core.errors import UnknownPlugin

__all__ = ["plugins"]

LISTED = (
    "detectors",
    "formats",
    "sources",
    "templates",
    "windows",
    "features",
    "thresholds",
    "explain",
    "outputs",
)


def plugins(
    room: Annotated[
        str | None, typer.Argument(help=f"One of {', '.join(LISTED)}; all of them if left out.")
    ] = None,
) -> None:
    """List what can be named: detectors, formats, features and so on, with one line about each."""
    if room is not None and room not in LISTED:
        raise UnknownPlugin(room, "the rooms", LISTED)
    for name in (room,) if room else LISTED:
        found = folder.plugins(name)
        width = max((len(plugin) for plugin in found), default=0)
        typer.echo(name)
        for plugin in found.values():
            typer.echo(f"  {plugin.name:<{width}}  {plugin.summary}")
