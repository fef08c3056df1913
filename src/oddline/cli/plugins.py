"""List what can be named: detectors, formats, outputs and so on, with one line about each."""

from __future__ import annotations

from typing import Annotated

import typer

from oddline.cli._reference import page
from oddline.core import folder
from oddline.core.errors import UnknownPlugin

__all__ = ["plugins"]

LISTED = ("detectors", "formats", "sources", "templates", "windows", "features", "thresholds", "explain", "outputs")


def plugins(
    room: Annotated[str | None, typer.Argument(help=f"One of {', '.join(LISTED)}; all if left out.")] = None,
    name: Annotated[str | None, typer.Argument(help="Show all about this one.")] = None,
) -> None:
    """List what can be named: detectors, formats, outputs and so on, with one line about each."""
    if room is not None and room not in LISTED:
        raise UnknownPlugin(room, "the rooms", LISTED)
    if room and name:
        typer.echo(page(folder.find(room, name)), nl=False)
        return
    for listed in (room,) if room else LISTED:
        found = folder.plugins(listed)
        width = max((len(plugin) for plugin in found), default=0)
        typer.echo(listed)
        for plugin in found.values():
            typer.echo(f"  {plugin.name:<{width}}  {plugin.summary}")
