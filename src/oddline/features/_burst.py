"""A template that comes far more often in one stretch than in all the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oddline.core.nouns import Floats
from oddline.features._bins import Cells, Ints
from oddline.features._scale import NATS, per_line, stories

FEWEST = 5
"""Fewer lines are no burst; they may well be rare, which another signal says."""
HOT = 1.0
"""Cells of a lesser strength do not lengthen a burst."""
TWO_LOOKS = float(np.log10(2.0))


@dataclass(frozen=True)
class Usual:
    """What a template does in a stretch where it comes at all: one entry a cell that is judged."""

    presence: Floats
    mean: Floats
    variance: Floats
    lines: Floats


def others(table: Cells, *, everywhere: bool = False) -> Usual:
    """Learn from all other cells of the template (the two next door left out: a burst may cross a border).

    Added to them is one cell as they are on average in this log, for a template with hardly any history.
    ``everywhere`` leaves the chance of coming at all out: the cells are runs, which always exist.
    """
    count = table.count.astype(np.float64)

    def left_out(values: Floats) -> Floats:
        return np.maximum(0.0, table.sums(values)[table.template] - table.around(values))

    active, total, square = left_out(np.ones(len(count))), left_out(count), left_out(count**2)
    usual, usual_square = (float((count**power).sum() / max(1, len(count))) for power in (1, 2))
    mean = (total + usual) / (active + 1.0)
    return Usual(
        presence=np.ones(len(count)) if everywhere else np.minimum(1.0, (active + 0.5) / max(1.0, table.bins - 2.0)),
        mean=mean,
        variance=(square + usual_square) / (active + 1.0) - mean**2,
        lines=total + usual,
    )


def excess(count: Floats, usual: Usual) -> Floats:
    """Give -log10 of a bound on the chance of so many lines.

    A hurdle model (J. Mullahy, 1986): a template comes in a stretch or not, and where it comes its count is
    negative binomial. That fits templates of one phase of the log, whose empty stretches say nothing about
    how many are many. The chance is Chernoff's bound, closed and without underflow: for mean m and shape r
    ``ln P(X >= k) <= -(k ln(k/m) - (k + r) ln((k + r)/(m + r)))``. The shape is at most the number of lines
    that it was learnt from: a short history is doubted.
    """
    mean, shape = usual.mean, usual.mean**2 / np.maximum(usual.variance - usual.mean, 1e-9)
    shape = np.minimum(usual.lines, shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = count * np.log(count / mean) - (count + shape) * np.log((count + shape) / (mean + shape))
    rate = np.where((count > mean) & (count >= FEWEST), rate - np.log(usual.presence), 0.0)
    return np.maximum(0.0, rate) / NATS


def strength(table: Cells, runs: Cells) -> Floats:
    """Give the strength of each cell of ``table``: its count, or the longest unbroken run that touches it."""
    by_run = excess(runs.count.astype(np.float64), others(runs, everywhere=True))
    longest = np.zeros(len(table.count))
    np.maximum.at(longest, table.of_line, by_run[runs.of_line])
    by_count = excess(table.count.astype(np.float64), others(table))
    return np.maximum(0.0, np.maximum(by_count, longest) - TWO_LOOKS)


@dataclass(frozen=True)
class Bursts:
    """One entry a burst, which may fill several cells; ``of_line`` is the burst of each line, or -1.

    ``usual`` is the most lines that the template has in any cell that is no part of a burst.
    """

    of_line: Ints
    first: Ints
    last: Ints
    count: Ints
    usual: Ints
    surprise: Floats


def bursts(table: Cells, strong: Floats, scale: Callable[[Floats, Floats], Floats]) -> Bursts:
    """Join strong cells of a template that are next door; a burst is as strong as its strongest cell.

    ``scale`` turns strengths into surprises, given which of them tell a story of their own.
    """
    hot = strong >= HOT
    follows = np.zeros(len(hot), dtype=bool)
    follows[1:] = hot[:-1] & (table.template[1:] == table.template[:-1]) & (table.bin[1:] == table.bin[:-1] + 1)
    of_cell = np.where(hot, np.cumsum(hot & ~follows) - 1, -1)
    found = int(of_cell.max(initial=-1)) + 1
    where = of_cell[hot]
    worst = np.zeros(found)
    np.maximum.at(worst, where, strong[hot])
    begin = np.flatnonzero(hot & ~follows)
    end = np.flatnonzero(hot & ~np.concatenate([(hot & follows)[1:], [False]]))
    lines = np.bincount(where, weights=table.count[hot], minlength=found).astype(np.int64)
    usual = np.zeros(table.templates, dtype=np.int64)
    np.maximum.at(usual, table.template[~hot], table.count[~hot])
    first, last = table.first[begin], table.last[end]
    told = scale(worst, stories(first, last, worst))
    scaled = np.minimum(worst + per_line(len(table.of_line), len(table.count)), told)
    return Bursts(of_cell[table.of_line], first, last, lines, usual[table.template[begin]], scaled)


def spread(found: Bursts) -> Floats:
    """Give each line its part: the first line of a burst all of it, the i-th ``log10(i)`` less.

    A burst is one thing seen many times; were each line given all of it, one burst would fill every list.
    """
    out = np.zeros(len(found.of_line))
    lines = np.flatnonzero(found.of_line >= 0)
    burst = found.of_line[lines]
    order = np.argsort(burst, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(burst, minlength=len(found.first)))[:-1]])
    place = np.arange(len(order)) - start[burst[order]] + 1
    out[lines[order]] = np.maximum(0.0, found.surprise[burst[order]] - np.log10(place))
    return out
