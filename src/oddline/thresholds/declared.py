"""The cut for windows of which some say themselves that something is wrong: those, and what no bulk explains."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from oddline.core.nouns import Cut, Floats
from oddline.core.tail import fit_tail, tail_surprise
from oddline.thresholds._calibrated import normal_scores
from oddline.thresholds.base import Threshold
from oddline.thresholds.bulk import Bulk

__all__ = ["Declared"]


class Declared(Threshold):
    """Takes every window that says itself that something is wrong, and of the others those that ``bulk`` takes.

    The surprise of those that say so is 1.5 above the cut, and more by how they stand among themselves: -log10 of the
    share of them that score so high. Of the others it is as ``bulk`` gives it, except that beyond the cut it rises
    less and less, by no more than one: a rare harmless window never stands above one in which something failed.

    Parameters
    ----------
    declared
        Scores from here on are of windows that say so themselves, as the detector ``declared`` gives them.
    most, rare
        As of ``bulk``, of the windows that do not say so.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> scores = np.concatenate([random.exponential(size=600), 1e6 + random.exponential(size=400)])
    >>> threshold = Declared().fit(scores)
    >>> flagged = threshold.surprise(scores) >= threshold.cut(scores).cut
    >>> int(flagged[:600].sum()), int(flagged[600:].sum())
    (4, 400)
    """

    def __init__(self, declared: float = 1e6, most: float = 0.2, rare: float = 0.05) -> None:
        self.declared = declared
        self.most = most
        self.rare = rare

    def fit(self, scores: Floats, y: Any = None, *, calibrated: bool = False) -> Self:
        """Learn the distribution of both kinds of scores, shape (windows,)."""
        given = normal_scores(scores, y)
        say_so = given >= self.declared
        self.others_ = Bulk(most=self.most, rare=self.rare).fit(given[~say_so], calibrated=calibrated)
        self.tail_ = fit_tail(given[say_so])
        self.calibrated_ = bool(calibrated)
        return self

    def surprise(self, scores: Floats) -> Floats:
        """Give how surprising windows are; never falls as the score grows."""
        self.require_fitted()
        asked = np.asarray(scores, dtype=np.float64)
        others = self.others_.surprise(asked)
        if self.calibrated_:
            return others
        beyond = np.maximum(others - self._base, 0.0)
        squeezed = np.minimum(others, self._base) + beyond / (1.0 + beyond)
        return np.where(asked >= self.declared, self._base + 1.5 + tail_surprise(self.tail_, asked), squeezed)

    def cut(self, surprise: Floats) -> Cut:
        """Choose from which surprise on a window is an anomaly; the same whatever the scan holds."""
        del surprise
        return Cut(self._base, "declared")

    @property
    def _base(self) -> float:
        return self.others_.cut(np.zeros(0)).cut
