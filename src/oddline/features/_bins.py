"""Cut a log into stretches, and count every template in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats

Ints = npt.NDArray[np.int64]

LINES_A_BIN, FEWEST, MOST = 50, 10, 200
"""A bin must hold enough lines for a share to mean something, and a log enough bins for a rate."""


def bins_for(height: int) -> int:
    """Choose the number of bins of a log.

    Examples
    --------
    >>> [bins_for(n) for n in (3, 100, 2000, 10**6)]
    [3, 10, 40, 200]
    """
    return max(1, min(height, int(np.clip(height // LINES_A_BIN, FEWEST, MOST))))


def line_bins(height: int, count: int) -> Ints:
    """Give each line the number of its bin, from 0; every bin has as many lines, give or take one.

    Lines and not seconds: a busy hour then has more bins than a quiet night, and the share that a template has
    of the traffic is compared, not the traffic.
    """
    return np.arange(height, dtype=np.int64) * count // max(height, 1)


def time_bins(ts: pl.Series, count: int) -> Ints | None:
    """Give each line the number of its bin, from 0; every bin spans the same time. None where time says little.

    Time says little if a line in a hundred has none, or if it is the same throughout. A line without a time
    belongs with the line before it.
    """
    if not len(ts) or ts.null_count() * 100 > len(ts):
        return None
    micros = ts.cast(pl.Int64).forward_fill().backward_fill().to_numpy()
    first, last = int(micros.min()), int(micros.max())
    if last <= first:
        return None
    share = (micros - first).astype(np.float64) / float(last - first)
    return np.minimum((share * count).astype(np.int64), count - 1)


@dataclass(frozen=True)
class Cells:
    """The (template, bin) pairs that occur, sorted by template and then bin.

    ``template``, ``bin``, ``count``, ``first`` and ``last`` (the first and last line) have one entry a cell;
    ``of_line`` has one entry a line: its cell.
    """

    template: Ints
    bin: Ints
    count: Ints
    first: Ints
    last: Ints
    of_line: Ints
    bins: int
    templates: int

    def sums(self, values: Floats) -> Floats:
        """Add up something over the cells of each template; shape (templates,)."""
        total: Floats = np.bincount(self.template, weights=values, minlength=self.templates).astype(np.float64)
        return total

    def around(self, values: Floats) -> Floats:
        """Add to each cell's value those of the same template in the bins before and after."""
        total = values.astype(np.float64)
        next_door = (self.template[1:] == self.template[:-1]) & (self.bin[1:] == self.bin[:-1] + 1)
        total[1:] += np.where(next_door, values[:-1], 0.0)
        total[:-1] += np.where(next_door, values[1:], 0.0)
        return total

    def slice_of(self, template: int) -> slice:
        """Give the cells of one template."""
        low, high = np.searchsorted(self.template, [template, template + 1])
        return slice(int(low), int(high))


def cells(template: Ints, bins: Ints, count: int) -> Cells:
    """Count each template in each bin; ``template`` and ``bins`` have one entry a line, codes from 0.

    Examples
    --------
    >>> table = cells(np.array([0, 1, 0, 0]), np.array([0, 0, 1, 1]), 2)
    >>> table.template.tolist(), table.bin.tolist(), table.count.tolist(), table.first.tolist()
    ([0, 0, 1], [0, 1, 0], [1, 2, 1], [0, 2, 1])
    """
    # Lines of one cell come in the order of the log, so its ends are the first and the last of its block.
    key = template * count + bins
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    start = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(key) else order
    length = np.diff(np.concatenate([start, [len(key)]]))
    of_line = np.empty(len(key), dtype=np.int64)
    of_line[order] = np.repeat(np.arange(len(start)), length)
    keys = ordered[start]
    return Cells(
        template=keys // count,
        bin=keys % count,
        count=length,
        first=order[start],
        last=order[start + length - 1],
        of_line=of_line,
        bins=count,
        templates=int(template.max()) + 1 if len(template) else 0,
    )


def unbroken(template: Ints) -> Cells:
    """Take every run of lines of one template with nothing between as a cell: bins as fine as can be.

    Examples
    --------
    >>> unbroken(np.array([0, 0, 1, 0])).count.tolist()
    [2, 1, 1]
    """
    if not len(template):
        return cells(template, template, 1)
    starts = np.flatnonzero(np.concatenate([[True], template[1:] != template[:-1]]))
    length = np.diff(np.concatenate([starts, [len(template)]]))
    order = np.argsort(template[starts], kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return Cells(
        template=template[starts][order],
        bin=2 * order,  # never next door to each other
        count=length[order],
        first=starts[order],
        last=(starts + length - 1)[order],
        of_line=place[np.repeat(np.arange(len(starts)), length)],
        bins=len(starts),
        templates=int(template.max()) + 1,
    )
