"""The web UI: pages rendered from the same acts that the API calls."""

from __future__ import annotations

from typing import Any


def install(app: Any) -> None:
    """Put the pages and the static files on an application."""
