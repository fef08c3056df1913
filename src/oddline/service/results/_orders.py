"""The orders that rows can be asked for in, found once when a scan ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.errors import UsageError

Ints = npt.NDArray[Any]

SORTS = ("score", "time", "line", "severity", "confidence")
"""What rows can be sorted by."""

RISING = {"time", "line"}
"""What is stored from the least on; the others from the greatest on."""


def write_orders(
    folder: Path, *, surprise: Ints, confidence: Ints, severity: Ints, time: Ints, place: Ints, timed: Ints
) -> None:
    """Write each order as the rows in that order; of equal rows the first in the input stands first.

    ``timed`` is false for a row without a time, which stands last.
    """
    np.save(folder / "order.score.npy", _first(-surprise))
    np.save(folder / "order.confidence.npy", _first(-confidence))
    by_score = _first(-surprise)
    np.save(folder / "order.severity.npy", by_score[np.argsort(-severity[by_score].astype(np.int8), kind="stable")])
    by_time = _first(np.where(timed, time, np.iinfo(np.int64).max))
    np.save(folder / "order.time.npy", by_time)
    np.save(folder / "order.line.npy", _first(place))


def _first(keys: Ints) -> Ints:
    return np.argsort(keys, kind="stable").astype(np.uint32)


def in_order(folder: Path, sort: str, last: int) -> Ints:
    """Give the rows in the order asked for.

    Parameters
    ----------
    folder
        Where the scan is.
    sort
        A name of ``SORTS``; with ``-`` before it the other way round.
    last
        How many rows tell nothing here (no time, no severity): they stand last, whichever way round.

    Raises
    ------
    UsageError
        If rows cannot be sorted by that.
    """
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        raise UsageError(f"sort {sort!r}", expected=", ".join(SORTS) + "; with - before it, the greatest first")
    rows: Ints = np.load(folder / f"order.{name}.npy", mmap_mode="r")
    if falling != (name in RISING):
        return rows
    known = len(rows) - last
    return np.concatenate((rows[:known][::-1], rows[known:])) if last else rows[::-1]
