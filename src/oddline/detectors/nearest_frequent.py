"""How far a window's counts are from the nearest counts that many windows have.

The idea is that of the counts with which Q. Lin et al. cluster log sequences ("Log clustering based problem
identification", ICSE 2016): templates weighted by inverse document frequency, and a window judged by the nearest known
kind. Rare kinds of the training data are no kinds, so training may hold a few odd windows.
"""

from __future__ import annotations

from oddline.core.nouns import Floats
from oddline.detectors._nearest import Known, known_windows
from oddline.detectors.base import Detector

__all__ = ["NearestFrequent"]


class NearestFrequent(Detector):
    """The distance of logarithmic counts, weighted by how rare each template is, to the nearest frequent kind.

    Parameters
    ----------
    share
        The share of the training windows that have the very same counts, from which on these are a kind. Higher
        where training may hold odd windows, 0 where all of it is normal.

    Examples
    --------
    >>> X = [[3, 0]] * 99 + [[3, 1]]
    >>> NearestFrequent().fit(X).anomaly_score([[3, 0], [3, 1], [4, 0]]).round(1).tolist()
    [0.0, 3.6, 0.2]
    """

    def __init__(self, share: float = 0.02) -> None:
        self.share = share

    def _fit(self, X: Floats) -> None:
        known = known_windows(X, self.share)
        self.known_, self.weight_, self.new_ = known.rows, known.weight, known.new

    def _score(self, X: Floats) -> Floats:
        return Known(self.known_, self.weight_, self.new_).nearest(X)[0]

    def contributions(self, X: Floats) -> Floats:
        """Give each column's part of the distance, shape as ``X``."""
        self.require_fitted()
        return Known(self.known_, self.weight_, self.new_).parts(self._checked(X, reset=False))
