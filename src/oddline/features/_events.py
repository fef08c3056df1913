"""Which events each window has, in their order; windows that have the same ones are taken together.

Sessions repeat: the 575,000 blocks of the HDFS log hold 20,000 distinct lists of events. Everything that is made of
these lists is made once for each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Windows
from oddline.core.schema import EVENTS

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class EventLists:
    """Distinct lists of events, one after the other in ``names``, and which of them each window has.

    ``names`` are the events' names (ids of templates as text, or the ids of the column), ``sizes`` how many there are
    in each list, ``place`` which list each window has.
    """

    names: pl.Series
    sizes: Ints
    place: Ints

    @property
    def owner(self) -> Ints:
        """The list of each event."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def begins(self) -> Ints:
        """Where each list begins."""
        return np.cumsum(self.sizes) - self.sizes


def event_lists(records: pl.DataFrame, windows: Windows) -> EventLists:
    """Give the events of each window, in the order of the records.

    An event is a row's template; where rows are sessions already, it is an id of their list of events.

    Examples
    --------
    >>> from oddline.windows.row import Row
    >>> from oddline.testing._records import records
    >>> events = records(3).with_columns(x_events=pl.Series(["5 7", "9", "5 7"]))
    >>> lists = event_lists(events, Row().assign(events))
    >>> lists.names.to_list(), lists.sizes.tolist(), lists.place.tolist()
    (['5', '7', '9'], [2, 1], [0, 1, 0])
    """
    if EVENTS in records.columns and len(windows) == records.height:
        return _written_out(records[EVENTS])
    members = windows.members.astype(np.int64)
    order = np.argsort(members, kind="stable")
    ids = records["template_id"].to_numpy()[order]
    sizes = np.bincount(members, minlength=len(windows)).astype(np.int64)
    return _distinct(ids, sizes)


def wordings(records: pl.DataFrame) -> dict[str, str]:
    """Say what the events are, by their names: the masked text of a template, or the id itself."""
    if EVENTS in records.columns:
        return {}
    first = records.group_by("template_id").agg(pl.col("masked").first().cast(pl.String))
    return {str(number): text or "" for number, text in first.iter_rows()}


def _written_out(column: pl.Series) -> EventLists:
    """Take lists that stand in one cell each, split by spaces; only distinct cells are split."""
    cells = column.fill_null("").str.strip_chars()
    distinct = cells.unique(maintain_order=True)
    place = pl.DataFrame({"cell": cells}).join(
        pl.DataFrame({"cell": distinct}).with_row_index("place"), on="cell", how="left", maintain_order="left"
    )["place"]
    lists = distinct.str.split(" ").list.eval(pl.element().filter(pl.element() != ""))
    sizes = lists.list.len().to_numpy().astype(np.int64)
    names = lists.explode(empty_as_null=False) if lists.len() else pl.Series([], dtype=pl.String)
    return EventLists(names.cast(pl.Categorical()), sizes, place.to_numpy().astype(np.int64))


def _distinct(ids: npt.NDArray[np.uint32], sizes: Ints) -> EventLists:
    """Join equal lists; two lists are taken for equal if 64 bits of a hash over ids and places agree."""
    begins = np.cumsum(sizes) - sizes
    spot = np.arange(len(ids)) - np.repeat(begins, sizes)
    mixed = _mixed(ids.astype(np.uint64) + np.uint64(1), spot.astype(np.uint64))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    whole = sums[begins + sizes] - sums[begins]
    _, first, place = np.unique(whole, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))  # in the order of their first windows
    first, place = np.sort(first), rank[place.ravel()]
    kept = sizes[first]
    taken = np.repeat(begins[first], kept) + np.arange(int(kept.sum())) - np.repeat(np.cumsum(kept) - kept, kept)
    return EventLists(pl.Series(ids[taken]).cast(pl.String).cast(pl.Categorical()), kept, place.astype(np.int64))


def _mixed(ids: npt.NDArray[np.uint64], spot: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Mix an id and its place into 64 bits (splitmix64: G. Steele et al., OOPSLA 2014)."""
    with np.errstate(over="ignore"):
        mixed = ids * np.uint64(0x9E3779B97F4A7C15) + (spot + np.uint64(1)) * np.uint64(0xD1342543DE82EF95)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
