"""The events of a result in the order of the input, and which of its rows each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import BadData
from oddline.core.nouns import Result

Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class Layout:
    """What stands where.

    ``events`` are the records as they stand in the input, source after source. ``window`` has the row of each event
    and ``head`` the first event of each row; both are None where event *n* is row *n*.
    """

    events: pl.DataFrame
    sources: tuple[str, ...]
    source: Ints
    window: Ints | None
    head: Ints | None

    def of_rows(self, values: Ints) -> Ints:
        """Give each row what its first event has."""
        return values if self.head is None else values[self.head]

    def worst(self, values: Ints, rows: int) -> Ints:
        """Give each row the highest that any of its events has."""
        if self.window is None:
            return values
        highest = np.full(rows, values.min(initial=0), dtype=values.dtype)
        np.maximum.at(highest, self.window, values)
        return highest


def lay_out(result: Result) -> Layout:
    """Put the records of a result in the order of its scored rows.

    Raises
    ------
    BadData
        If rows are windows of several events, and the result does not tell which.
    """
    records = result.records
    names = list(dict.fromkeys(item.path for item in result.inputs))
    own = records["source"].cast(pl.String)
    names += [name for name in own.unique(maintain_order=True).to_list() if name not in set(names)]
    source = own.replace_strict(names, range(len(names)), return_dtype=pl.UInt32).to_numpy() if len(own) else _none()
    order = np.arange(records.height)
    if len(result.inputs) > 1:
        order = np.lexsort((records["line"].to_numpy(), source))
    window = head = None
    if result.members is not None:
        window = result.members[order].astype(np.uint32)
        head = _heads(result.members, order, result.scored.height)
    elif records.height != result.scored.height:
        raise BadData(
            f"{result.scored.height:,} rows of {records.height:,} events", expected="a result that tells its members"
        )
    return Layout(records[order] if len(result.inputs) > 1 else records, tuple(names), source[order], window, head)


def _heads(members: Ints, order: Ints, rows: int) -> Ints:
    """Find the event that came first in time of each row, and where it stands in the input."""
    first = np.full(rows, len(members), dtype=np.int64)
    np.minimum.at(first, members, np.arange(len(members)))
    place = np.empty(len(members), dtype=np.uint32)
    place[order] = np.arange(len(members), dtype=np.uint32)
    return np.asarray(place[first])


def _none() -> Ints:
    return np.zeros(0, dtype=np.uint32)
