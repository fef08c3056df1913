"""Several features side by side: names, words and spans are those of the parts."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UnknownPlugin, UsageError
from oddline.features.counts import Counts
from oddline.features.gaps import Gaps
from oddline.features.joined import Joined
from oddline.features.line_signals import LineSignals
from oddline.features.text_shape import TextShape
from oddline.pipeline.pipeline import Pipeline
from oddline.testing._records import records, templated
from oddline.testing._round_trip import round_trip
from oddline.windows.count import Count
from oddline.windows.line import Line
from tests.features.made import events, lines


def test_columns_stand_in_the_order_of_the_parts():
    log = templated()
    windows = Count(20).assign(log)
    matrix = Joined(("text_shape", "counts")).fit_transform(log, windows)
    shape, counts = (part.fit_transform(log, windows) for part in (TextShape(), Counts()))
    np.testing.assert_array_equal(matrix.whole(), np.hstack([shape.whole(), counts.whole()]))
    assert matrix.names == (
        *(f"text_shape: {name}" for name in shape.names),
        *(f"counts: {name}" for name in counts.names),
    )


def test_windows_alike_in_all_parts_are_one_row():
    log = events(["up", "down", "up", "up", "down"])
    matrix = Joined(("text_shape", "counts")).fit_transform(log, lines(log))
    assert matrix.place.tolist() == [0, 1, 0, 0, 1]
    assert len(matrix.X) == 2
    # One part that tells all windows apart is enough.
    assert Joined(("text_shape", "gaps")).fit_transform(log, lines(log)).place is None
    shorter = events(["up 1", "up 22", "up 1"])
    matrix = Joined(("text_shape", "counts")).fit_transform(shorter, lines(shorter))
    assert matrix.place.tolist() == [0, 1, 0]


def test_words_are_those_of_the_part():
    log = events(["up"] * 30 + ["A" * 300])
    feature = Joined(("gaps", "text_shape", "counts"))
    matrix = feature.fit_transform(log, lines(log))
    own = TextShape()
    own.fit_transform(log, lines(log))
    place = matrix.names.index("text_shape: capitals")
    assert feature.describe(log, 30, place) == own.describe(log, 30, place - 7)
    assert feature.describe(log, 30, 0).what.startswith("time since")
    assert feature.describe(log, 30, len(matrix.names) - 1).what == "templates that training did not have"


def test_spans_are_those_of_the_part():
    log = templated(400)
    windows = Line().assign(log)
    feature, own = Joined(("text_shape", "line_signals")), LineSignals()
    feature.fit_transform(log, windows)
    own.fit_transform(log, windows)
    rows, columns = np.array([266, 266, 10, 300]), np.array([3, 4, 5, 4])
    first, last = own.spans(rows, columns)
    told = feature.spans(np.append(rows, 7), np.append(columns + 8, 0))
    assert told[0].tolist() == [*first.tolist(), 7]
    assert told[1].tolist() == [*last.tolist(), 7]


def test_parts_may_have_parameters_and_are_left_alone():
    log = templated(50)
    shape = TextShape()
    feature = Joined((shape, Counts(most=1), "counts")).fit(log, Line().assign(log))
    assert not hasattr(shape, "middle_")
    assert feature.names_ == ["text_shape", "counts 1", "counts 2"]
    names = feature.transform(log, Line().assign(log)).names
    assert len(set(names)) == len(names)
    assert sum(name.startswith("counts 1: ") for name in names) == 3


def test_fit_transform_is_that_of_the_parts():
    log, windows = templated(400), Line().assign(templated(400))
    feature = Joined(("gaps", "line_signals"))
    own = LineSignals().fit_transform(log, windows).X
    np.testing.assert_array_equal(feature.fit_transform(log, windows).X[:, 7:], own)
    assert (feature.transform(log, windows).X[:, 7:] != own).any()


def test_a_bundle_carries_the_parts():
    log = templated()
    feature = Joined((Gaps(), "text_shape")).fit(log, Line().assign(log))
    again = round_trip(feature)
    other = templated(seed=1)
    np.testing.assert_array_equal(
        feature.transform(other, Line().assign(other)).X, again.transform(other, Line().assign(other)).X
    )


@pytest.mark.parametrize("parts", [(), "counts"])
def test_no_part_is_an_error(parts):
    log = templated(20)
    with pytest.raises(UsageError, match="expected names of features, such as"):
        Joined(parts).fit(log, Line().assign(log))


def test_sequences_and_unknown_parts_are_refused():
    log = templated(20)
    with pytest.raises(UsageError, match="the feature sequences gives sequences, which stand beside no other"):
        Joined(("counts", "sequences")).fit_transform(log, Count(5).assign(log))
    with pytest.raises(UnknownPlugin):
        Joined(("counts", "no_such_feature")).fit(log, Line().assign(log))


def test_a_pipeline_takes_it_and_says_why():
    feature = Joined(("counts", "error_rates"))
    pipeline = Pipeline(window="count:10", feature=feature, detector="mahalanobis", threshold="quantile")
    result = pipeline.fit(records(2000, odd=False)).detect(records(600))
    worst = max(result, key=lambda anomaly: anomaly.surprise)
    assert worst.line == 401
    assert all(reason.what for reason in worst.reasons)
