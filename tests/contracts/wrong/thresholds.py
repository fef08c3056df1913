"""Thresholds that are wrong on purpose."""

import numpy as np

from oddline.core.nouns import Cut
from oddline.thresholds.best_f1 import BestF1
from oddline.thresholds.false_discovery import FalseDiscovery
from oddline.thresholds.quantile import Quantile


class TurnsBack(Quantile):
    """Beyond a score, surprise falls again."""

    def surprise(self, scores):
        surprise = super().surprise(scores)
        return np.where(np.asarray(scores) > 20, 0.1, surprise)


class BelowZero(Quantile):
    """Surprise below 0."""

    def surprise(self, scores):
        return super().surprise(scores) - 1


class Exaggerates(Quantile):
    """Everything is twice as surprising."""

    def surprise(self, scores):
        return super().surprise(scores) * 2


class CalibratesAgain(Quantile):
    """Does not believe a surprise."""

    def fit(self, scores, y=None, *, calibrated=False):
        return super().fit(scores)


class CutsNowhere(Quantile):
    """No number for a cut."""

    def cut(self, surprise):
        return Cut(float("nan"), "nowhere")


class KeepsItsStateElsewhere(Quantile):
    """Fitted state that a bundle does not carry."""

    def fit(self, scores, y=None, *, calibrated=False):
        super().fit(scores, calibrated=calibrated)
        self._more = 1.0
        return self

    def surprise(self, scores):
        return super().surprise(scores) + getattr(self, "_more", 0.0)


class RightAtTwoOnly(Quantile):
    """A scale that is bent: right where alarms begin, and nowhere else."""

    def surprise(self, scores):
        surprise = super().surprise(scores)
        return np.where(surprise < 2, surprise**2 / 2, surprise)


class LearnsFromOddWindows(Quantile):
    """Does not look who is odd."""

    def fit(self, scores, y=None, *, calibrated=False):
        return super().fit(scores, calibrated=calibrated)


class MakesLabelsUp(BestF1):
    """Takes the highest for odd where nobody says so."""

    def fit(self, scores, y=None, *, calibrated=False):
        return super().fit(scores, scores > np.quantile(scores, 0.9) if y is None else y, calibrated=calibrated)


WRONG = {
    "surprise_never_falls_as_the_score_grows": TurnsBack,
    "surprise_is_a_finite_number_from_0": BelowZero,
    "surprise_means_what_it_says": Exaggerates,
    "calibrated_scores_pass_unchanged": CalibratesAgain,
    "cut_is_a_surprise": CutsNowhere,
    "survives_a_bundle": KeepsItsStateElsewhere,
    "p_values_of_normal_scores_are_uniform": RightAtTwoOnly,
    "odd_windows_do_not_calibrate": LearnsFromOddWindows,
    "labels_are_asked_for_where_they_are_needed": MakesLabelsUp,
}
RIGHT = (Quantile, BestF1, FalseDiscovery)
