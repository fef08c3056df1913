"""Detectors of sessions: what they hold to be odd, and why."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.core.grams import Flat, contexts, flat, in_a_row, surprises, table
from oddline.detectors._nearest import apart, known_windows
from oddline.detectors.count_vector_novelty import CountVectorNovelty
from oddline.detectors.departures import DeparturesFromKinds
from oddline.detectors.invariants import Invariants
from oddline.detectors.nearest_frequent import NearestFrequent
from oddline.detectors.ngram import Ngram
from oddline.detectors.odd_sessions import OddSessions
from oddline.detectors.pca_counts import PcaCounts
from oddline.detectors.presence import PresenceOfTemplates
from oddline.detectors.rare_templates import RareTemplates

USUAL = np.array([[3.0, 0.0, 0.0]] * 60 + [[3.0, 1.0, 0.0]] * 40)


def test_counts_that_training_had_are_known_whatever_their_place():
    detector = CountVectorNovelty().fit(USUAL)
    assert detector.anomaly_score([[3, 1, 0], [3, 0, 0]]).tolist() == [0.0, 0.0]
    near, far = detector.anomaly_score([[4, 1, 0], [3, 1, 9]])
    assert 1.0 <= near < far < 2.0


def test_a_rare_kind_is_no_kind():
    X = np.vstack([USUAL, [[3.0, 0.0, 5.0]]])
    assert NearestFrequent(share=0.05).fit(X).anomaly_score([[3, 0, 5]])[0] > 3
    assert NearestFrequent(share=0.0).fit(X).anomaly_score([[3, 0, 5]])[0] == 0


def test_a_template_that_few_have_weighs_more():
    X = np.vstack([USUAL] * 5 + [[[3.0, 0.0, 1.0]]])
    common, rare = NearestFrequent().fit(X).anomaly_score([[3, 2, 0], [3, 0, 1]])
    assert rare > 2 * common


def test_where_nothing_repeats_what_was_seen_once_is_known_by_half():
    random = np.random.default_rng(0)
    X = random.integers(0, 1000, size=(50, 3)).astype(float)
    known = known_windows(X, 0.0)
    score = known.nearest(X)[0]
    assert (score > 0).all()
    np.testing.assert_allclose(score, apart(X, known) / 2)
    assert not apart(USUAL, known_windows(USUAL, 0.0)).any()


def test_blame_is_the_difference_to_the_nearest_kind():
    parts = NearestFrequent().fit(USUAL).contributions([[3, 1, 4]])[0]
    assert parts[0] == parts[1] == 0
    assert parts[2] > 0


def test_rare_templates_measure_no_length():
    detector = RareTemplates().fit(np.array([[5.0, 1.0]] * 9 + [[5.0, 0.0]] * 90))
    usual, with_rare = detector.anomaly_score([[5, 0], [5, 1]])
    assert with_rare > usual + 2
    assert RareTemplates("mean").fit(USUAL).anomaly_score([[3, 0, 0]])[0] < 0.1


def test_a_run_is_hashed_with_its_start_and_its_end():
    told = flat(np.array([[2, 3, 0], [2, 3, 4], [3, 0, 0]], dtype=np.int32))
    assert told.sizes.tolist() == [3, 4, 2]
    (_, ones), (before, twos) = contexts(told, 2)
    assert ones[0] == ones[3] != ones[1]
    assert ones[2] == ones[6] == ones[8]  # the ends
    assert before[0] == before[3] == before[7]
    assert before[0] not in set(ones.tolist())  # a start is no event, and no end
    assert twos[0] != twos[7]
    assert twos[1] == twos[4]


def test_a_sequence_is_not_held_against_itself():
    told = in_a_row(np.array([2, 3, 9, 2, 3, 4]), np.array([3, 3]))
    known = [(table(before), table(whole)) for before, whole in contexts(told, 2)]
    own, others = (surprises(told, known, 2.0, left_out) for left_out in (0, 1))
    assert others[2] > own[2]
    # Worked out by hand: 1 of 6 kinds; then 0 of 7 events; then 0 of 1 event after 3.
    first = (0 + 2 / 6) / (7 + 2)
    assert others[2] == pytest.approx(-np.log((0 + 2 * first) / (1 + 2)))
    assert isinstance(told, Flat)


def test_chances_of_what_may_follow_add_up_to_one():
    told = flat(np.array([[2, 3], [2, 4], [3, 2], [4, 4]] * 5, dtype=np.int32))
    known = [(table(before), table(whole)) for before, whole in contexts(told, 3)]
    asked = flat(np.array([[2, 2], [2, 3], [2, 4], [2, 0]], dtype=np.int32))
    after_two = [1, 4, 7, 10]  # the second event of each, or the end
    chances = np.exp(-surprises(asked, known, 2.0))[after_two]
    assert chances.sum() == pytest.approx(1.0, abs=0.1)
    assert chances.sum() < 1.0  # the rest is left for an event that nobody had


def test_order_is_what_ngrams_see():
    usual = np.array([[2, 3, 4, 5]] * 50)
    same, turned = Ngram().fit(usual).anomaly_score([[2, 3, 4, 5], [2, 4, 3, 5]])
    assert turned > 5 * same
    assert Ngram(order=1).fit(usual).anomaly_score([[2, 4, 3, 5]])[0] == pytest.approx(
        Ngram(order=1).fit(usual).anomaly_score([[2, 3, 4, 5]])[0]
    )
    parts = Ngram().fit(usual).contributions([[2, 3, 4, 1, 0]])
    assert parts.shape == (1, 5)
    assert parts[0].argmax() == 3
    assert parts[0, 4] == 0  # what the end says stands with the last event
    with pytest.raises(UsageError, match="order"):
        Ngram(order=6).fit(usual)


def test_sessions_that_repeat_are_judged_by_counts_others_by_order():
    closed = np.hstack([USUAL, np.zeros((100, 1)), np.ones((100, 1))])
    random = np.random.default_rng(0)
    lone = np.hstack([random.integers(0, 99, size=(100, 3)), np.zeros((100, 1)), random.random((100, 1))])
    assert not OddSessions().fit(closed).by_order_
    opened = OddSessions().fit(lone)
    assert opened.by_order_
    assert opened.anomaly_score([[1, 2, 3, 0, 7.5]]).tolist() == [7.5]
    assert OddSessions().fit(closed).anomaly_score([[3, 0, 0, 0, 99.0]]).tolist() == [0.0]


@pytest.mark.parametrize("by_order", [True, False])
def test_a_template_that_no_good_session_had_is_odd_whatever_else(by_order):
    random = np.random.default_rng(0)
    counts = random.integers(0, 99, size=(100, 3)) if by_order else USUAL
    good = np.hstack([counts, np.zeros((100, 1)), random.random((100, 1))])
    detector = OddSessions().fit(good)
    assert detector.by_order_ is by_order
    with_new = good[:5].copy()
    with_new[:, 3] = 1
    assert detector.anomaly_score(with_new).min() > detector.anomaly_score(good).max()
    assert detector.contributions(with_new)[:, 3].min() > 0


def test_relations_are_found_and_broken():
    n = np.arange(200) % 9
    extra = (np.arange(200) * 7) % 5
    X = np.column_stack([n, n, n + extra, extra]).astype(float)
    detector = Invariants().fit(X)
    assert [1, -1, 0, 0] in detector.relations_.tolist()
    assert Invariants(three=True).fit(X[:, 1:]).relations_.tolist() == [[-1, 1, -1]]
    fine, broken = detector.anomaly_score([[4, 4, 6, 2], [4, 3, 6, 2]])
    assert fine < 0.1 < 1 < broken
    assert detector.contributions([[4, 3, 6, 2]])[0, 3] == 0
    with pytest.raises(UsageError, match="holds"):
        Invariants(holds=0.2).fit(X)


def test_components_hold_how_normal_windows_differ():
    n = np.arange(1.0, 50.0)
    X = np.column_stack([n, 2 * n, np.ones(49)])
    detector = PcaCounts().fit(X)
    along, aside = detector.anomaly_score([[100, 200, 1], [20, 20, 1]])
    assert along < 0.01 < 5 < aside
    with pytest.raises(UsageError, match="variance"):
        PcaCounts(variance=1.0).fit(X)


def test_presence_takes_few_strong_signs_before_many_faint_ones():
    strong, faint = PresenceOfTemplates().fit(np.zeros((2, 4))).anomaly_score([[4, 0, 0, 0], [1, 1, 1, 1]])
    assert strong == 2 * faint


def test_departures_add_up_and_an_enormous_one_is_still_a_number():
    detector = DeparturesFromKinds().fit(np.zeros((2, 3)))
    assert detector.anomaly_score([[4, 0, 3], [-9, 1, 1]]).tolist() == [7.0, 2.0]
    assert np.isfinite(detector.anomaly_score(np.full((1, 3), 1.7e308))).all()
    assert detector.contributions([[4, -1, 3]]).tolist() == [[4.0, 0.0, 3.0]]
