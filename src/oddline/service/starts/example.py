"""An example workspace, where it is asked for and nothing is there yet."""

from __future__ import annotations

from oddline.service.acts import example
from oddline.service.context import Service

__all__ = ["start"]


def start(service: Service) -> None:
    """Begin with the example."""
    if service.settings.example:
        example.begin(service)
