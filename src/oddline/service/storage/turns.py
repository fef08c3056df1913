"""How many of one kind of work a service does at once in threads; others wait their turn."""

from __future__ import annotations

from anyio import CapacityLimiter

from oddline.service.context import Service

__all__ = ["turns_of"]


class _Turns:
    def __init__(self) -> None:
        self.limiters: dict[str, CapacityLimiter] = {}

    def stop(self) -> None:
        """Nothing runs on by itself."""


def turns_of(service: Service, kind: str, most: int) -> CapacityLimiter:
    """Give the limiter of a kind of work."""
    turns: _Turns = service.parts.setdefault("turns", _Turns())
    return turns.limiters.setdefault(kind, CapacityLimiter(most))
