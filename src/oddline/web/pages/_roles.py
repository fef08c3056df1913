"""What roles may do, in words."""

from __future__ import annotations

from oddline.service.asker import Role

__all__ = ["ROLES"]

ROLES: tuple[tuple[Role, str], ...] = (
    ("viewer", "reads"),
    ("analyst", "reads, scans and judges"),
    ("admin", "does all of it, and lets people in"),
    ("ingest", "sends files and starts scans, and reads nothing"),
)
