"""How the service is."""

from __future__ import annotations

from pydantic import BaseModel

__all__ = ["Health"]


class Health(BaseModel):
    """Whether the service is up, and which version it is."""

    status: str
    version: str
