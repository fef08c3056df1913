"""The cut beyond which a log holds more than its bulk foretells, for a log that is held against itself."""

from __future__ import annotations

import numpy as np

from oddline.core.nouns import Floats
from oddline.thresholds._calibrated import between
from oddline.thresholds.gap import Gap

__all__ = ["Bulk"]


class Bulk(Gap):
    """Takes what lies below a cut for usual, and cuts where it would not explain half of what lies beyond.

    Nobody says which windows are usual, but most of them are. From the median on scores are taken to fall off
    exponentially, as those of what is rare by chance do: a sign that a share p of the windows has is worth -ln p.
    For each cut the law is fitted to the scores between the median and the cut; that there are some beyond it counts as
    well, but not how far out they are, so odd windows bend the law a little and towards silence. It foretells how
    many windows lie beyond. The lowest cut at which that is no more than ``false_share`` of those that do is taken: a
    list most of which the bulk does not explain.

    A cut beyond which more windows lie than between the median and it judges many by few: it is allowed only where
    those beyond it are no more than ``rare``. What lies beyond is left out when surprise is calibrated. Without such a
    cut nothing is left out, and the cut is the ``otherwise`` quantile.

    Of clean scores that fall off exponentially or faster it flags none, or a few of a thousand. Heavier ones look like
    a bulk with odd windows: 2.5 % of lognormal ones, 4 % of a Pareto distribution of index 2.

    Source of the idea: B. Efron, "Large-scale simultaneous hypothesis testing: the choice of a null hypothesis", JASA
    99, 2004 (the null distribution is fitted to the bulk of what is judged).

    Parameters
    ----------
    most
        The share of the windows that may be odd, at most.
    otherwise
        The share of the windows that stay below the cut where nothing stands out.
    false_share
        The share of what is flagged that the bulk may explain.
    rare
        The share of the windows that may be odd where few others lie above the median.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> scores = np.concatenate([random.exponential(size=1000), np.linspace(9, 12, 50)])
    >>> threshold = Bulk().fit(scores)
    >>> flagged = threshold.surprise(scores) >= threshold.cut(scores).cut
    >>> int(flagged[:1000].sum()), int(flagged[1000:].sum())
    (7, 50)
    """

    def __init__(
        self, most: float = 0.2, otherwise: float = 0.997, false_share: float = 0.5, rare: float = 0.05
    ) -> None:
        super().__init__(most, otherwise)
        self.false_share = false_share
        self.rare = rare

    def _above(self, rising: Floats) -> float | None:
        most = between("most", self.most, 0.0, 1.0)
        rare = between("rare", self.rare, 0.0, 1.0, open_ends=False)
        share = between("false_share", self.false_share, 0.0, 1.0, open_ends=False)
        if not len(rising):
            return None
        middle = float(np.median(rising))
        excess = rising[rising > middle] - middle
        levels, below = np.unique(excess, return_index=True)
        beyond = len(excess) - below
        # The exponential law by maximum likelihood, where scores from the cut on are known to reach it, and no more.
        told = np.append(0.0, np.cumsum(excess))[below] + beyond * levels
        foretold = np.where(below > 0, len(excess) * np.exp(-levels * below / told), 0.0)
        few = (beyond <= most * len(rising)) & (below >= beyond)
        allowed = few | (beyond <= rare * len(rising))
        found = np.flatnonzero(allowed & (foretold <= share * beyond))
        return float(levels[found[0]] + middle) if len(found) else None
