"""The last few searches of a scan, so that the next page and the timeline beside it cost nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

import numpy as np
import numpy.typing as npt

Truth = npt.NDArray[np.bool_]

MOST = 8
"""Masks that are kept, a bit a row each: one megabyte for a million rows."""


class Masks:
    """Masks over the same rows by what they were made for; the one not asked for longest is forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, npt.NDArray[np.uint8]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, key: Hashable, rows: int, make: Callable[[], Truth]) -> Truth:
        """Give the mask of a key, made now if it is not kept; the caller may write into it."""
        with self._lock:
            bits = self._kept.get(key)
            if bits is not None:
                self._kept.move_to_end(key)
        if bits is not None:
            return np.unpackbits(bits, count=rows).view(np.bool_)
        mask = make()
        with self._lock:
            self._kept[key] = np.packbits(mask)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return mask

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._kept.clear()
