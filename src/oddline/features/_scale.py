"""One scale for every kind of oddness: -log10 of the chance that a normal line is as odd.

Each kind measures its own *strength* in its own units. A strength becomes a surprise by counting how many of
the things that were looked at are at least as strong: the empirical tail. It needs no model, so kinds whose
models are wrong in different ways (every log is burstier than Poisson) share one scale. A kind that has a model
never says more than its model does; so a log in which nothing is odd gives little, not its own first twenty.

``attention`` is what a kind may claim of a reader's time, as in a weighted Bonferroni correction (C. Genovese,
K. Roeder, L. Wasserman, Biometrika 2006): the i-th strongest of a kind among n lines has the surprise
``log10(attention * n / i)``. So the i-th of a kind stands where weighted fair queueing would put it in one list
(A. Demers, S. Keshav, S. Shenker, SIGCOMM 1989), and no kind can fill the list by having many.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats

Ints = npt.NDArray[np.int64]

NATS = float(np.log(10.0))
"""Divides natural logarithms into powers of ten."""


def ranks(strength: Floats, weight: Floats | None = None) -> Floats:
    """Count what is at least as strong as each one, itself included; ties share the worse place.

    Examples
    --------
    >>> ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist()
    [2.0, 4.0, 2.0, 3.0]
    """
    order = np.argsort(-strength, kind="stable")
    running = np.cumsum(np.ones(len(strength)) if weight is None else weight[order])
    ordered = -strength[order]
    out = np.empty(len(strength))
    out[order] = running[np.searchsorted(ordered, ordered, side="right") - 1]
    return out


def surprise(rank: Floats, height: int, attention: float) -> Floats:
    """Turn a place among ``height`` lines into a surprise; never below 0.

    Examples
    --------
    >>> surprise(np.array([1.0, 10.0]), 1000, 1.0).tolist()
    [3.0, 2.0]
    """
    return np.maximum(0.0, np.log10(max(height, 1) * attention / np.maximum(rank, 1e-9)))


def per_line(height: int, places: int) -> float:
    """Turn a chance for each of so many places into one for each line: what to add to the surprise."""
    return float(np.log10(max(height, 1) / max(places, 1)))


FOLLOWED = 300
"""Only among so many of the strongest is it asked which tell of the same; a reader sees fewer."""
ALIKE = 0.5


def stories(first: Ints, last: Ints, strength: Floats) -> Floats:
    """Give 1 to each span that tells a story of its own, 0 to one that a stronger span tells already.

    When a service stops, all its templates fall silent together: that is one place in the list, not ten.

    Examples
    --------
    >>> stories(np.array([0, 1, 50]), np.array([10, 10, 60]), np.array([5.0, 4.0, 3.0])).tolist()
    [1.0, 0.0, 1.0]
    """
    out = np.ones(len(strength))
    order = np.argsort(-strength, kind="stable")[:FOLLOWED]
    for place, here in enumerate(order.tolist()):
        before = order[:place][out[order[:place]] > 0]
        overlap = np.minimum(last[before], last[here]) - np.maximum(first[before], first[here]) + 1
        longer = np.maximum(last[before] - first[before], last[here] - first[here]) + 1
        out[here] = 0.0 if (overlap >= ALIKE * longer).any() else 1.0
    return out
