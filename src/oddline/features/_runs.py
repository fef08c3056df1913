"""Bursts as whole runs: neighbouring cells of one template that are bursts tell one story."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oddline.core.nouns import Floats
from oddline.features._bins import Cells, Ints
from oddline.features._scale import surprise, tail


@dataclass(frozen=True)
class Bursts:
    """One entry a run; ``of_line`` is the run of each line, or -1."""

    of_line: Ints
    template: Ints
    first: Ints
    last: Ints
    count: Ints
    usual: Ints
    surprise: Floats


def runs(table: Cells, strength: Floats, share: float, least: float = 1.0) -> Bursts:
    """Join neighbouring burst cells of a template into runs; a run is as surprising as its worst cell."""
    hot = strength >= least
    follows = np.zeros(len(hot), dtype=bool)
    follows[1:] = (
        hot[:-1] & (table.template[1:] == table.template[:-1]) & (table.bin[1:] == table.bin[:-1] + 1)
    )
    number = np.cumsum(hot & ~follows) - 1
    of_cell = np.where(hot, number, -1)
    count = int(number[-1]) + 1 if len(number) else 0
    where = of_cell[hot]
    worst = np.zeros(count)
    np.maximum.at(worst, where, strength[hot])
    first = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first, where, table.first[hot])
    last = np.zeros(count, dtype=np.int64)
    np.maximum.at(last, where, table.last[hot])
    lines = np.bincount(where, weights=table.count[hot], minlength=count).astype(np.int64)
    template = np.zeros(count, dtype=np.int64)
    template[where] = table.template[hot]
    quiet = np.zeros(table.templates, dtype=np.int64)
    np.maximum.at(quiet, table.template[~hot], table.count[~hot])
    scaled = np.minimum(worst, surprise(tail(worst), len(table.count), share))
    return Bursts(of_cell[table.of_line], template, first, last, lines, quiet[template], scaled)


def spread(bursts: Bursts) -> Floats:
    """Give each line its part: the first of a run all of it, the i-th ``log10(i)`` less."""
    out = np.zeros(len(bursts.of_line))
    lines = np.flatnonzero(bursts.of_line >= 0)
    run = bursts.of_line[lines]
    order = np.argsort(run, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(run, minlength=len(bursts.first)))[:-1]])
    place = np.arange(len(order)) - start[run[order]] + 1
    out[lines[order]] = np.maximum(0.0, bursts.surprise[run[order]] - np.log10(place))
    return out
