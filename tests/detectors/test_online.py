"""What every detector that goes on learning promises, found by walking the folder, and what each promises besides."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core import folder
from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors._online import OnlineDetector
from oddline.detectors.half_space_trees import HalfSpaceTrees
from oddline.detectors.incremental_isolation_forest import IncrementalIsolationForest
from oddline.detectors.streaming_kmeans import StreamingKMeans
from oddline.testing._round_trip import round_trip

ONLINE = [
    cls
    for name in sorted(folder.plugins("detectors"))
    if issubclass(cls := folder.load("detectors", name), OnlineDetector)
]
every = pytest.mark.parametrize("detector", ONLINE, ids=lambda cls: cls.__name__)


def usual(rows: int = 300, seed: int = 0) -> Floats:
    return np.abs(np.random.default_rng(seed).normal(size=(rows, 4)))


def size(detector: OnlineDetector) -> int:
    return sum(_size(value) for value in detector.state().values())


def _size(value: object) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return sum(map(_size, value.state().values())) if hasattr(value, "state") else 8


def test_the_folder_was_walked():
    assert {HalfSpaceTrees, IncrementalIsolationForest, StreamingKMeans} <= set(ONLINE)
    for name in folder.plugins("detectors"):
        cls = folder.load("detectors", name)
        assert cls.online == issubclass(cls, OnlineDetector), name


@every
def test_memory_does_not_grow_with_the_stream(detector):
    """Beyond some length of the stream, twice as much of it takes no more room."""
    fitted, sizes = detector(), []
    for number in range(24):
        fitted.partial_fit(usual(700, seed=number))
        sizes.append(size(fitted))
    # What waits for its chunk comes and goes, hence the largest of each half.
    assert max(sizes[18:]) <= 1.05 * max(sizes[12:18])


@every
def test_what_became_normal_is_no_longer_odd(detector):
    """After a drift the new rows score lower than before it, and what was normal once does not score lower."""
    fitted = detector()
    for number in range(4):
        fitted.partial_fit(usual(1000, seed=number))
    new = usual(200, seed=90) + 6.0
    before, old_before = fitted.anomaly_score(new), fitted.anomaly_score(usual(200, seed=91))
    for number in range(30):
        fitted.partial_fit(usual(1000, seed=10 + number) + 6.0)
    after, old_after = fitted.anomaly_score(new), fitted.anomaly_score(usual(200, seed=91))
    assert np.median(after) < np.median(before)
    assert np.quantile(after, 0.9) < np.median(old_after)
    assert np.median(old_after) >= np.median(old_before)


@every
def test_scoring_is_not_learning(detector):
    """A stream that is scored all along ends as one that is not."""
    scored, silent = detector(), detector()
    for number in range(4):
        scored.partial_fit(usual(400, seed=number)).anomaly_score(usual(100, seed=50) + 9.0)
        silent.partial_fit(usual(400, seed=number))
    rows = usual(50, seed=60)
    np.testing.assert_array_equal(scored.anomaly_score(rows), silent.anomaly_score(rows))


@every
def test_how_a_stream_was_cut_does_not_matter(detector):
    rows, asked = usual(2600), np.vstack([usual(50, seed=1), usual(5, seed=2) + 9.0])
    whole = detector().partial_fit(rows).anomaly_score(asked)
    for cuts in ([1, 2, 3], [700], [1000, 2000], list(range(130, 2600, 130))):
        fitted = detector()
        for part in np.split(rows, cuts):
            fitted.partial_fit(part)
        np.testing.assert_array_equal(fitted.anomaly_score(asked), whole, err_msg=str(cuts))


@every
def test_a_bundle_goes_on_where_the_stream_broke_off(detector):
    """Saved in the middle of a stream and loaded elsewhere, it learns on as if nothing had been."""
    first, rest, asked = usual(1700), usual(1500, seed=1), usual(50, seed=2)
    fitted = detector().partial_fit(first)
    moved = round_trip(fitted).partial_fit(rest)
    np.testing.assert_array_equal(moved.anomaly_score(asked), fitted.partial_fit(rest).anomaly_score(asked))


@every
def test_fit_starts_anew(detector):
    asked = usual(50, seed=2)
    again = detector().partial_fit(usual(3000, seed=5) + 20.0).fit(usual(2500))
    np.testing.assert_array_equal(again.anomaly_score(asked), detector().fit(usual(2500)).anomaly_score(asked))


@every
def test_a_chunk_of_one_row_is_refused(detector):
    with pytest.raises(UsageError, match="chunk_size"):
        detector(chunk_size=1).fit(usual())


@every
def test_a_column_of_other_units_changes_nothing_much(detector):
    """Bytes beside seconds: a column does not outweigh the others by its unit."""
    units = np.array([1.0, 1e9, 1e-6, 1.0])
    rows, asked = usual(1500), usual(200, seed=1)
    plain, scaled = detector().fit(rows).anomaly_score(asked), detector().fit(rows * units).anomaly_score(asked * units)
    assert np.corrcoef(plain.argsort().argsort(), scaled.argsort().argsort())[0, 1] > 0.9


def test_half_space_trees_count_the_last_whole_window_only():
    fitted = HalfSpaceTrees(chunk_size=500).partial_fit(usual(1700))
    alone = HalfSpaceTrees(chunk_size=500).partial_fit(usual(1700)[1000:1500])
    np.testing.assert_array_equal(fitted.density_, alone.density_)


def test_the_density_of_half_space_trees_is_one_in_all_over_space():
    """Each leaf has the same share of a tree's space: but for the half event added, densities are 1 in the mean."""
    fitted = HalfSpaceTrees(height=6).fit(usual(1000))
    np.testing.assert_allclose(fitted.density_.mean(axis=1), 1.0 + 0.5 / 1000)


def test_of_rows_beyond_all_cells_the_further_one_is_odder():
    fitted = HalfSpaceTrees().fit(usual(1000))
    near, far, further = fitted.anomaly_score(np.outer([20.0, 40.0, 4000.0], np.ones(4)))
    assert near < far < further


def test_one_odd_chunk_does_not_change_what_the_majority_of_forests_says():
    fitted = IncrementalIsolationForest(n_models=5, chunk_size=500)
    for number in range(5):
        fitted.partial_fit(usual(500, seed=number))
    fitted.partial_fit(usual(500, seed=9) + 6.0)
    usual_scores, odd = fitted.anomaly_score(usual(200, seed=20)), fitted.anomaly_score(usual(20, seed=21) + 6.0)
    assert np.median(usual_scores) < 0.5
    assert odd.min() > 2.0


def test_surprise_of_forests_is_calibrated_on_what_they_did_not_see():
    """One normal row in a hundred has a surprise of 2 or more, give or take."""
    fitted = IncrementalIsolationForest().fit(usual(9000))
    share = (fitted.anomaly_score(usual(20_000, seed=1)) >= 2.0).mean()
    assert 0.003 < share < 0.03


def test_far_is_measured_by_each_clusters_own_spread():
    random = np.random.default_rng(0)
    narrow, wide = random.normal(scale=0.1, size=(1000, 2)), random.normal(scale=3.0, size=(1000, 2)) + 30.0
    fitted = StreamingKMeans(n_clusters=2, chunk_size=2000).fit(random.permutation(np.vstack([narrow, wide])))
    near_the_narrow, near_the_wide = fitted.anomaly_score([[1.5, 1.5], [31.5, 31.5]])
    assert near_the_narrow > 5 > 1 > near_the_wide


def test_a_single_cluster_that_never_forgets_knows_mean_and_variance_of_all_rows():
    rows = usual(1000) * [1.0, 5.0, 0.1, 2.0] + np.arange(1000)[:, None]
    fitted = StreamingKMeans(n_clusters=1, decay=1.0, chunk_size=100).fit(rows)
    np.testing.assert_allclose(fitted.centre_[0], rows.mean(axis=0))
    np.testing.assert_allclose(fitted.squares_[0] / fitted.weight_[0], rows.var(axis=0))


def test_contributions_of_clusters_add_up_to_the_squared_score():
    fitted, rows = StreamingKMeans().fit(usual(2000)), usual(20, seed=3) * 4
    np.testing.assert_allclose(fitted.contributions(rows).sum(axis=1), fitted.anomaly_score(rows) ** 2)


def test_a_cluster_that_died_is_used_again():
    fitted = StreamingKMeans(n_clusters=4, decay=0.5, chunk_size=200)
    fitted.partial_fit(np.vstack([usual(100), usual(100) + 50.0]))
    for number in range(20):
        fitted.partial_fit(usual(200, seed=number))
    assert (fitted.centre_ < 10).all()
    assert (fitted.weight_ > 0.01 * fitted.weight_.sum()).all()


def test_without_decay_nothing_is_forgotten_and_with_all_of_it_everything_is():
    old, new = usual(400), usual(400, seed=1) + 30.0
    never, at_once = (StreamingKMeans(decay=decay, chunk_size=400).fit(np.vstack([old, new])) for decay in (1.0, 0.0))
    assert never.anomaly_score(old).mean() < 2
    assert at_once.anomaly_score(old).mean() > 4
    assert at_once.anomaly_score(new).mean() < 2


@pytest.mark.parametrize(
    "wrong",
    [
        HalfSpaceTrees(height=0),
        HalfSpaceTrees(height=40),
        HalfSpaceTrees(n_estimators=0),
        IncrementalIsolationForest(n_models=0),
        StreamingKMeans(n_clusters=0),
        StreamingKMeans(decay=1.5),
    ],
    ids=repr,
)
def test_parameters_that_make_no_sense_are_refused(wrong):
    with pytest.raises(UsageError, match="expected"):
        wrong.fit(usual())
