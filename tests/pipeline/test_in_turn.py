"""Few windows of training: each is scored by what the others teach, and all of them are learnt in the end."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import polars as pl
import pytest

from oddline.core.schema import EVENTS
from oddline.detectors.best_of import BestOf
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.detectors.odd_sessions import OddSessions
from oddline.pipeline.in_turn import score_in_turn
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset
from oddline.testing._records import records
from oddline.windows.count import Count


def lists(told: list[str]) -> pl.DataFrame:
    return records(len(told)).with_columns(pl.Series(EVENTS, told))


def test_every_window_is_scored_once_by_what_was_learnt_from_others():
    events = records(130).with_row_index("at")
    windows = Count(10).assign(events)
    seen = []

    def judged(learnt, kept):
        taught, asked = (set(some[0]["at"].to_list()) for some in (learnt, kept))
        assert not taught & asked
        assert len(taught | asked) == 130
        assert kept[1].members.max() == len(kept[1]) - 1
        seen.append(len(kept[1]))
        # The first event of each window tells which one it is.
        return np.array([kept[0].filter(pl.Series(kept[1].members == row))["at"][0] for row in range(len(kept[1]))])

    scores = score_in_turn((events, windows), 5, judged)
    assert scores.tolist() == [10.0 * window for window in range(13)]
    assert seen == [3, 3, 3, 2, 2]


@pytest.fixture
def watched(monkeypatch):
    class Watching(Mahalanobis):
        learnt: ClassVar[list[int]] = []

        def _fit(self, X):
            self.learnt.append(len(X))
            super()._fit(X)

    Watching.learnt.clear()
    return Watching


def test_few_windows_calibrate_in_turn_and_all_are_learnt(watched):
    told = lists(["1 2 3", "1 2 2 3"] * 60)
    pipeline = Pipeline(**preset("sequences", detector=watched())).fit(told)
    # Once to see in what it scores, five times for others, once for good.
    assert watched.learnt == [120] + [96] * 5 + [120]
    assert pipeline.threshold_.held_back_ == 120


def test_enough_windows_are_held_back_once(watched):
    told = lists(["1 2 3", "1 2 2 3"] * 60)
    settings = {"beyond": 0.05}
    pipeline = Pipeline(**preset("sequences", detector=watched(), threshold_settings=settings)).fit(told)
    assert watched.learnt == [96]
    assert pipeline.threshold_.held_back_ == 24


def test_other_thresholds_and_networks_and_who_wants_none_held_back_are_as_they_were(watched):
    told = lists(["1 2 3", "1 2 2 3"] * 60)
    Pipeline(**preset("sequences", detector=watched(), threshold="quantile")).fit(told)
    Pipeline(**preset("sequences", detector=watched(), held_back=0.0)).fit(told)
    watched.needs = "deep"
    Pipeline(**preset("sequences", detector=watched())).fit(told)
    assert watched.learnt == [96, 120, 96]


def test_scores_of_different_units_do_not_calibrate_side_by_side(watched):
    class Changing(watched):
        @property
        def scores_in(self):
            return str(len(self.learnt) == 3)

    pipeline = Pipeline(**preset("sequences", detector=Changing())).fit(lists(["1 2 3", "1 2 2 3"] * 60))
    assert watched.learnt == [120] + [96] * 6
    assert pipeline.threshold_.held_back_ == 24


def test_detectors_that_choose_what_they_score_by_say_so():
    rows = [[3, 0, 0, 0.5]] * 30 + [[3, 1, 0, 0.5]] * 30
    assert OddSessions().fit(rows).scores_in == "counts"
    assert OddSessions().fit([[row, 0, 0, 0.5] for row in range(60)]).scores_in == "order"
    assert BestOf().fit(np.random.default_rng(0).normal(size=(200, 3))).scores_in in {"0", "1"}
    assert Mahalanobis().fit(rows).scores_in == ""


def test_a_phase_at_the_end_of_training_does_not_hide_what_is_new():
    """Held back as a stretch, the phase has nothing but templates that nobody taught, as odd as what is new."""
    told = ["1 2 3"] * 100 + ["1 2 3 4 5 6 7 8"] * 20 + ["1 2 3"] * 5
    pipeline = Pipeline(**preset("sequences")).fit(lists(told))
    windows, surprise, cut = pipeline.surprise(lists(["1 2 3"] * 40 + ["1 2 3 99"] * 4 + ["1 2 3 4 5 6 7 8"] * 3))
    assert (surprise >= cut.cut).tolist() == [False] * 40 + [True] * 4 + [False] * 3
    assert len(windows) == 47
