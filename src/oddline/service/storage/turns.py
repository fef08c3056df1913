"""How much a service does at once: work in threads waits its turn, and all senders share the memory for parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from anyio import CapacityLimiter

from oddline.service.context import Service

__all__ = ["part_size", "sending", "turns_of"]

HELD = 32 << 20
"""Bytes of parts that are gathered at once, of all senders together: with many of them, parts are smaller."""

SMALLEST = 256 << 10


class _Turns:
    def __init__(self) -> None:
        self.limiters: dict[str, CapacityLimiter] = {}
        self.senders = 0

    def stop(self) -> None:
        """Nothing runs on by itself."""


def turns_of(service: Service, kind: str, most: int) -> CapacityLimiter:
    """Give the limiter of a kind of work."""
    return _turns(service).limiters.setdefault(kind, CapacityLimiter(most))


def _turns(service: Service) -> _Turns:
    turns: _Turns = service.parts.setdefault("turns", _Turns())
    return turns


@contextmanager
def sending(service: Service) -> Iterator[None]:
    """Count one who sends, for as long as that lasts; called from the event loop alone."""
    turns = _turns(service)
    turns.senders += 1
    try:
        yield
    finally:
        turns.senders -= 1


def part_size(service: Service) -> int:
    """Give the bytes of a part, for each of those who send at this moment."""
    share = HELD // max(1, _turns(service).senders)
    return min(service.settings.limits.part_bytes, max(SMALLEST, share))
