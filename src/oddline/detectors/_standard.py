"""Columns in units of their own spread, for networks: clipped where training never was, and by how much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.core.optional import need
from oddline.detectors._training import revived, settled

REACH = 4.0
"""Beyond so many deviations a cell is cut before a network sees it: out there it would only guess."""


def clipped(X: Floats, location: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Give the standardised cells within reach, and by how much each one is beyond it.

    Examples
    --------
    >>> near, beyond = clipped(np.array([[1.0, 30.0]]), np.zeros(2), np.full(2, 2.0))
    >>> near.tolist(), beyond.tolist()
    ([[0.5, 4.0]], [[0.0, 11.0]])
    """
    standard = (X - location) / scale
    near = np.clip(standard, -REACH, REACH)
    return near, np.abs(standard - near)


BLOCK = 16_384
"""Rows that a network is shown at once; bounds the memory, not the answer."""

FINEST = 0.3
"""A column that the network writes more exactly than this, in standard deviations, is not held to more."""

KNEE = 4.0
"""The error, in usual errors of the column, from which on more of it counts less."""


def shown(build: Callable[[], Any], weights: dict[str, Any], cells: Floats, ask: Callable[[Any, Any], Any]) -> Floats:
    """Ask a trained network about rows; nothing is drawn and nothing is learnt."""
    torch = need("torch", extra="deep")
    network = revived(build, weights)
    with settled(), torch.inference_mode():
        told = [ask(network, torch.from_numpy(cells[at : at + BLOCK])).numpy() for at in range(0, len(cells), BLOCK)]
    return np.asarray(np.concatenate(told))


def usual_errors(errors: Floats) -> Floats:
    """Give each column's usual error: the root of the mean square over training rows."""
    usual: Floats = np.maximum(np.sqrt((errors**2).mean(axis=0)), FINEST)
    return usual


def oddness(errors: Floats, usual: Floats) -> Floats:
    """Give how odd each error is: a square for usual ones, a logarithm for large ones, as in a Student density.

    Squares alone would let one extreme cell outweigh all the others.

    Examples
    --------
    >>> oddness(np.array([[0.0, 1.0, 100.0]]), np.ones(3)).round(2).tolist()
    [[0.0, 0.97, 103.03]]
    """
    parts: Floats = KNEE**2 * np.log1p((errors / usual / KNEE) ** 2)
    return parts
