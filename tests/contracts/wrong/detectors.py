"""Detectors that are wrong on purpose."""

import itertools

import numpy as np

from oddline.detectors.base import Detector


class Distance(Detector):
    """A right detector, to be spoilt below: distance from the mean."""

    def _fit(self, X):
        self.middle_ = X.mean(axis=0)

    def _score(self, X):
        return np.linalg.norm(X - self.middle_, axis=1)


class UpsideDown(Distance):
    """The sign the other way round."""

    def _score(self, X):
        return -super()._score(X)


class TurnsOver(Distance):
    """Far enough away, the score turns over."""

    def _score(self, X):
        distance = super()._score(X)
        return np.where(distance > 50, 50 - distance, distance)


class Crowded(Distance):
    """Scores a row by the company it is in."""

    def _score(self, X):
        return np.linalg.norm(X - X.mean(axis=0), axis=1)


class FirstComeFirst(Distance):
    """Scores depend on the place of a row."""

    def _score(self, X):
        return super()._score(X) + np.arange(len(X))


class LearnsWhileScoring(Distance):
    """Scoring moves what is normal."""

    def _score(self, X):
        score = super()._score(X)
        self.middle_ = self.middle_ + 0.1
        return score


class RollsDice(Distance):
    """Another score each time it is fitted."""

    throws = itertools.count()

    def _fit(self, X):
        super()._fit(X)
        self.luck_ = float(next(self.throws))

    def _score(self, X):
        return super()._score(X) + self.luck_


class KeepsItsStateElsewhere(Distance):
    """Fitted state that a bundle does not carry."""

    def _fit(self, X):
        super()._fit(X)
        self._middle = X.mean(axis=0) + 1

    def _score(self, X):
        return np.linalg.norm(X - getattr(self, "_middle", 0), axis=1)


class Infinite(Distance):
    """Scores without end."""

    def _score(self, X):
        with np.errstate(over="ignore"):
            return np.where(np.abs(X).max(axis=1) > 1e9, np.inf, super()._score(X))


class DividesByNothing(Distance):
    """Constant columns make it divide by zero."""

    def _fit(self, X):
        super()._fit(X)
        self.spread_ = X.std(axis=0)

    def _score(self, X):
        with np.errstate(all="ignore"):
            return np.linalg.norm((X - self.middle_) / self.spread_, axis=1)


class TakesAnyColumns(Distance):
    """Scores whatever it is given."""

    def anomaly_score(self, X):
        return np.asarray(X, dtype=np.float64).sum(axis=1)


class DecidesItself(Distance):
    """Has a threshold of its own."""

    def __init__(self, contamination=0.1):
        self.contamination = contamination


class OverridesTheSign(Distance):
    """Derives scikit-learn's score anew."""

    def score_samples(self, X):
        return self.anomaly_score(X)


class TakesAway(Distance):
    """Contributions below zero."""

    def contributions(self, X):
        return X - self.middle_


class Silent(Distance):
    __doc__ = None


class Unseen(Detector):
    """A right detector of sequences: how many of its pairs of neighbours training did not have."""

    consumes = "sequence"

    def _fit(self, X):
        self.known_ = np.unique(self._pairs(X))

    def _score(self, X):
        return self._novel(X).sum(axis=1)

    def _pairs(self, X):
        before = np.pad(X, ((0, 0), (1, 0)))[:, :-1].astype(np.int64)
        return np.where(X > 0, before * 1000 + X, 0)

    def _novel(self, X):
        return ((X > 0) & ~np.isin(self._pairs(X), self.known_)) / np.maximum((X > 0).sum(axis=1), 1)[:, None]

    def contributions(self, X):
        return self._novel(np.asarray(X))


class SeesThePadding(Unseen):
    """Takes what stands after the end for events."""

    def _checked(self, X, *, reset):
        return np.asarray(X)

    def _score(self, X):
        return super()._score(X) + (X == 0).sum(axis=1) / 100


class FearsTheShort(Unseen):
    """Short sequences are odd to it, however usual they are."""

    def _score(self, X):
        return super()._score(X) + 1 / np.maximum((X > 0).sum(axis=1), 1)


WRONG = {
    "higher_means_more_anomalous": UpsideDown,
    "further_is_never_less_anomalous": TurnsOver,
    "scores_one_row_as_it_scores_many": Crowded,
    "row_order_does_not_matter": FirstComeFirst,
    "scoring_changes_nothing": LearnsWhileScoring,
    "same_seed_gives_the_same_scores": RollsDice,
    "survives_a_bundle": KeepsItsStateElsewhere,
    "scores_are_finite_numbers": Infinite,
    "stands_poor_data": DividesByNothing,
    "refuses_other_columns": TakesAnyColumns,
    "leaves_decisions_to_thresholds": DecidesItself,
    "keeps_public_methods_final": OverridesTheSign,
    "contributions_agree_with_scores": TakesAway,
    "says_what_it_is": Silent,
    "padding_changes_nothing": SeesThePadding,
    "short_is_not_odd": FearsTheShort,
}
RIGHT = (Distance, Unseen)
