"""Detectors of detectors: what they make of their members' surprises."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UnknownPlugin, UsageError
from oddline.detectors._members import built, out_of_fold, viewed
from oddline.detectors.best_of import BestOf, made_up
from oddline.detectors.isolation_forest import IsolationForest
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.detectors.stacking import Stacking
from oddline.detectors.voting import Voting
from oddline.testing._round_trip import round_trip
from oddline.testing._windows import odd_rows, odd_sequences, usual_rows, usual_sequences

TWO = ("mahalanobis", "isolation_forest")


class OnlyFirst(Mahalanobis):
    """Looks at the first column only."""

    def _fit(self, X):
        super()._fit(X[:, :1])

    def _score(self, X):
        return super()._score(X[:, :1])

    def contributions(self, X):
        return None


def test_members_are_calibrated_on_what_they_did_not_learn():
    class Remembers(IsolationForest):
        """Scores what it learnt 0, all else 1."""

        def _fit(self, X):
            self.known_ = X[:, 0]

        def _score(self, X):
            return 1.0 - np.isin(X[:, 0], self.known_)

    X = usual_rows(200)
    voting = Voting(members=(Remembers(),)).fit(X)
    # Every held-back window scored 1, so a 1 is no surprise at all.
    assert voting.anomaly_score(usual_rows(50, seed=5)).max() < 0.1
    assert (out_of_fold(Remembers(), 0, X, 3) == 1).mean() > 0.15


def test_rules_join_surprises_as_they_say():
    X = usual_rows(500)
    far = np.array([[9.0, 0.8, 0.8, 0.8, 0.8]])
    parts = Voting(members=TWO).fit(X)
    each = parts._surprises(far)[0]
    assert parts.anomaly_score(far)[0] == pytest.approx(each.mean())
    assert Voting(members=TWO, rule="largest").fit(X).anomaly_score(far)[0] == pytest.approx(each.max())
    weighted = Voting(members=TWO, weights=(3.0, 1.0)).fit(X).anomaly_score(far)[0]
    assert weighted == pytest.approx((3 * each[0] + each[1]) / 4)
    hands = Voting(members=TWO, rule="hands", level=1.0).fit(X)
    assert hands.anomaly_score(np.vstack([X.mean(axis=0), odd_rows(1)])).astype(int).tolist() == [0, 2]


def test_blame_goes_to_the_column_that_is_odd():
    voting = Voting(members=("mahalanobis",)).fit(usual_rows(500))
    assert voting.contributions([[0.8, 0.8, 9.0, 0.8, 0.8]])[0].argmax() == 2
    assert Voting(members=(OnlyFirst(), "mahalanobis")).fit(usual_rows(500)).contributions(odd_rows(2)) is None


@pytest.mark.parametrize("whole", [Voting, Stacking, BestOf])
def test_a_table_is_counted_out_of_sequences_for_a_member_that_wants_one(whole):
    from tests.contracts.wrong.detectors import Unseen

    fitted = whole((Unseen(), "mahalanobis")).fit(usual_sequences())
    assert fitted.consumes == "sequence"
    usual, odd = fitted.anomaly_score(usual_sequences(seed=3)), fitted.anomaly_score(odd_sequences())
    assert odd.min() > np.quantile(usual, 0.99)
    parts = fitted.contributions(odd_sequences())
    assert parts.shape == odd_sequences().shape
    assert (parts.sum(axis=1) > 0).all()


def test_codes_are_counted_and_unknown_ones_are_unseen_ones():
    view = viewed(np.array([[2, 2, 3], [9, 1, 0]], dtype=np.int32), True, 3)
    assert view.counts().tolist() == [[0, 2, 1], [2, 0, 0]]


def test_the_best_is_the_one_that_knows_what_belongs_together():
    random = np.random.default_rng(0)
    X = random.normal(size=(500, 1)) + random.normal(size=(500, 4)) * 0.01
    best = BestOf(("isolation_forest", "mahalanobis")).fit(X)
    assert best.candidates[best.chosen_] == "mahalanobis"
    assert best.validation_[1] > best.validation_[0]
    np.testing.assert_array_equal(best.anomaly_score(X), Mahalanobis().fit(X).anomaly_score(X))


def test_made_up_oddities_mix_and_leave_the_range():
    rows = made_up(usual_rows(30), usual_rows(200), 0, sequence=False)
    assert len(rows) == 60
    assert (rows[:30].max(axis=0) <= usual_rows(200).max(axis=0)).all()
    assert (rows[30:] > usual_rows(200).max(axis=0)).any(axis=1).all()


@pytest.mark.parametrize("whole", [Voting(TWO), Stacking(TWO), BestOf(TWO)])
def test_fitted_members_travel_in_a_bundle(whole):
    fitted = whole.fit(usual_rows())
    np.testing.assert_array_equal(round_trip(fitted).anomaly_score(odd_rows()), fitted.anomaly_score(odd_rows()))


@pytest.mark.parametrize(
    "wrong",
    [
        Voting(TWO, weights=(1.0,)),
        Voting(TWO, weights=(0.0, 0.0)),
        Voting(()),
        Voting(TWO, rule="shout"),
        Stacking(()),
        Stacking(("mahalanobis",) * 9),
        BestOf(()),
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(UsageError):
        wrong.fit(usual_rows())


def test_a_member_that_does_not_exist_is_told():
    with pytest.raises(UnknownPlugin, match="mahalanobis"):
        built("mahalanobi", 0)
