"""A template that comes far more often in one stretch than in all the others."""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats
from oddline.features._bins import Cells

FEWEST = 5
"""Fewer lines than this are no burst; they may well be rare, which another signal says."""


def burst(table: Cells) -> Floats:
    """Give -log10 of a bound on the chance of so many lines, one entry a cell."""
    count = table.count.astype(np.float64)
    def around(values):
        return values + table.neighbour(values, 1) + table.neighbour(values, -1)
    one = np.ones(len(count))
    def others(values):
        return np.maximum(0.0, table.sums(values)[table.template] - around(values))
    active, total, square = others(one), others(count), others(count**2)
    usual = count.mean()
    spread = float(np.mean(count**2))
    mean = (total + usual) / (active + 1.0)
    variance = (square + spread) / (active + 1.0) - mean**2
    presence = np.minimum(1.0, (active + 0.5) / max(1.0, table.bins - 2.0))
    shape = np.minimum(total + usual, mean**2 / np.maximum(variance - mean, 1e-9))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = count * np.log(count / mean) - (count + shape) * np.log((count + shape) / (mean + shape))
    rate = np.where((count > mean) & (count >= FEWEST), rate - np.log(presence), 0.0)
    return np.maximum(0.0, rate) / np.log(10.0)
