"""One scale for every kind of oddness: -log10 of the chance that a normal episode is as odd.

Each kind measures its own *strength* in its own units. A strength becomes a surprise by counting how many
of the episodes that were looked at are at least as strong: the empirical tail. It needs no model of the
kind, so kinds whose models are wrong in different ways (every log is burstier than Poisson) still share
one scale. A kind that also has a model never says more than its model does.

``weight`` is the share of the attention that a kind gets, as in a weighted Bonferroni correction
(Genovese, Roeder, Wasserman, Biometrika 2006): the i-th strongest of n episodes has the surprise
``log10(weight * n / i)``. So the i-th of a kind stands where weighted fair queueing would put it in the
one list (Demers, Keshav, Shenker, SIGCOMM 1989).
"""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats


def tail(strength: Floats, weight: Floats | None = None) -> Floats:
    """Count the episodes that are at least as strong as each one, itself included.

    Examples
    --------
    >>> tail(np.array([3.0, 1.0, 3.0, 2.0])).tolist()
    [2.0, 4.0, 2.0, 3.0]
    """
    order = np.argsort(-strength, kind="stable")
    each = np.ones(len(strength)) if weight is None else weight
    running = np.cumsum(each[order])
    sorted_strength = -strength[order]
    end = np.searchsorted(sorted_strength, sorted_strength, side="right") - 1
    out = np.empty(len(strength))
    out[order] = running[end]
    return out


def surprise(rank: Floats, episodes: float, share: float) -> Floats:
    """Turn a rank among episodes into a surprise; never below 0."""
    return np.maximum(0.0, np.log10(max(episodes, 1.0) * share / np.maximum(rank, 1e-9)))
