"""Counters and spans: how long each stage took, and how far it is; silent unless a face listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

Listener = Callable[[str, float], None]
"""Called with a stage's name and the share of it that is done, from 0 to 1."""


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
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start
            self.progress(name, 1.0)

    def progress(self, name: str, share: float) -> None:
        """Tell the listener how far a stage is."""
        if self._listener is not None:
            self._listener(name, share)
