"""Surprise is calibrated: on normal data that nobody learnt from, p-values are uniform.

The tolerance is that of the contract. With 1,000 held-back and 4,000 fresh windows of one distribution the share below
any p differs by more than 1.95 * sqrt(1/1,000 + 1/4,000) = 0.069 once in a thousand times (Kolmogorov, Smirnov).
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import kstest

from oddline.core import folder
from oddline.drivers.batch import read_records
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset

OFF = 0.07
SCORES = {
    "gaussian": lambda random, n: random.normal(size=n),
    "exponential": lambda random, n: random.exponential(size=n),
    "heavy": lambda random, n: random.pareto(1.5, size=n),
    "heavily tied": lambda random, n: np.where(random.random(n) < 0.7, 0.0, random.poisson(2.0, n)),
}


def off(surprise, *, ties=False):
    """How far p-values are from uniform; those of tied scores may be too large, never too small."""
    return kstest(10.0**-surprise, "uniform", alternative="greater" if ties else "two-sided").statistic


@pytest.mark.parametrize("threshold", sorted(folder.plugins("thresholds")))
@pytest.mark.parametrize("name", SCORES)
def test_p_values_of_fresh_normal_scores_are_uniform(name, threshold):
    random = np.random.default_rng(3)
    fresh, ties = SCORES[name](random, 4_000), name == "heavily tied"
    built = folder.load("thresholds", threshold)()
    if built.supervised:
        told = np.append(SCORES[name](random, 1_000), np.full(50, 1e6))
        fitted = built.fit(told, np.repeat([False, True], [1_000, 50]))
    else:
        fitted = built.fit(SCORES[name](random, 1_000))
    assert off(fitted.surprise(fresh), ties=ties) < OFF


def table(path, rows, seed, odd=0):
    """A table of numbers of three kinds; the last ``odd`` of each hundred rows are far out, and labelled so."""
    random = np.random.default_rng(seed)
    label = np.arange(rows) % 100 >= 100 - odd
    frame = pl.DataFrame(
        {
            "bytes": random.lognormal(6, 1, rows).round(2) * np.where(label, 1e4, 1),
            "ms": random.normal(30, 2, rows).round(4) + np.where(label, 100, 0),
            "share": random.random(rows).round(4),
        }
    )
    frame.write_csv(path)
    return read_records([str(path)]).records, label


@pytest.mark.parametrize("detector", ["mahalanobis", "isolation_forest"])
def test_p_values_are_uniform_after_the_split_of_the_pipeline(detector, tmp_path):
    """What the detector learnt scores lower than what it did not: only held-back windows tell how high is normal."""
    learn, _ = table(tmp_path / "learn.csv", 5_000, 0)
    judge, _ = table(tmp_path / "judge.csv", 4_000, 1)
    pipeline = Pipeline(**preset("rows", detector=detector)).fit(learn)
    assert off(pipeline.surprise(judge)[1]) < OFF


def test_what_the_detector_learnt_would_not_do(tmp_path):
    """Calibrated on training windows a detector that remembers them is surprised by everything: that is seen here."""
    from oddline.detectors.base import Detector

    class Remembers(Detector):
        def _fit(self, X):
            self.known_ = X

        def _score(self, X):
            return np.min(np.abs(X[:, None, 0] - self.known_[None, :, 0]), axis=1)

    learn, _ = table(tmp_path / "learn.csv", 2_500, 0)
    judge, _ = table(tmp_path / "judge.csv", 1_000, 1)
    kept = Pipeline(**preset("rows", detector=Remembers())).fit(learn)
    assert off(kept.surprise(judge)[1]) < 1.95 * np.sqrt(1 / 500 + 1 / 1_000)
    none_kept = Pipeline(**preset("rows", detector=Remembers()), held_back=0.0).fit(learn)
    assert off(none_kept.surprise(judge)[1]) > 0.5


def test_odd_windows_of_a_supervised_detector_do_not_calibrate(tmp_path):
    from oddline.detectors.base import Detector

    class Taught(Detector):
        supervised = True

        def fit(self, X, y=None):
            self.odd_ = np.median(X[np.asarray(y)], axis=0)
            return super().fit(X)

        def _fit(self, X):
            pass

        def _score(self, X):
            return -np.abs(X - self.odd_).sum(axis=1)

    learn, odd = table(tmp_path / "learn.csv", 5_000, 0, odd=20)
    judge, truth = table(tmp_path / "judge.csv", 4_000, 1, odd=20)
    _, surprise, _ = Pipeline(**preset("rows", detector=Taught())).fit(learn, odd).surprise(judge)
    assert off(surprise[~truth]) < OFF
    assert np.median(surprise[truth]) > 2


@pytest.mark.parametrize("detector", ["mahalanobis", "isolation_forest"])
def test_best_f1_is_taught_by_labels_beside_a_detector_that_is_not(detector, tmp_path):
    learn, odd = table(tmp_path / "learn.csv", 3_000, 0, odd=10)
    judge, truth = table(tmp_path / "judge.csv", 1_000, 1, odd=10)
    pipeline = Pipeline(**preset("rows", detector=detector, threshold="best_f1")).fit(learn, odd)
    _, surprise, cut = pipeline.surprise(judge)
    assert cut.method == "best_f1"
    assert ((surprise >= cut.cut) == truth).mean() > 0.99
    # The detector learnt from normal windows alone: the same as one that never heard of labels.
    alone = Pipeline(**preset("rows", detector=detector)).fit(learn.filter(pl.Series(~odd[: learn.height])))
    assert pipeline.background_.tolist() == pytest.approx(alone.background_.tolist(), rel=0.2)
