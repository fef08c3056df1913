"""Thresholds that are wrong on purpose."""

import numpy as np

from oddline.core.nouns import Cut
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


WRONG = {
    "surprise_never_falls_as_the_score_grows": TurnsBack,
    "surprise_is_a_finite_number_from_0": BelowZero,
    "surprise_means_what_it_says": Exaggerates,
    "calibrated_scores_pass_unchanged": CalibratesAgain,
    "cut_is_a_surprise": CutsNowhere,
    "survives_a_bundle": KeepsItsStateElsewhere,
}
RIGHT = Quantile
