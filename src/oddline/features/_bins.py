"""Cut a log into stretches of equal length, and count every template in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats

Ints = npt.NDArray[np.int64]

LINES_A_BIN, FEWEST, MOST = 50, 10, 200
"""A bin must hold enough lines for a share to mean something, and a file enough bins for a rate."""


def bins_for(height: int) -> int:
    """Choose the number of bins of a log.

    Examples
    --------
    >>> [bins_for(n) for n in (3, 100, 2000, 10**6)]
    [3, 10, 40, 200]
    """
    return max(1, min(height, int(np.clip(height // LINES_A_BIN, FEWEST, MOST))))


def line_bins(height: int) -> Ints:
    """Give each line the number of its bin; every bin has the same number of lines, give or take one."""
    return np.arange(height, dtype=np.int64) * bins_for(height) // max(height, 1)


def time_bins(ts: pl.Series) -> Ints | None:
    """Give each line the number of its bin; every bin spans the same time. None where time says little.

    Time says little when it is missing on more than one line of a hundred or is the same throughout. A
    line without a time belongs with the line before it.
    """
    height = len(ts)
    if height == 0 or ts.null_count() * 100 > height:
        return None
    micros = ts.cast(pl.Int64).forward_fill().backward_fill().to_numpy()
    first, last = int(micros.min()), int(micros.max())
    if last <= first:
        return None
    count = bins_for(height)
    share = (micros - first).astype(np.float64) / float(last - first)
    return np.minimum((share * count).astype(np.int64), count - 1)


@dataclass(frozen=True)
class Cells:
    """The (template, bin) pairs that occur, sorted by template and then bin.

    ``template`` and ``bin`` and ``count`` have one entry a cell; ``of_line`` has one entry a line: its
    cell; ``first`` and ``last`` are the first and last line of the cell.
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
        """Add up something over the cells of each template."""
        return np.bincount(self.template, weights=values, minlength=self.templates)

    def neighbour(self, values: Floats, step: int) -> Floats:
        """Give the value of the same template's cell ``step`` bins on; 0 where there is none."""
        found = np.zeros(len(values))
        width = abs(step)
        for back in range(1, width + 1):  # cells are sorted: the one we want is at most `width` entries off
            offset = back if step > 0 else -back
            index = np.arange(len(values)) + offset
            fine = (index >= 0) & (index < len(values))
            inside = index[fine]
            same = (self.template[inside] == self.template[fine]) & (self.bin[inside] == self.bin[fine] + step)
            spot = np.flatnonzero(fine)[same]
            found[spot] = values[spot + offset]
        return found


def cells(template: Ints, bins: Ints, count: int) -> Cells:
    """Count each template in each bin.

    ``template`` and ``bins`` have one entry a line; templates are dense codes from 0.

    Examples
    --------
    >>> table = cells(np.array([0, 1, 0, 0]), np.array([0, 0, 1, 1]), 2)
    >>> table.template.tolist(), table.bin.tolist(), table.count.tolist(), table.first.tolist()
    ([0, 0, 1], [0, 1, 0], [1, 2, 1], [0, 2, 1])
    """
    templates = int(template.max()) + 1 if len(template) else 0
    keys, first, of_line, counts = np.unique(
        template * count + bins, return_index=True, return_inverse=True, return_counts=True
    )
    last = np.zeros(len(keys), dtype=np.int64)
    np.maximum.at(last, of_line, np.arange(len(template)))
    return Cells(
        template=keys // count,
        bin=keys % count,
        count=counts.astype(np.int64),
        first=first.astype(np.int64),
        last=last,
        of_line=of_line.astype(np.int64),
        bins=count,
        templates=templates,
    )
