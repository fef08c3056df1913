"""One detector fitted several times, each time without some of the normal rows: what they say together.

A single fit is one draw: which rows were held back to calibrate on, which columns a tree tried. On network records the
F1 of one recipe moves by a point from draw to draw. The mean of several fits moves less, and since every normal row
is left out once, all of them calibrate and none is lost to learning. B. Parmanto, P. Munro and H. Doyle, "Improving
committee diagnosis with resampling techniques", NIPS 8, 1996 (cross-validation committees); V. Vovk, "Cross-conformal
predictors", Annals of Mathematics and Artificial Intelligence 74, 2015 (their calibration).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone

from oddline.core import folder
from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.core.tail import fit_tail, tail_surprise
from oddline.detectors._members import FEWEST_TO_HOLD_BACK, Member
from oddline.detectors._supervised import SupervisedDetector, Truth
from oddline.detectors.base import Detector

__all__ = ["Committee"]


class Committee(SupervisedDetector):
    """The surprise of the mean score of several fits, each of which was not shown one part of the normal rows.

    How high a normal row scores is told by the fit that had not learnt it. Learns from labels; odd rows are shown to
    every fit.

    Parameters
    ----------
    member
        A detector of tables that learns from labels: its name, or a detector; ``hybrid`` also knows what is new.
    parts
        Parts of the normal rows, and fits.
    random_state
        The seed of the parts; each fit has another one, counted from here.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 2))
    >>> detector = Committee("linear").fit(X, X[:, 0] > 1)
    >>> usual, odd = detector.anomaly_score([[0, 0], [3, 0]])
    >>> bool(usual < 1 and odd > 2)
    True
    """

    calibrated: ClassVar[bool] = True

    def __init__(self, member: Member = "extra_trees", parts: int = 5, random_state: Any = 0) -> None:
        self.member = member
        self.parts = parts
        self.random_state = random_state

    def _fit_labelled(self, X: Floats, odd: Truth) -> None:
        if self.parts < 2:
            raise UsageError(f"parts={self.parts}", expected="2 or more")
        normal = np.flatnonzero(~odd)
        first = self.random_state if isinstance(self.random_state, int) else 0
        part = np.full(len(X), -1)
        parts = self.parts if len(normal) >= max(FEWEST_TO_HOLD_BACK, self.parts) else 1
        part[np.random.default_rng(first).permutation(normal)] = np.arange(len(normal)) % parts
        scores = np.zeros(len(X))
        self.members_ = []
        for number in range(parts):
            judged = part == number
            learnt = ~judged if parts > 1 else np.ones(len(X), dtype=bool)
            fitted = self._built(first + number).fit(X[learnt], odd[learnt])
            scores[judged] = fitted.anomaly_score(X[judged])
            self.members_.append(fitted)
        self.tail_ = fit_tail(scores[normal])

    def _built(self, seed: int) -> Detector:
        named = isinstance(self.member, str)
        made: Detector = folder.load("detectors", self.member)() if named else clone(self.member)
        if not made.supervised or made.consumes != "table":
            raise UsageError(
                f"{self.member} learns from no labels, or not from a table",
                expected="a detector of tables that learns from labels, such as hybrid or extra_trees",
            )
        if "random_state" in made.get_params():
            made.set_params(random_state=seed)
        return made

    def _score(self, X: Floats) -> Floats:
        return tail_surprise(self.tail_, np.mean([member.anomaly_score(X) for member in self.members_], axis=0))
