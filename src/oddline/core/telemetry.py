"""Counters and spans: how long each stage took, and how far it is; silent unless a face listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

Listener = Callable[[str, float], None]
"""Called with a stage's name and the share of it that is done, from 0 to 1."""


_now: ContextVar[tuple[Telemetry, str] | None] = ContextVar("stage", default=None)


def advance(share: float) -> None:
    """Tell how far the stage is that runs now, from wherever in it; nobody listens, nothing happens.

    It is for what takes minutes inside one call, such as the training of a neural detector: those rooms know
    no telemetry of their own.

    Examples
    --------
    >>> heard = []
    >>> with Telemetry(lambda stage, share: heard.append((stage, share))).stage("detect"):
    ...     advance(0.5)
    >>> heard
    [('detect', 0.0), ('detect', 0.5), ('detect', 1.0)]
    """
    if (now := _now.get()) is not None:
        now[0].progress(now[1], share)


class Telemetry:
    """Measures the stages of one run and tells a listener about progress.

    Examples
    --------
    >>> telemetry = Telemetry()
    >>> with telemetry.stage("read"):
    ...     pass
    >>> list(telemetry.seconds)
    ['read']
    """

    def __init__(self, listener: Listener | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._listener = listener

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage; the same name twice adds up."""
        self.progress(name, 0.0)
        start = perf_counter()
        outer = _now.set((self, name))
        try:
            yield
        finally:
            _now.reset(outer)
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start
            self.progress(name, 1.0)

    def progress(self, name: str, share: float) -> None:
        """Tell the listener how far a stage is."""
        if self._listener is not None:
            self._listener(name, share)
