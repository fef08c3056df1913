"""The laws of fit, detect and fit_detect, whatever the rooms put into them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from oddline.core.errors import BadData, UnknownPlugin, UsageError
from oddline.core.schema import RECORDS, SCORED, SEVERITIES
from oddline.core.telemetry import Telemetry
from oddline.detectors.isolation_forest import IsolationForest
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.detectors.odd_lines import OddLines
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import PRESETS, preset
from oddline.testing._records import records
from tests.pipeline.made import ODD, log, of_kind, records_of, table

EMPTY = pl.DataFrame(schema=RECORDS)


def fingerprint(pipeline):
    """The whole fitted state, as a bundle would carry it."""
    from oddline.pipeline.state import take_apart

    blobs = {}
    told = json.dumps(take_apart(pipeline, blobs))
    return hashlib.sha256(told.encode() + b"".join(blobs.values())).hexdigest()


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    return records_of(table(folder / "good.csv", odd=None)), records_of(table(folder / "new.csv"))


@pytest.mark.parametrize("kind", PRESETS)
def test_the_odd_one_is_found_alone_and_against_a_good_run(kind, tmp_path):
    good, new, at = of_kind(kind, tmp_path)
    pipeline = Pipeline(**preset(kind, budget=1))
    # Held against itself every session is known; the presets for that are those that end in "alone".
    alone = [] if kind in {"sessions", "sequences"} else [pipeline.fit_detect(new)]
    for result in (*alone, pipeline.fit(good).detect(new)):
        assert [anomaly.row for anomaly in result.anomalies] == [at]
        assert result.scored["anomaly"].to_list() == [row == at for row in range(result.windows)]
        assert result.anomalies[0].reasons


@pytest.mark.parametrize("kind", PRESETS)
def test_detect_never_learns(kind, tmp_path):
    good, new, _ = of_kind(kind, tmp_path)
    pipeline = Pipeline(**preset(kind)).fit(good)
    before, given = fingerprint(pipeline), new.clone()
    first = pipeline.detect(new)
    pipeline.detect(good)
    pipeline.detect(new.head(0))
    second = pipeline.detect(new)
    assert fingerprint(pipeline) == before
    assert new.equals(given)
    assert first.scored.equals(second.scored)
    assert first.anomalies == second.anomalies
    assert first.incidents == second.incidents


@pytest.mark.parametrize("changes", [{}, {"detector": "isolation_forest", "budget": 5}], ids=["usual", "forest"])
def test_the_same_data_gives_the_same_result(changes):
    first, second = (Pipeline(**changes).fit_detect(records()) for _ in range(2))
    assert first.scored.equals(second.scored)
    assert first.incidents == second.incidents


def test_the_order_of_hashes_has_no_say():
    """Two fresh processes, with hashes in another order."""
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from oddline.pipeline.pipeline import Pipeline; from oddline.testing._records import records\n"
        "for changes in ({}, {'detector': 'isolation_forest', 'budget': 5}):\n"
        "    result = Pipeline(**changes).fit(records(odd=False)).detect(records(seed=1))\n"
        "    print(result.scored['surprise'].to_numpy().tobytes().hex(), result.anomalies, result.incidents)\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert told.pop().count(b"\n") == 2


def test_the_seed_counts_and_a_seed_of_ones_own_counts_more(rows):
    good, new = rows

    def scores(seed, detector):
        pipeline = Pipeline(**preset("rows", detector=detector, seed=seed)).fit(good)
        return pipeline.detector_.random_state, pipeline.detect(new).scored["surprise"].to_list()

    assert scores(1, "isolation_forest") == scores(1, "isolation_forest")
    assert scores(1, "isolation_forest") != scores(2, "isolation_forest")
    assert scores(1, IsolationForest(random_state=7))[0] == 7
    assert scores(3, IsolationForest(random_state=None))[0] == 3


def test_the_seed_counts_beside_settings_too():
    made = preset("rows", detector="isolation_forest", seed=5, settings={"n_estimators": 9})["detector"]
    assert (made.random_state, made.n_estimators) == (5, 9)
    made = preset("rows", detector="isolation_forest", seed=5, settings={"random_state": 6})["detector"]
    assert made.random_state == 6


def test_the_estimators_that_were_given_are_not_fitted_themselves(rows):
    given = Mahalanobis()
    pipeline = Pipeline(**preset("rows", detector=given)).fit(rows[0])
    assert not given.state()
    assert pipeline.detector is given


@pytest.mark.parametrize("kind", PRESETS)
def test_no_events_is_a_result(kind, tmp_path):
    good, new, _ = of_kind(kind, tmp_path)
    fitted = Pipeline(**preset(kind)).fit(good)
    for result in (fitted.detect(new.head(0)), Pipeline(**preset(kind)).fit_detect(new.head(0))):
        assert (result.events, result.windows, len(result)) == (0, 0, 0)
        assert result.incidents == ()
        assert dict(result.scored.schema) == {name: pl.DataFrame(schema=SCORED)[name].dtype for name in SCORED}
        assert np.isfinite(result.threshold.cut)


def test_nothing_to_learn_from_is_bad_data():
    with pytest.raises(BadData, match="no events"):
        Pipeline().fit(EMPTY)


@pytest.mark.parametrize("kind", PRESETS)
@pytest.mark.parametrize("few", [1, 2, 3])
def test_a_few_events(kind, few, tmp_path):
    good = of_kind(kind, tmp_path)[0].head(few)
    pipeline = Pipeline(**preset(kind))
    for result in (pipeline.fit_detect(good), pipeline.fit(good).detect(good)):
        assert result.events == few
        assert result.windows == result.scored.height == (1 if kind.startswith("sessions") else few)
        assert result.scored["score"].is_finite().all()


def test_records_of_another_shape_are_refused():
    with pytest.raises(BadData, match="message is missing"):
        Pipeline().fit(records().drop("message"))
    with pytest.raises(BadData, match="ts is"):
        Pipeline().fit(records(odd=False)).detect(records().with_columns(pl.col("ts").cast(pl.String)))


def test_the_scored_rows_are_the_records_row_by_row():
    events = records()
    result = Pipeline().fit_detect(events)
    assert list(result.scored.columns) == list(SCORED)
    assert result.scored["line"].equals(events["line"])
    assert result.scored["text"].equals(events["raw"])
    assert result.scored["ts"].equals(events["ts"])
    marked = result.scored.filter("anomaly")
    assert marked["line"].to_list() == [anomaly.line for anomaly in result.anomalies]
    assert marked["severity"].null_count() == 0
    assert result.scored.filter(~pl.col("anomaly"))["severity"].null_count() == events.height - marked.height
    assert (result.scored["surprise"] >= result.threshold.cut).equals(result.scored["anomaly"].alias("surprise"))


@pytest.fixture(scope="module")
def many():
    """A log with twelve kinds of odd lines far apart."""
    events = records(1200, odd=False)
    words = (
        "disk",
        "volume",
        "memory",
        "kernel",
        "socket",
        "battery",
        "turbine",
        "key",
        "cable",
        "page",
        "door",
        "engine",
    )
    told = pl.DataFrame({"line": [60 + 90 * n for n in range(12)], "odd": [f"{word} failed badly" for word in words]})
    return (
        events.join(told.cast({"line": pl.UInt32}), on="line", how="left", maintain_order="left")
        .with_columns(message=pl.coalesce("odd", "message"), raw=pl.coalesce("odd", "raw"))
        .drop("odd")
    )


def told_of(incident):
    return (incident.fingerprint, incident.score, incident.anomaly_ids, incident.line, incident.last_line)


def test_a_budget_is_kept_and_takes_the_most_surprising_of_a_larger_one(many):
    results = {budget: Pipeline(budget=budget).fit_detect(many) for budget in (0, 1, 2, 3, 5, 8, 40)}
    most = sorted(results[40].incidents, key=lambda one: -one.surprise)
    assert len(most) > 8
    for budget, result in results.items():
        assert len(result.incidents) <= budget
        assert {told_of(one) for one in result.incidents} <= {told_of(one) for one in most}
        assert sorted((one.surprise for one in result.incidents), reverse=True) == [
            one.surprise for one in most[: len(result.incidents)]
        ]
        assert {ident for one in result.incidents for ident in one.anomaly_ids} == {one.id for one in result.anomalies}
        assert result.scored["anomaly"].sum() == len(result.anomalies)
    assert [len(results[budget].incidents) for budget in (0, 1, 2, 3, 5, 8)] == [0, 1, 2, 3, 5, 8]
    assert results[3].threshold.budget == 3


def test_incidents_come_with_the_worst_first(many):
    found = Pipeline(budget=40).fit_detect(many).incidents
    told = [(SEVERITIES.index(one.severity), one.surprise) for one in found]
    assert told == sorted(told, reverse=True)
    assert len({one.severity for one in found}) > 1


def test_a_higher_quantile_finds_no_more(rows):
    good, new = rows
    found = [
        {
            anomaly.id
            for anomaly in Pipeline(**preset("rows", threshold="quantile", threshold_settings={"q": q}))
            .fit(good)
            .detect(new)
        }
        for q in (0.9, 0.99, 0.999)
    ]
    assert found[0] >= found[1] >= found[2]
    assert len(found[0]) > len(found[2])


def test_calibration_is_on_windows_that_were_not_learnt_from(rows, monkeypatch):
    seen = {}

    class Watching(Mahalanobis):
        def _fit(self, X):
            seen["learnt"] = len(X)
            super()._fit(X)

    pipeline = Pipeline(**preset("rows", detector=Watching(), held_back=0.25))
    monkeypatch.setattr(
        Pipeline, "_calibrate", lambda self, X, odd: seen.update(calibrated=len(X)) or calibrate(self, X, odd)
    )
    pipeline.fit(rows[0])
    assert seen == {"learnt": 225, "calibrated": 75}


calibrate = Pipeline._calibrate


def test_a_parameter_that_the_detector_refuses_is_a_usage_error(rows):
    for told in ({"n_estimators": -5}, {"n_estimators": "many"}, {"n_estimators": True}, {"nonsense": 1}):
        with pytest.raises(UsageError, match=next(iter(told))):
            Pipeline(**preset("rows", detector="isolation_forest", settings=told)).fit(rows[0])
    assert preset("rows", settings={"knee": 3})["detector"].knee == 3


def test_scores_that_are_no_numbers_are_refused_and_do_not_pass_for_usual(rows):
    class Lost(Mahalanobis):
        def _score(self, X):
            scores = super()._score(X)
            return np.where(X[:, 0] > np.median(X[:, 0]), np.nan, scores)

    pipeline = Pipeline(**preset("rows", detector=Lost()))
    for act in (pipeline.fit, pipeline.fit_detect):
        with pytest.raises(UsageError, match="no finite score"):
            act(rows[0])
    for value in (float("nan"), float("inf")):
        with pytest.raises(UsageError, match="knee"):
            preset("rows", settings={"knee": value})


def test_names_that_nobody_answers_to():
    with pytest.raises(UnknownPlugin, match=r"lines"):
        preset("lynes")
    for part in ("miner", "window", "feature", "detector", "threshold", "explainer"):
        with pytest.raises(UnknownPlugin, match="nobody"):
            Pipeline(**{part: "nobody"}).fit_detect(records(60))


def test_the_stages_are_measured_and_told():
    told = []
    telemetry = Telemetry(lambda stage, share: told.append((stage, share)))
    pipeline = Pipeline().fit(records(100, odd=False), telemetry=telemetry)
    assert list(telemetry.seconds) == ["templates", "features", "detect"]
    pipeline.detect(records(100), telemetry=telemetry)
    assert list(telemetry.seconds) == ["templates", "features", "detect", "explain"]
    assert all(seconds >= 0 for seconds in telemetry.seconds.values())
    for stage in telemetry.seconds:
        assert (stage, 0.0) in told
        assert (stage, 1.0) in told


def test_unfitted_pipelines_do_not_detect():
    with pytest.raises(Exception, match="not fitted"):
        Pipeline().detect(records(10))


def test_what_a_model_was_made_from_is_remembered(tmp_path):
    pipeline = Pipeline().fit(records_of(log(tmp_path / "a.log", 100, odd=None)))
    assert pipeline.span_["events"] == 100
    assert pipeline.span_["first"] == "2026-01-01T00:00:00+00:00"
    assert pipeline.span_["last"] == "2026-01-01T00:03:18+00:00"
    assert [source.endswith("a.log") for source in pipeline.span_["sources"]] == [True]
    timeless = Pipeline().fit(records(50).with_columns(ts=pl.lit(None, RECORDS["ts"])))
    assert timeless.span_["first"] is None


def test_incidents_tell_where_they_stand(tmp_path):
    result = Pipeline(budget=1).fit_detect(records_of(log(tmp_path / "a.log")))
    incident = result.incidents[0]
    assert ODD.split(" volume")[0] in incident.title
    assert (incident.line, incident.last_line, incident.count) == (201, 201, 1)
    assert incident.opened == incident.last_seen == result.records["ts"][200]
    assert incident.opened - result.records["ts"][0] == timedelta(seconds=400)


def test_windows_of_several_events_are_told_by_their_first(monkeypatch):
    """No window of ours holds several events yet; the judgement must not rest on that."""
    from oddline.core.nouns import Cut, FeatureMatrix, Windows
    from oddline.explain.contribution import Contribution
    from oddline.features.base import Feature
    from oddline.pipeline import judge
    from oddline.testing._records import templated

    class Told(Feature):
        def fit(self, records, windows): ...
        def transform(self, records, windows): ...
        def describe(self, records, row, column):
            from oddline.core.nouns import Reason

            return Reason("size", str(row), "", 0.0, "size")

    class Passing:
        def surprise(self, scores):
            return scores

        def cut(self, surprise):
            return Cut(2.0, "made")

    events = templated(9)
    members = np.array([0, 0, 0, 2, 1, 1, 1, 2, 2], dtype=np.uint32)
    frame = pl.DataFrame(
        {"window_id": [1, 2, 3], "key": ["a", "b", "c"], "start": [None] * 3, "end": [None] * 3, "n": [3] * 3}
    )
    X = np.array([[0.0], [5.0], [3.0]])
    case = judge.Case(
        events, Windows(frame, members), FeatureMatrix(X, ("size",)), X[:, 0], TEMPLATES_OF(events), np.zeros(1)
    )
    result = judge.judge(case, judge.Parts(Told(), OddLines(together=1).fit(X), Passing(), Contribution(), None))
    assert result.scored["line"].to_list() == [1, 5, 4]
    assert result.scored["key"].to_list() == ["a", "b", "c"]
    assert [(one.line, one.row) for one in result.anomalies] == [(5, 1), (4, 2)]


def TEMPLATES_OF(events):
    from oddline.core.schema import TEMPLATES

    counted = events.group_by("template_id", maintain_order=True).agg(
        pl.len().alias("n"), text=pl.col("masked").first().cast(pl.String)
    )
    return counted.select(list(TEMPLATES)).cast(TEMPLATES)
