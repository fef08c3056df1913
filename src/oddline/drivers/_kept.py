"""Memory of a thread that is used again and again: new pages cost as much as what is done with them."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt


class Kept(threading.local):
    """Memory that each thread has for itself; what was asked for before is overwritten.

    Examples
    --------
    >>> kept = Kept()
    >>> one = kept.array("some", (2, 3), np.float64)
    >>> two = kept.array("some", (3, 2), np.float64)
    >>> one.shape, two.shape, np.shares_memory(one, two)
    ((2, 3), (3, 2), True)
    >>> kept.room(5) is kept.room(4)
    True
    """

    def __init__(self) -> None:
        self.arrays: dict[str, npt.NDArray[Any]] = {}
        self.bytes = bytearray()

    def array(self, name: str, shape: tuple[int, int], dtype: Any) -> npt.NDArray[Any]:
        """Give an array of any content."""
        size = shape[0] * shape[1]
        held = self.arrays.get(name)
        if held is None or len(held) < size:
            held = self.arrays[name] = np.empty(size + size // 8, dtype=dtype)
        return held[:size].reshape(shape)

    def room(self, size: int) -> bytearray:
        """Give room for so many bytes, or more."""
        if len(self.bytes) < size:
            self.bytes = bytearray(size + size // 8)
        return self.bytes
