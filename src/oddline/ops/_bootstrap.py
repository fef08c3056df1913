"""How far figures would move on other windows of the same kind: intervals by resampling, without a loop over windows.

Stratified (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993): odd and normal windows are drawn
apart, so that every sample has as many of each. To draw n windows of which a share p is flagged, and to count the
flagged, is to draw one binomial number; to draw their scores is to draw one multinomial histogram. That is the same
distribution, at the cost of a few numbers a sample.

In blocks (E. Carlstein, Annals of Statistics 14, 1986): neighbours in time are alike, and one long incident is no
thousand independent ones; drawn window by window, intervals would be too narrow. Whole stretches are drawn instead.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from oddline.core.nouns import Floats
from oddline.ops._metrics import DECIDED, RANKED, Places, Truth, counts, known, rates

COVERED = 0.95
"""The share of samples that an interval holds."""

LEVELS = 1_000
"""Scores are told apart by so many levels at most here, the highest ones all of them: intervals need no more."""

AT_ONCE = 100
"""Samples that are drawn together: enough to be quick, few enough to fit in memory."""

Interval = tuple[float | None, float | None]
Draw = Callable[[np.random.Generator, int], tuple[Floats, Floats, Floats]]
"""Draws samples: their tables of counts, and the histograms of their odd and of their normal scores."""


def intervals(
    truth: Truth, places: Places, flagged: Truth | None, *, samples: int, block: int, seed: int
) -> dict[str, Interval]:
    """Give the 95 % interval of each rate and area, by name; the same seed gives the same one.

    Parameters
    ----------
    samples
        How often is resampled; 1,000 is usual.
    block
        So many neighbouring windows stay together; 0 or 1 draws single ones, stratified.
    """
    if not samples or not len(truth):
        return {}
    random = np.random.default_rng(seed)
    level = _coarse(places)
    draw = _blocks(truth, level, flagged, block) if block > 1 else _strata(truth, level, flagged)
    tables, odd, normal = zip(*(draw(random, size) for size in _pieces(samples)), strict=True)
    drawn = _areas(np.concatenate(odd), np.concatenate(normal))
    if flagged is not None:
        drawn = rates(np.concatenate(tables)) | drawn
    return {name: _interval(drawn[name]) for name in (*DECIDED, *RANKED) if name in drawn}


def _pieces(samples: int) -> list[int]:
    whole, rest = divmod(samples, AT_ONCE)
    return [AT_ONCE] * whole + [rest] * (rest > 0)


def _interval(values: Floats) -> Interval:
    """Cut off as much on either side; samples in which a figure does not exist are left out."""
    told = values[np.isfinite(values)]
    if not len(told):
        return None, None
    low, high = np.quantile(told, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return known(float(low)), known(float(high))


def _coarse(places: Places) -> Places:
    """Give each window a level, rising with its score, few enough to make histograms of."""
    distinct, place = np.unique(places, return_inverse=True)
    if len(distinct) <= LEVELS:
        return np.asarray(place)
    # Even steps of the logarithm of the rank from the top: where precision is decided each score keeps its own level.
    steps = np.unique(np.geomspace(1, len(distinct), LEVELS).astype(np.int64))
    return np.asarray(len(steps) - np.searchsorted(steps, len(distinct) - place))


def _strata(truth: Truth, level: Places, flagged: Truth | None) -> Draw:
    height = int(level.max()) + 1
    odd, normal = np.bincount(level[truth], minlength=height), np.bincount(level[~truth], minlength=height)
    table = counts(truth, flagged if flagged is not None else np.zeros_like(truth))

    def draw(random: np.random.Generator, size: int) -> tuple[Floats, Floats, Floats]:
        hits = random.binomial(odd.sum(), table[0] / max(odd.sum(), 1), size)
        alarms = random.binomial(normal.sum(), table[1] / max(normal.sum(), 1), size)
        made = np.stack([hits, alarms, odd.sum() - hits, normal.sum() - alarms], axis=-1)
        return made.astype(np.float64), _histograms(random, odd, size), _histograms(random, normal, size)

    return draw


def _histograms(random: np.random.Generator, histogram: npt.NDArray[np.int64], size: int) -> Floats:
    total = int(histogram.sum())
    if not total:
        return np.zeros((size, len(histogram)))
    return random.multinomial(total, histogram / total, size).astype(np.float64)


def _blocks(truth: Truth, level: Places, flagged: Truth | None, block: int) -> Draw:
    height, of = int(level.max()) + 1, np.arange(len(truth)) // block
    number = int(of[-1]) + 1
    hit = flagged if flagged is not None else np.zeros_like(truth)
    cell = np.select([hit & truth, hit & ~truth, ~hit & truth], [0, 1, 2], 3)

    def summed(rows: Truth, columns: Places, width: int) -> sparse.csr_matrix:
        return sparse.csr_matrix((np.ones(int(rows.sum())), (of[rows], columns[rows])), shape=(number, width))

    everything = np.ones_like(truth)
    tables, odd, normal = summed(everything, cell, 4), summed(truth, level, height), summed(~truth, level, height)

    def draw(random: np.random.Generator, size: int) -> tuple[Floats, Floats, Floats]:
        weights = random.multinomial(number, np.full(number, 1 / number), size).astype(np.float64)
        return weights @ tables, weights @ odd, weights @ normal

    return draw


def _areas(odd: Floats, normal: Floats) -> dict[str, Floats]:
    """Give both areas of each sample from its histograms, shape (samples, levels), levels rising with the score."""
    odd, normal = odd[:, ::-1], normal[:, ::-1]
    hits, alarms = odd.cumsum(axis=1), normal.cumsum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        roc = (normal * (hits - odd / 2)).sum(axis=1) / (hits[:, -1] * alarms[:, -1])
        precision = np.nan_to_num(hits / (hits + alarms))
        area = (odd * precision).sum(axis=1) / hits[:, -1]
    # Of one kind alone there is no order, as with the figure itself.
    area[(hits[:, -1] == 0) | (alarms[:, -1] == 0)] = np.nan
    return {"roc_auc": roc, "pr_auc": area}
