"""The first start: while nobody administers the service, each start prints a link that works once."""

from __future__ import annotations

import sys

from oddline.service.acts import setup
from oddline.service.context import Service

__all__ = ["start"]


def start(service: Service) -> None:
    """Print the set-up link, if it is needed; only its hash is kept, so it cannot be had again but by a new start."""
    link = setup.invite(service)
    if link is not None:
        sys.stderr.write(f"\nSet up the administrator (works once, for 7 days):\n\n    {link}\n\n")
        sys.stderr.flush()
