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
}
RIGHT = Distance
