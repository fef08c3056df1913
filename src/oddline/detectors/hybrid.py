"""Labels teach what is known, distance from normal rows tells what is new: joined by surprise.

A supervised detector takes what it was never shown as odd for normal; one of normal rows alone cannot use what is
known. Both were joined for intrusions by D. Anderson et al., "Next-generation intrusion detection expert system
(NIDES): a summary", SRI-CSL-95-07, 1995; here each member's score becomes a surprise (-log10 of the chance that a
normal row scores so high), which makes them comparable.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from sklearn.base import clone

from oddline.core import folder
from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.core.tail import fit_tail, tail_surprise
from oddline.detectors._supervised import SupervisedDetector, Truth
from oddline.detectors.base import Detector

__all__ = ["Hybrid"]

FEWEST_ROWS = 50
"""With fewer rows nothing is left out of what members learn: a fold would be a handful."""


class Hybrid(SupervisedDetector):
    """The mean, or the largest, of the surprises of detectors that know labels and of others that know normal rows.

    Each member's tail of normal scores comes from normal rows that the member had not learnt, fold by fold; then it
    learns from all of them. Learns from labels.

    Parameters
    ----------
    known
        Detectors that learn from labels: names, or detectors.
    novel
        Detectors that learn from the normal rows alone.
    rule
        ``mean`` of the surprises, or the ``largest``: the mean asks members to agree, the largest believes any of them.
    folds
        Parts of the rows; each is scored by members that learnt from the others.
    random_state
        The seed of the members and of the folds.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 2))
    >>> detector = Hybrid(known=("linear",)).fit(X, X[:, 0] > 1)
    >>> usual, shown, new = detector.anomaly_score([[0, 0], [3, 0], [-1, 30]])
    >>> bool(shown > usual and new > usual)
    True
    """

    def __init__(
        self,
        known: tuple[str | Detector, ...] = ("extra_trees", "gradient_boosting"),
        novel: tuple[str | Detector, ...] = ("mahalanobis",),
        rule: Literal["mean", "largest"] = "mean",
        folds: int = 3,
        random_state: Any = 0,
    ) -> None:
        self.known = known
        self.novel = novel
        self.rule = rule
        self.folds = folds
        self.random_state = random_state

    def _fit_labelled(self, X: Floats, odd: Truth) -> None:
        if self.rule not in {"mean", "largest"} or self.folds < 2:
            raise UsageError(f"rule={self.rule!r}, folds={self.folds}", expected="mean or largest, and 2 folds or more")
        members = [*(self._built(one, knows=True) for one in self.known)]
        members += [self._built(one, knows=False) for one in self.novel]
        if not members:
            raise UsageError("no members", expected="at least one detector")
        fold = _folds(odd, self.folds, self.random_state)
        self.members_, self.tails_ = [], []
        for member in members:
            scores = np.zeros(len(X))
            for left_out in np.unique(fold):
                judged = fold == left_out
                learnt = ~judged if not judged.all() else judged
                scores[judged] = _taught(clone(member), X[learnt], odd[learnt]).anomaly_score(X[judged])
            self.tails_.append({} if member.calibrated else fit_tail(scores[~odd]))
            self.members_.append(_taught(member, X, odd))

    def _built(self, member: str | Detector, *, knows: bool) -> Detector:
        """Build a member that is named, or copy one that is given; a named one takes the seed of the whole."""
        made: Detector = folder.load("detectors", member)() if isinstance(member, str) else clone(member)
        if made.supervised != knows or made.consumes != "table":
            raise UsageError(
                f"{member} {'learns from no labels' if knows else 'learns from labels'}, or not from a table",
                expected="detectors of tables: known ones that learn from labels, novel ones that do not",
            )
        if isinstance(member, str) and "random_state" in made.get_params():
            made.set_params(random_state=self.random_state)
        return made

    def surprises(self, X: Any) -> Floats:
        """Give the surprise of each row to each member, one column a member, the known ones first."""
        self.require_fitted()
        return self._surprises(self._checked(X, reset=False))

    def _surprises(self, X: Floats) -> Floats:
        said = []
        for member, tail in zip(self.members_, self.tails_, strict=True):
            scores = member.anomaly_score(X)
            said.append(tail_surprise(tail, scores) if tail else np.maximum(scores, 0.0))
        return np.stack(said, axis=1)

    def _score(self, X: Floats) -> Floats:
        surprise = self._surprises(X)
        return np.asarray(surprise.mean(axis=1) if self.rule == "mean" else surprise.max(axis=1))


def _taught(member: Detector, X: Floats, odd: Truth) -> Detector:
    return member.fit(X, odd) if member.supervised else member.fit(X[~odd])


def _folds(odd: Truth, count: int, seed: Any) -> Any:
    """Draw the fold of each row so that every fold has rows of both kinds; one fold where there are too few of them."""
    if len(odd) < FEWEST_ROWS or min(int(odd.sum()), int((~odd).sum())) < count:
        return np.zeros(len(odd), dtype=np.int64)
    random = np.random.default_rng(seed if isinstance(seed, int) else 0)
    fold = np.zeros(len(odd), dtype=np.int64)
    for kind in (odd, ~odd):
        fold[kind] = random.permutation(int(kind.sum())) % count
    return fold
