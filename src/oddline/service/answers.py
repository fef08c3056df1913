"""Answers, kept as bytes as long as there is room."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

__all__ = ["Answers"]

MOST = 64 << 20
LARGEST = 4 << 20
"""Bytes of one answer that is worth keeping."""


class Answers:
    """The answers that were asked for last, as many as fit.

    Examples
    --------
    >>> answers = Answers(most=10)
    >>> answers.put("a", b"12345678")
    >>> answers.put("b", b"1234")
    >>> answers.get("a"), answers.get("b")
    (None, b'1234')
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """Give an answer, if it is still there."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, answer: bytes) -> None:
        """Keep an answer; what nobody asked for longest makes room."""
        if len(answer) > LARGEST:
            return
        with self._lock:
            self._size += len(answer) - len(self._kept.pop(key, b""))
            self._kept[key] = answer
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])
