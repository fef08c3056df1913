"""The tail of normal scores: how likely a normal window is to score so high, also beyond all that was seen.

Within what was seen the share of held-back scores answers. Beyond the 98th percentile a generalised Pareto
distribution is fitted to the excesses ("peaks over threshold": A. Siffer et al., "Anomaly detection in
streams with extreme value theory", KDD 2017), by probability-weighted moments (J. Hosking and J. Wallis,
Technometrics 29, 1987), which exist for every sample and need no search.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats

HIGHEST = 300.0
"""No surprise is higher: -log10 of about the smallest number that a float64 holds."""

TAIL_SHARE = 0.02
FEWEST_EXCESSES = 10
"""With fewer excesses a shape cannot be told: the tail is taken for exponential beyond the largest score."""

MOST_LEVELS = 5_000
"""Distinct scores that are kept."""

HEAVIEST = 0.9
"""Largest shape of the tail. Below 0 the tail would end, and a score beyond its end would have no surprise."""

MANY = 10_000
"""Scores from which on a table of steps is worth its making."""

STEP_BITS = 42
"""Bits of a score that are dropped: 1,024 steps are left each time that scores double."""

MOST_STEPS, MOST_WITHIN = 1 << 15, 16
"""Steps of the table, and levels within one step, beyond which it is slower than a search."""


def fit_tail(scores: Floats, share: float = TAIL_SHARE) -> dict[str, npt.NDArray[np.float64]]:
    """Learn the tail of normal scores, shape (windows,); not finite ones are left out.

    Parameters
    ----------
    share
        The share of them, the highest, that the Pareto distribution is fitted to.

    Returns
    -------
    dict
        ``levels``: distinct scores, rising; ``surprise``: that of each level; ``tail``: where the fitted tail
        begins, the surprise there, its scale and its shape.
    """
    finite = np.sort(scores[np.isfinite(scores)].astype(np.float64))
    n = len(finite)
    if n == 0:
        finite, n = np.zeros(1), 1
    levels, first = np.unique(finite, return_index=True)
    # The share of normal windows that score as high or higher, counting the asking one itself (the conformal
    # p-value): valid for any sample size, never 0.
    shares = (n - first + 1) / (n + 1)
    begin, excesses = _peaks(finite, share)
    reached = (len(excesses) + 1) / (n + 1)
    scale, shape = _pareto(excesses) if len(excesses) >= FEWEST_EXCESSES else (_spread(finite, excesses), 0.0)
    if len(levels) > MOST_LEVELS:
        # Even steps of the logarithm of the share: the highest scores are all kept, and between two kept levels
        # the surprise is off by a few thousandths. Even steps of rank would lump the highest ones together.
        wanted = np.geomspace(1, n, MOST_LEVELS)
        kept = np.unique(len(levels) - 1 - np.searchsorted((n - first)[::-1], wanted).clip(0, len(levels) - 1))
        levels, shares = levels[kept], shares[kept]
    return {
        "levels": levels,
        "surprise": np.abs(np.log10(shares)),
        "tail": np.array([begin, -np.log10(reached), scale, shape]),
    }


def tail_surprise(tail: dict[str, npt.NDArray[np.float64]], scores: Floats) -> Floats:
    """Give -log10 of the chance that a normal window scores so high; rises with the score, always finite.

    Examples
    --------
    >>> tail = fit_tail(np.arange(1000.0))
    >>> tail_surprise(tail, np.array([0.0, 500.0, 900.0, 1e9])).round(1).tolist()
    [0.0, 0.3, 1.0, 300.0]
    """
    levels, known = np.ascontiguousarray(tail["levels"], dtype=np.float64), tail["surprise"]
    begin, base, scale, shape = tail["tail"]
    # A score that is no number says nothing; so it is no surprise.
    asked = np.nan_to_num(scores.astype(np.float64), nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    # At a score between two levels as many windows score as high as at the upper one.
    place = np.minimum(_places(levels, asked), len(levels) - 1)
    body = known[place]
    with np.errstate(over="ignore", invalid="ignore"):
        excess = np.maximum(asked - begin, 0.0) / scale
        beyond = excess if shape < 1e-6 else np.log1p(shape * excess) / shape
    far = base + beyond / np.log(10.0)
    # Both are estimates of one thing. The larger keeps what the sample itself proves (the highest of n scores is
    # one in n) where a few scores bend the fit, and the other way round where ties leave the sample silent.
    whole = np.where(asked > begin, np.maximum(np.nan_to_num(far, posinf=HIGHEST), body), body)
    return np.asarray(np.clip(whole, 0.0, HIGHEST))


def _places(levels: Floats, asked: Floats) -> npt.NDArray[np.intp]:
    """Give the first level that is not below each score: ``searchsorted``, in a quarter of the time for many scores.

    Positive numbers rise with their bits, so the first of these tell a step in a table, and the table where to begin.
    """
    if asked.size < MANY or not levels[0] > 0:
        return np.searchsorted(levels, asked, side="left")
    steps = levels.view(np.int64) >> STEP_BITS
    first, last = int(steps[0]), int(steps[-1])
    if last - first > MOST_STEPS:
        return np.searchsorted(levels, asked, side="left")
    edges = (np.arange(first, last + 2, dtype=np.int64) << STEP_BITS).view(np.float64)
    begin = np.searchsorted(levels, edges, side="left")
    within = int(np.diff(begin).max())
    if within > MOST_WITHIN:
        return np.searchsorted(levels, asked, side="left")
    # What is below all levels, negative ones too, is clipped to the first step, what is above them to the last.
    place = begin.take((asked.view(np.int64) >> STEP_BITS) - first, mode="clip")
    closed = np.append(levels, np.inf)
    for _ in range(within):
        place += closed.take(place, mode="clip") < asked
    return place


def _peaks(rising: Floats, share: float) -> tuple[float, Floats]:
    """Find where the tail begins, and by how much the scores there exceed it.

    Ties never straddle the beginning: excesses are strictly above it.
    """
    n = len(rising)
    wanted = max(FEWEST_EXCESSES, int(share * n))
    if n < 5 * FEWEST_EXCESSES:
        return float(rising[-1]), np.empty(0)
    begin = float(rising[n - wanted - 1])
    excesses = rising[rising > begin] - begin
    if len(excesses) < FEWEST_EXCESSES:
        return float(rising[-1]), np.empty(0)
    return begin, excesses


def _pareto(excesses: Floats) -> tuple[float, float]:
    """Fit scale and shape of a generalised Pareto distribution by probability-weighted moments."""
    k = len(excesses)
    rising = np.sort(excesses)
    mean = float(rising.mean())
    weighted = float((rising * (k - 1 - np.arange(k)) / (k - 1)).mean())
    gap = mean - 2 * weighted
    # As many numbers as there are make the shape 0.5 at most where the mean exists; equal excesses make gap 0.
    shape = 2 - mean / gap if gap > 1e-12 * mean else -1.0
    shape = float(np.clip(shape, 0.0, HEAVIEST))
    # The scale that keeps the mean, given the shape that was allowed.
    return max(mean * (1 - shape), np.finfo(np.float64).tiny), shape


def _spread(rising: Floats, excesses: Floats) -> float:
    """Choose how fast the tail falls where too little is known: as fast as the scores spread at all."""
    middle = float(np.median(rising))
    spread = float(rising.std()) if len(rising) > 1 else 0.0
    # Equal scores tell nothing of their spread: a twentieth of their size, so that rounding is no surprise.
    floor = 0.05 * abs(middle) or 1.0
    return max(spread, float(excesses.mean()) if len(excesses) else 0.0) or floor
