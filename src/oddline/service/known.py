"""Who was let in a moment ago: looked up once, as long as nothing is written and hardly any time goes by."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import Any

__all__ = ["Known"]

MOMENT = 1.0
"""Seconds. What this process writes ends it at once; what another one writes, a token taken back, counts after it."""

MOST = 4096


class Known:
    """Facts by key that hold until something is written, and for a moment at most.

    Examples
    --------
    >>> known = Known()
    >>> known.put("a", 1, as_of=known.as_of)
    >>> known.get("a")
    1
    >>> known.written()
    >>> known.get("a") is None
    True
    """

    def __init__(self, moment: float = MOMENT) -> None:
        self._moment, self._lock = moment, Lock()
        self._facts: OrderedDict[Any, tuple[float, Any]] = OrderedDict()
        self.as_of = 0

    def written(self) -> None:
        """Forget: something has been written."""
        with self._lock:
            self.as_of += 1
            self._facts.clear()

    def get(self, key: Any) -> Any | None:
        """Give a fact, if it still holds."""
        with self._lock:
            since, fact = self._facts.get(key, (0.0, None))
            return fact if time.monotonic() - since < self._moment else None

    def put(self, key: Any, fact: Any, *, as_of: int) -> None:
        """Keep a fact that was looked up when ``as_of`` was told; it is not kept if something was written meanwhile."""
        with self._lock:
            if as_of == self.as_of:
                self._facts[key] = (time.monotonic(), fact)
                while len(self._facts) > MOST:
                    self._facts.popitem(last=False)
