"""A template that is there all the time, and then is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oddline.core.nouns import Floats
from oddline.features._bins import Cells, Ints

REGULAR = 0.4
"""A template counts as regular if it is in at least this share of the bins outside of the gap."""


@dataclass(frozen=True)
class Gaps:
    """Runs of empty bins of regular templates: one entry a run, ``stop`` is the first bin after it."""

    template: Ints
    start: Ints
    stop: Ints
    surprise: Floats


def gaps(table: Cells) -> Gaps:
    """Find the runs of empty bins of regular templates, and how surprising each is.

    Whether a bin is empty is a two-state Markov chain, as empty bins come in bunches by themselves; its
    chances are learnt outside of the run. ``surprise`` is -log10 of the chance of a run so long.
    """
    present = table.sums(np.ones(len(table.count)))
    kept = np.flatnonzero((present >= 0.25 * table.bins) & (present >= 5))
    if not len(kept):
        none = np.zeros(0, dtype=np.int64)
        return Gaps(none, none, none, np.zeros(0))
    place = np.full(table.templates, -1)
    place[kept] = np.arange(len(kept))
    here = place[table.template] >= 0
    full = np.ones((len(kept), table.bins + 2), dtype=np.int8)  # a full bin at either end closes every run
    full[:, 1:-1] = 0
    full[place[table.template[here]], table.bin[here] + 1] = 1
    edge = np.diff(full, axis=1)
    row, start = np.nonzero(edge == -1)
    _, stop = np.nonzero(edge == 1)
    length = stop - start
    runs = np.bincount(row, minlength=len(kept))
    empty = np.bincount(row, weights=length, minlength=len(kept))
    outside = table.bins - length
    empty_outside = empty[row] - length
    after_empty = empty_outside - (runs[row] - 1)  # empty bins that follow an empty bin, outside of this run
    chance = (empty_outside + 0.5) / (outside + 1.0)
    again = (after_empty + chance) / (empty_outside + 1.0)
    surprise = -(np.log10(chance) + (length - 1) * np.log10(again))
    regular = present[kept][row] / outside >= REGULAR
    return Gaps(
        kept[row][regular], start[regular].astype(np.int64), stop[regular].astype(np.int64), surprise[regular]
    )
