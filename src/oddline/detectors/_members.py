"""Detectors inside a detector: built by name, calibrated on windows they did not learn, compared by surprise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone

from oddline.core import folder
from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.core.tail import fit_tail, tail_surprise
from oddline.detectors.base import Detector

Matrix = npt.NDArray[Any]
Member = str | Detector

FEWEST_TO_HOLD_BACK = 50
"""Below this many windows nothing is held back: a tail of a few scores would say nothing."""


def built(member: Member, seed: Any) -> Detector:
    """Build a member that is named, or copy one that is given; a named one takes the seed of the whole.

    Raises
    ------
    UnknownPlugin
        If there is no detector of this name.
    UsageError
        If it learns from labels, which the whole has not.

    Examples
    --------
    >>> built("isolation_forest", 7).get_params()["random_state"]
    7
    """
    made: Detector = folder.load("detectors", member)() if isinstance(member, str) else clone(member)
    if made.supervised:
        raise UsageError(f"{member} learns from labels", expected="members that learn from normal windows alone")
    if isinstance(member, str) and "random_state" in made.get_params():
        made.set_params(random_state=seed)
    return made


def kind_of(members: tuple[Member, ...]) -> Any:
    """Tell what the members consume together: sequences, if any of them does."""
    kinds = {(folder.load("detectors", one)() if isinstance(one, str) else one).consumes for one in members}
    return "sequence" if "sequence" in kinds else "table"


@dataclass(frozen=True)
class View:
    """A matrix as each kind of member wants it: sequences, and how often each code is in them.

    ``width`` is the highest code of training; a higher one is counted with those that training did not have (1).
    """

    X: Matrix
    sequence: bool
    width: int

    def of(self, member: Detector) -> Matrix:
        """Give what this member consumes."""
        return self.X if member.consumes == "sequence" or not self.sequence else self.counts()

    def counts(self) -> Floats:
        """Count the codes of each sequence: the columns are the codes from 1 to the highest."""
        codes = self._known()
        rows = np.arange(len(codes))[:, None] * (self.width + 1)
        flat = np.bincount((rows + codes).ravel(), minlength=len(codes) * (self.width + 1))
        return np.asarray(flat.reshape(len(codes), -1)[:, 1:], dtype=np.float64)

    def _known(self) -> Matrix:
        """Give the codes, those that training did not have as one."""
        return np.asarray(np.where(self.width < self.X, 1, self.X))

    def blame(self, member: Detector) -> Floats | None:
        """Give each column's, or each event's, part of the member's scores, where it has a closed form."""
        parts = member.contributions(self.of(member))
        if parts is None or not self.sequence or member.consumes == "sequence":
            return parts
        codes = self._known()
        each = parts / np.maximum(self.counts(), 1.0)
        return np.asarray(np.where(codes > 0, np.take_along_axis(each, np.maximum(codes - 1, 0), axis=1), 0.0))


def viewed(X: Matrix, sequence: bool, width: int | None = None) -> View:
    """Look at a matrix; in training its own highest code is the width."""
    return View(X, sequence, int(X.max(initial=1)) if width is None and sequence else (width or 0))


def halves(count: int, share: float, seed: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draw which windows teach and which calibrate; all do both where there are too few."""
    rows = np.arange(count)
    if count < FEWEST_TO_HOLD_BACK or not 0 < share < 1:
        return rows, rows
    drawn = np.random.default_rng(seed if isinstance(seed, int) else 0).permutation(count)
    first = count - max(1, int(count * share))
    return np.sort(drawn[:first]), np.sort(drawn[first:])


def calibrated(member: Detector, scores: Floats) -> dict[str, Any]:
    """Learn the tail of a member's scores; scores that are surprises already need none."""
    return {} if member.calibrated else fit_tail(scores)


def as_surprise(tail: dict[str, Any], scores: Floats) -> Floats:
    """Turn a member's scores into surprises."""
    return np.maximum(scores, 0.0) if not tail else tail_surprise(tail, scores)


def surprises(members: list[Detector], tails: list[dict[str, Any]], view: View) -> Floats:
    """Give the surprise of each window to each member, one column a member."""
    said = [as_surprise(tail, one.anomaly_score(view.of(one))) for one, tail in zip(members, tails, strict=True)]
    return np.stack(said, axis=1)


def out_of_fold(member: Member, seed: Any, matrix: Matrix, folds: int) -> Floats:
    """Score each window by a member that learnt from the other folds; from all, where there are too few."""
    if len(matrix) < FEWEST_TO_HOLD_BACK:
        return built(member, seed).fit(matrix).anomaly_score(matrix)
    drawn = np.random.default_rng(seed if isinstance(seed, int) else 0).permutation(len(matrix)) % folds
    scores = np.zeros(len(matrix))
    for fold in range(folds):
        scores[drawn == fold] = built(member, seed).fit(matrix[drawn != fold]).anomaly_score(matrix[drawn == fold])
    return scores


def joined_blame(view: View, members: list[Detector], surprise: Floats) -> Floats | None:
    """Join the members' parts: each row's parts of a member add up to that member's surprise.

    A table asks for another explanation (None) unless all members have a closed form; a sequence takes the members
    that have one, and blames all events alike if none has.
    """
    total = np.zeros(view.X.shape, dtype=np.float64)
    told = 0
    for number, member in enumerate(members):
        parts = view.blame(member)
        if parts is None:
            if not view.sequence:
                return None
            continue
        told += 1
        whole = parts.sum(axis=1, keepdims=True)
        shares = np.divide(parts, whole, out=np.zeros_like(total), where=whole > 0)
        total += shares * surprise[:, number : number + 1]
    if view.sequence and not told:
        total = (view.X > 0) * surprise.mean(axis=1, keepdims=True)
    return total
