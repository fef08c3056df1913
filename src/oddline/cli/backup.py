"""Put a whole data folder of oddline serve into one file, or a file back into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oddline.core.optional import need

__all__ = ["backup"]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="The archive to write, or to restore from.")],
    data_dir: Annotated[
        Path, typer.Option("--data-dir", envvar="ODDLINE_DATA_DIR", help="The data folder of oddline serve.")
    ] = Path("oddline-data"),
    restore: Annotated[bool, typer.Option("--restore", help="Unpack the archive into an empty data folder.")] = False,
) -> None:
    """Put a whole data folder of oddline serve into one file, or a file back into a folder.

    [bold]oddline backup monday.tar --data-dir oddline-data[/]  while the service runs

    [bold]oddline backup monday.tar --data-dir restored --restore[/]
    """
    need("sqlalchemy", extra="serve")
    from oddline.service import backup as backups
    from oddline.service.settings import Settings

    if restore:
        backups.restore(file, data_dir)
        typer.echo(f"{data_dir}: restored; oddline serve --data-dir {data_dir}", err=True)
        return
    files, size = backups.back_up(Settings(data_dir=data_dir), file)
    typer.echo(f"{file}: {files:,} files, {size:,} bytes", err=True)
