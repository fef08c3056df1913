"""Run jobs of a service on PostgreSQL, beside its server or on another machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oddline.core.optional import need

__all__ = ["worker"]


def worker(
    workers: Annotated[
        int | None, typer.Option("--workers", envvar="ODDLINE_WORKERS", min=1, help="Jobs at once; 1 if left out.")
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", envvar="ODDLINE_DATA_DIR", help="Where files lie while they are worked on."),
    ] = None,
) -> None:
    """Run jobs of a service on PostgreSQL, beside its server or on another machine.

    [bold]ODDLINE_DATABASE_URL=postgresql://… ODDLINE_STORAGE_URL=s3://… oddline worker --workers 4[/]
    """
    need("dbos", extra="serve")
    from oddline.service import server

    server.work(server.settings_of({"workers": workers, "data_dir": data_dir}))
