"""A template that is there all the time, and then is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oddline.core.nouns import Floats
from oddline.features._bins import Cells, Ints
from oddline.features._scale import NATS, stories

REGULAR = 0.4
"""A template is regular if it is in at least this share of the bins outside of its gap."""
FEWEST = 5
"""A template in fewer bins has no rhythm to break."""


@dataclass(frozen=True)
class Gaps:
    """Runs of empty bins of regular templates, one entry a run.

    ``start`` and ``stop`` are bins, ``stop`` the first one after it; ``before`` and ``after`` are the last line
    of the template before the gap and the first one after it, -1 where the gap reaches an end of the log;
    ``strength`` is -log10 of the chance of a run so long; ``missed`` is how many lines were to be expected.
    """

    template: Ints
    start: Ints
    stop: Ints
    before: Ints
    after: Ints
    strength: Floats
    missed: Floats

    @property
    def alone(self) -> Floats:
        """1 for a gap that tells a story of its own, 0 for one over nearly the span of a stronger one."""
        after = np.where(self.after >= 0, self.after, max(self.after.max(initial=0), self.before.max(initial=0)) + 1)
        return stories(self.before, after, self.strength)

    @property
    def at(self) -> Ints:
        """The line that tells of the gap: the last one before it, else the first one after it, else line 0."""
        return np.maximum(0, np.where(self.before >= 0, self.before, self.after))


def gaps(table: Cells) -> Gaps:
    """Find the gaps of regular templates.

    Whether a bin is empty is a two-state Markov chain, as empty bins come in bunches by themselves; its
    chances are learnt outside of the gap that is judged, so a long gap does not excuse itself.
    """
    present = table.sums(np.ones(len(table.count)))
    kept = np.flatnonzero(present >= max(FEWEST, REGULAR * 0.5 * table.bins))
    row, start, stop = _runs(table, kept)
    length = stop - start
    runs = np.bincount(row, minlength=len(kept))[row]
    empty = np.bincount(row, weights=length, minlength=len(kept))[row] - length
    outside = table.bins - length
    chance = (empty + 0.5) / (outside + 1.0)
    again = (empty - (runs - 1) + chance) / (empty + 1.0)  # an empty bin after an empty bin
    strength = -(np.log(chance) + (length - 1) * np.log(np.minimum(again, 1.0))) / NATS
    lines = table.sums(table.count.astype(np.float64))[kept][row]
    missed = lines * length / np.maximum(outside, 1)
    fine = present[kept][row] >= REGULAR * outside
    return _told(table, kept[row][fine], start[fine], stop[fine], strength[fine], missed[fine])


def _told(table: Cells, template: Ints, start: Ints, stop: Ints, strength: Floats, missed: Floats) -> Gaps:
    before, after = _ends(table, template, start, stop)
    return Gaps(template, start, stop, before, after, strength, missed)


def both(by_lines: Gaps, by_time: Gaps) -> Gaps:
    """Join the gaps among equal numbers of lines with those in equal spans of time.

    The first show what falls silent while the log goes on, and the second when all of it does. There were two
    looks, so every gap is half as strong.
    """
    joined = {name: np.concatenate([getattr(by_lines, name), getattr(by_time, name)]) for name in Gaps.__annotations__}
    joined["strength"] = np.maximum(0.0, joined["strength"] - np.log10(2.0))
    return Gaps(**joined)


def _runs(table: Cells, kept: Ints) -> tuple[Ints, Ints, Ints]:
    """Find the runs of empty bins: the place of the template in ``kept``, the first bin, the first one after."""
    place = np.full(table.templates, -1)
    place[kept] = np.arange(len(kept))
    here = place[table.template] >= 0
    full = np.zeros((len(kept), table.bins + 2), dtype=np.int8)
    full[:, [0, -1]] = 1  # a full bin at either end closes every run
    full[place[table.template[here]], table.bin[here] + 1] = 1
    edge = np.diff(full, axis=1)
    row, start = np.nonzero(edge == -1)
    return row.astype(np.int64), start.astype(np.int64), np.nonzero(edge == 1)[1].astype(np.int64)


def _ends(table: Cells, template: Ints, start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Give the template's last line before each gap and its first line after it; -1 where there is none."""
    if not len(table.count):
        nowhere = np.full(len(template), -1, dtype=np.int64)
        return nowhere, nowhere
    key = table.template * table.bins + table.bin
    low = np.searchsorted(key, template * table.bins + start) - 1
    high = np.searchsorted(key, template * table.bins + stop)
    clipped = np.clip(low, 0, None)
    before = np.where((low >= 0) & (table.template[clipped] == template), table.last[clipped], -1)
    clipped = np.clip(high, None, len(key) - 1)
    after = np.where((high < len(key)) & (table.template[clipped] == template), table.first[clipped], -1)
    return before, after
