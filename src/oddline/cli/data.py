"""List the labelled data sets, where they lie, and whether they are what they should be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["data"]


def data(
    name: Annotated[str | None, typer.Argument(help="Fetch or check this one; without it all are listed.")] = None,
    place: Annotated[
        Path | None, typer.Option("--data", help="Where the labelled data lie (else ODDLINE_DATA, else the cache).")
    ] = None,
) -> None:
    """List the labelled data sets, where they lie, and whether they are what they should be.

    [bold]oddline data nsl_kdd[/]  fetches it if it is not here, and checks every file
    """
    from oddline.core import folder
    from oddline.core.errors import BadData
    from oddline.datasets._locate import changed, data_set, located

    if name is None:
        found = folder.plugins("datasets")
        width = max(map(len, found), default=0)
        for plugin in found.values():
            typer.echo(f"{plugin.name:<{width}}  {plugin.summary}")
        return
    known = data_set(name)
    root = located(name, place)
    if wrong := changed(known, root):
        raise BadData(f"{root / wrong[0]} is not what its hash says", expected=f"the file from {known.home}")
    typer.echo(f"{known.summary}\n{known.home} · {known.licence}\nCite: {known.cite}")
    for file in known.files:
        typer.echo(f"  {root / file.path}")
