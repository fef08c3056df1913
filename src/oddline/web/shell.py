"""What stands around every page: who is signed in, where, and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Here", "Place", "Shell"]

Here = Literal[
    "overview", "scans", "incidents", "compare", "models", "jobs", "account", "people", "audit", "settings", ""
]


@dataclass(frozen=True)
class Place:
    """A workspace: its short name in addresses, and its name for people."""

    slug: str
    name: str


@dataclass(frozen=True)
class Shell:
    """The frame of a page of somebody who is signed in."""

    here: Here
    form_key: str
    name: str
    email: str
    workspace: Place
    workspaces: tuple[Place, ...] = ()
    role: str = "viewer"
    administrator: bool = False
    incidents: int = 0
    incidents_hot: bool = False
    jobs: int = 0
    single_keys: bool = True

    @property
    def may_scan(self) -> bool:
        """True if the person may send files and start scans."""
        return self.role in {"ingest", "analyst", "admin"}
