"""Two common lines that hardly ever stand next to each other, and here they do."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaincc

from oddline.core.nouns import Floats
from oddline.features._bins import Ints

COMMON = 20


def order(template: Ints) -> Floats:
    """Give -log10 of the chance that so few such pairs occur, one entry a line (its pair with the line before).

    Both templates being common is taken into account, so a rare line is not odd here. With ``e`` pairs
    expected if the order did not matter, ``k`` seen: the chance is that of at most k by Poisson.
    """
    out = np.zeros(len(template))
    if len(template) < 3:
        return out
    count = np.bincount(template)
    before, after = template[:-1], template[1:]
    _, inverse, seen = np.unique(before * len(count) + after, return_inverse=True, return_counts=True)
    expected = count[before] * count[after] / len(template)
    common = (count[before] >= COMMON) & (count[after] >= COMMON)
    few = gammaincc(seen[inverse] + 1.0, expected)
    chance = np.maximum(few, seen[inverse] / count[before])
    out[1:] = np.where(common, -np.log10(np.maximum(chance, 1e-300)), 0.0)
    return out
