"""Half-made SHA-256 sums of uploads that come in parts, so that most need no second reading."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from oddline.service.context import Service

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["Digests", "digests_of"]

MOST = 1_000
"""Uploads whose sum is remembered; the sum of one that is forgotten is made from the store when it is complete."""


class Digests:
    """Sums by upload, each with how many bytes it has seen. They live in this process only: losing one costs time.

    Examples
    --------
    >>> digests = Digests()
    >>> sum_ = digests.take("upl_1", 0)
    >>> sum_.update(b"one"); digests.give("upl_1", 3, sum_)
    >>> digests.take("upl_1", 2) is None, digests.take("upl_1", 3) is None
    (True, True)
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, _Hash]] = OrderedDict()
        self._lock = Lock()

    def take(self, upload_id: str, seen: int) -> _Hash | None:
        """Give the sum of the first ``seen`` bytes, for one to go on with; None if it is not known."""
        with self._lock:
            found = self._known.pop(upload_id, None)
        if seen == 0:
            return hashlib.sha256()
        return found[1] if found and found[0] == seen else None

    def give(self, upload_id: str, seen: int, digest: _Hash | None) -> None:
        """Remember a sum."""
        if digest is None:
            return
        with self._lock:
            self._known[upload_id] = (seen, digest)
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def stop(self) -> None:
        """Forget all."""
        self._known.clear()


def digests_of(service: Service) -> Digests:
    """Give the sums that this service remembers."""
    found: Digests = service.parts.setdefault("digests", Digests())
    return found
