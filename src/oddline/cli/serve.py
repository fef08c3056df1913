"""Serve the web UI and the API: one process, one data folder, nothing else to install."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from oddline.core.optional import need

__all__ = ["serve"]

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", envvar="ODDLINE_DATA_DIR", help="Database and files; ./oddline-data if left out."),
]
Host = Annotated[
    str | None, typer.Option("--host", envvar="ODDLINE_HOST", help="Address to listen on; else this machine only.")
]
Port = Annotated[
    int | None, typer.Option("--port", envvar="ODDLINE_PORT", min=0, max=65_535, help="Port; 8765 if left out.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", envvar="ODDLINE_WORKERS", min=0, help="Jobs at once; 0 leaves them to oddline worker."),
]


def serve(
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    workers: Workers = None,
    example: Annotated[
        bool, typer.Option("--example", envvar="ODDLINE_EXAMPLE", help="Begin with an example, already scanned.")
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Serve the web UI and the API: one process, one data folder, nothing else to install.

    [bold]oddline serve[/]  everything in ./oddline-data; the first start prints a set-up link

    [bold]ODDLINE_DATABASE_URL=postgresql://… oddline serve --workers 0[/]  with oddline worker on other machines
    """
    need("uvicorn", extra="serve")
    from oddline.service import server

    told: dict[str, Any] = {"data_dir": data_dir, "host": host, "port": port, "workers": workers, "example": example}
    server.serve(server.settings_of(told), open_browser=open_browser)
