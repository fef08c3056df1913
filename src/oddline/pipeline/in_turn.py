"""Every training window scored by what the others teach, where few of them are there to calibrate on.

A fifth of a hundred good windows is twenty: they support no cut, and one busy phase may be all of them. Scored in turn
all hundred calibrate, and the detector that judges learns all of them as well (cross-conformal prediction: V. Vovk,
Annals of Mathematics and Artificial Intelligence 74, 2015).

Parts are interleaved, every fifth window in each, and not stretches of time. What is asked is how high a window scores
whose like training holds. A stretch that is a phase of its own would answer another question, how new a phase is;
windows of a phase that training does not have are what a scan should tell, so that answer would hide them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats, Windows

Told = tuple[pl.DataFrame, Windows]
"""Events with their templates, and the windows that they are in."""


def score_in_turn(told: Told, parts: int, judged: Callable[[Told, Told], Floats]) -> Floats:
    """Give each window, in order, the score that it has by what was learnt from the other parts.

    Parameters
    ----------
    told
        All events and windows of training.
    parts
        Into how many parts they are cut.
    judged
        Learns from its first argument, and gives the scores of the windows of the second.
    """
    part = np.arange(len(told[1])) % parts
    scores = np.zeros(len(part))
    for one in range(parts):
        scores[part == one] = judged(chosen(told, part != one), chosen(told, part == one))
    return scores


def chosen(told: Told, wanted: npt.NDArray[np.bool_]) -> Told:
    """Give some of the windows, with their events.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> from oddline.windows.count import Count
    >>> events = records(50)
    >>> some, windows = chosen((events, Count(20).assign(events)), np.array([True, False, True]))
    >>> some.height, windows.frame["n"].to_list(), np.bincount(windows.members).tolist()
    (30, [20, 10], [20, 10])
    """
    events, windows = told
    belongs = wanted[windows.members]
    place = np.cumsum(wanted) - 1
    kept = Windows(windows.frame.filter(pl.Series(wanted)), place[windows.members[belongs]].astype(np.uint32))
    return events.filter(pl.Series(belongs)), kept
