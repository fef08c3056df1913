"""Lists in pages by numbers in the address, so that a page of a list can be linked to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

__all__ = ["Turning", "turning"]


@dataclass(frozen=True)
class Turning:
    """Where a list stands, and the addresses of its neighbours (nothing where there is none)."""

    first: int
    last: int
    total: int
    newer: str
    older: str


def turning(path: str, query: dict[str, str | list[str]], *, offset: int, shown: int, total: int, limit: int) -> Turning:
    """Say which part of a list is shown, and how to get to the others.

    Examples
    --------
    >>> turning("/scans", {"q": "app", "state": []}, offset=50, shown=50, total=120, limit=50)
    Turning(first=51, last=100, total=120, newer='/scans?q=app', older='/scans?q=app&from=100')
    """
    newer = _address(path, query, max(0, offset - limit)) if offset else ""
    older = _address(path, query, offset + limit) if offset + shown < total else ""
    return Turning(offset + 1 if shown else 0, offset + shown, total, newer, older)


def _address(path: str, query: dict[str, str | list[str]], offset: int) -> str:
    told = {name: value for name, value in query.items() if value} | ({"from": str(offset)} if offset else {})
    words = urlencode(told, doseq=True)
    return f"{path}?{words}" if words else path
