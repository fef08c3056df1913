"""Many odd lines into few incidents: what tells one story to one person stands together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEAR = 5
"""Odd lines at most so many lines apart tell one story."""
ODD = 2.0
"""A line joins a story only if it is odd by itself, one line in a hundred or fewer: else stories grow without end."""
WITHIN = 1.5
"""And only if it is at most so many powers of ten less surprising than the leader."""
ALIKE = 0.5
"""Two silences, or two bursts, are one story if they share this part of the longer one's span."""
SPANNING = ("burst", "silence")


@dataclass(frozen=True)
class Group:
    """One story: positions in the candidate frame, the leader first, and the rows that it spans."""

    leader: int
    members: Ints
    first: int
    last: int


def group(candidates: pl.DataFrame, budget: int | None = None, near: int = NEAR) -> list[Group]:
    """Gather candidates into at most ``budget`` stories, the most surprising first.

    Parameters
    ----------
    candidates
        One row an odd window: ``row`` (its place in the log), ``source``, ``template_id``, ``kind``,
        ``surprise``, and ``first`` and ``last``, the rows that it tells of (a burst, a silence).
    budget
        How many stories at most; None for all.

    Notes
    -----
    Greedy: the most surprising candidate that is in no story yet leads the next one, and takes with it

    - a burst or a silence: those of the same kind over nearly the same span (an outage silences many);
      a burst takes all odd lines of its template in its span too;
    - any other: the candidates of its template, and a chain of others within ``near`` lines, as far as
      they are nearly as odd.

    Examples
    --------
    >>> frame = pl.DataFrame({"row": [3, 5, 90], "source": ["a"] * 3, "template_id": [1, 2, 2],
    ...     "kind": ["rare"] * 3, "surprise": [3.0, 2.0, 1.0], "first": [3, 5, 90], "last": [3, 5, 90]})
    >>> [one.members.tolist() for one in group(frame)]
    [[0, 1], [2]]
    """
    return _Gatherer(candidates, near).gather(budget)


class _Gatherer:
    """The candidates as arrays in the order of the log, and which are taken."""

    def __init__(self, candidates: pl.DataFrame, near: int) -> None:
        self.near = near
        self.back = candidates["row"].arg_sort().to_numpy()
        ordered = candidates[self.back]
        self.row = ordered["row"].to_numpy().astype(np.int64)
        self.source = ordered["source"].cast(pl.String).rank("dense").to_numpy()
        self.template = ordered["template_id"].to_numpy().astype(np.int64)
        self.kind = ordered["kind"].cast(pl.String).to_numpy()
        self.surprise = ordered["surprise"].to_numpy()
        self.first, self.last = (ordered[name].to_numpy().astype(np.int64) for name in ("first", "last"))
        self.spanning = np.isin(self.kind, SPANNING)
        self.by_template = np.argsort(self.template, kind="stable")
        self.template_sorted = self.template[self.by_template]
        self.spans = self._by_start()
        self.taken = np.zeros(len(self.row), dtype=bool)

    def gather(self, budget: int | None) -> list[Group]:
        found: list[Group] = []
        for leader in np.lexsort((self.row, -self.surprise)):
            if budget is not None and len(found) >= budget:
                break
            if self.taken[leader]:
                continue
            self.taken[leader] = True
            joined = self._span(leader) if self.spanning[leader] else self._lines(leader)
            joined = joined[~self.taken[joined]]
            self.taken[joined] = True
            members = np.concatenate([[leader], joined]).astype(np.int64)
            first, last = int(self.first[members].min()), int(self.last[members].max())
            found.append(Group(int(self.back[leader]), self.back[members].astype(np.int64), first, last))
        return found

    def _by_start(self) -> dict[tuple[str, int], Ints]:
        """Give what spans, by kind and source, where it begins first: a leader looks at its neighbours only."""
        spans = np.flatnonzero(self.spanning)
        found: dict[tuple[str, int], Ints] = {}
        for kind in SPANNING:
            mine = spans[self.kind[spans] == kind]
            for source in np.unique(self.source[mine]).tolist():
                there = mine[self.source[mine] == source]
                found[kind, source] = there[np.argsort(self.first[there], kind="stable")]
        return found

    def _same_template(self, leader: int) -> Ints:
        low, high = np.searchsorted(self.template_sorted, [self.template[leader], self.template[leader] + 1])
        return np.asarray(self.by_template[low:high], dtype=np.int64)

    def _span(self, leader: int) -> Ints:
        first, last = self.first[leader], self.last[leader]
        spans = self.spans[self.kind[leader], self.source[leader]]
        # What shares half of the longer span begins at most one span before, and not after the end.
        low, high = np.searchsorted(self.first[spans], [2 * first - last - 1, last + 1])
        others = np.sort(spans[low:high])
        overlap = np.minimum(self.last[others], last) - np.maximum(self.first[others], first) + 1
        longer = np.maximum(self.last[others] - self.first[others], last - first) + 1
        alike = others[overlap >= ALIKE * longer]
        if self.kind[leader] == "silence":
            return np.asarray(alike, dtype=np.int64)
        mine = self._same_template(leader)
        low, high = np.searchsorted(self.row[mine], [first - self.near, last + self.near + 1])
        inside = mine[low:high]
        return np.union1d(alike, inside[self.kind[inside] != "silence"]).astype(np.int64)

    def _lines(self, leader: int) -> Ints:
        floor = max(ODD, self.surprise[leader] - WITHIN)
        mine = self._same_template(leader)
        mine = mine[~self.spanning[mine] & (self.surprise[mine] >= floor)]
        chain: list[int] = []
        for step in (-1, 1):
            at, here = leader, leader + step
            while 0 <= here < len(self.row) and abs(self.row[here] - self.row[at]) <= self.near:
                if self.source[here] != self.source[leader]:
                    break
                if not self.spanning[here] and self.surprise[here] >= floor:
                    chain.append(here)
                    at = here
                here += step
        return np.union1d(mine, np.array(chain, dtype=np.int64)).astype(np.int64)
