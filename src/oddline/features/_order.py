"""Two common lines that hardly ever follow each other, and here they do."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaincc

from oddline.core.nouns import Floats
from oddline.features._bins import Ints
from oddline.features._scale import ranks, surprise

COMMON = 20
"""A template of fewer lines is rare by itself."""
DENSE = 1 << 22
"""Up to so many possible pairs are counted in a table; it costs 32 MB."""


def order(template: Ints, attention: float) -> Floats:
    """Give the surprise of each line's order: how few such pairs there are, though both lines are common.

    If the order did not matter, ``e`` pairs were to be expected; ``k`` are seen. The chance is that of at
    most k by Poisson, and never less than k out of all that followed the first of the two.
    """
    out = np.zeros(len(template))
    if len(template) < 3:
        return out
    count = np.bincount(template)
    key = template[:-1] * len(count) + template[1:]
    if len(count) ** 2 <= DENSE:
        table = np.bincount(key, minlength=len(count) ** 2)
        pairs = np.flatnonzero(table)
        seen, place = table[pairs], (np.cumsum(table > 0) - 1)[key]
    else:
        pairs, place, seen = np.unique(key, return_inverse=True, return_counts=True)
    before, after = count[pairs // len(count)], count[pairs % len(count)]
    chance = np.maximum(gammaincc(seen + 1.0, before * after / len(template)), seen / before)
    strength = np.where((before >= COMMON) & (after >= COMMON), -np.log10(np.maximum(chance, 1e-300)), 0.0)
    scaled = np.minimum(strength, surprise(ranks(strength, seen.astype(np.float64)), len(template), attention))
    out[1:] = scaled[place]
    return out
