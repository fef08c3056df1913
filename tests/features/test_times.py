"""What features say of times: the calendar, pauses, and the clock that never goes backwards."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.features._clock import SECOND, clock
from oddline.features.gaps import Gaps
from oddline.features.time_of_day import TimeOfDay
from tests.features.made import column, events, grouped, lines

HOUR, DAY = 3600, 86_400


def test_hour_weekday_weekend_and_business_hours():
    records = events(["x"] * 4, at=[9 * HOUR, 17 * HOUR, 5 * DAY + 10 * HOUR, 4 * DAY + 8.99 * HOUR])
    matrix = TimeOfDay().fit_transform(records, lines(records))
    np.testing.assert_allclose(column(matrix, "hour"), [9, 17, 10, 8.99])
    assert column(matrix, "weekday").tolist() == [0, 0, 5, 4]
    assert column(matrix, "weekend").tolist() == [0, 0, 1, 0]
    assert column(matrix, "business hours").tolist() == [1, 0, 0, 0]
    assert not column(matrix, "without a time").any()


def test_midnight_and_the_minute_before_are_side_by_side_on_the_circle():
    records = events(["x"] * 3, at=[DAY, DAY - 60, DAY + 12 * HOUR])
    matrix = TimeOfDay().fit_transform(records, lines(records))
    circle = np.stack([column(matrix, "hour (sine)"), column(matrix, "hour (cosine)")], axis=1)
    assert np.linalg.norm(circle[0] - circle[1]) < 0.01
    np.testing.assert_allclose(circle[0], -circle[2], atol=1e-9)
    # Monday is beside Sunday.
    week = events(["x"] * 3, at=[0, 6 * DAY, 3 * DAY])
    matrix = TimeOfDay().fit_transform(week, lines(week))
    circle = np.stack([column(matrix, "weekday (sine)"), column(matrix, "weekday (cosine)")], axis=1)
    assert np.linalg.norm(circle[0] - circle[1]) < np.linalg.norm(circle[0] - circle[2])


def test_the_wall_clock_of_a_zone_with_its_summer_time():
    winter, summer = 0, 180 * DAY
    records = events(["x"] * 2, at=[winter, summer])
    berlin = TimeOfDay(zone="Europe/Berlin").fit_transform(records, lines(records))
    assert column(berlin, "hour").tolist() == [1, 2]
    new_york = TimeOfDay(zone="America/New_York").fit_transform(records, lines(records))
    assert column(new_york, "weekday").tolist() == [6, 4]
    with pytest.raises(UsageError, match="zone='Mars' is no time zone; expected a name as in the IANA data base"):
        TimeOfDay(zone="Mars").fit(records, lines(records))


def test_windows_without_a_time_have_what_training_has_in_the_mean():
    learnt = events(["x"] * 3, at=[2 * HOUR, 4 * HOUR, None])
    feature = TimeOfDay().fit(learnt, lines(learnt))
    asked = events(["x"] * 3, at=[None, 6 * HOUR, None])
    matrix = feature.transform(asked, grouped(asked, [0, 1, 1]))
    assert column(matrix, "hour").tolist() == [3, 6]
    assert column(matrix, "without a time").tolist() == [1, 0.5]
    assert feature.describe(asked, 0, 0).seen == "100 %"
    nothing = events(["x"], at=[None])
    assert np.isfinite(TimeOfDay().fit_transform(nothing, lines(nothing)).X).all()


def test_a_window_has_the_hour_of_its_first_event_and_the_mean_of_the_rest():
    records = events(["x"] * 4, at=[None, 10 * HOUR, 20 * HOUR, 5 * DAY])
    matrix = TimeOfDay().fit_transform(records, grouped(records, [0, 0, 0, 0]))
    assert column(matrix, "hour").tolist() == [10]
    np.testing.assert_allclose(column(matrix, "weekend"), 1 / 3)
    np.testing.assert_allclose(column(matrix, "business hours"), 1 / 3)


def test_times_are_told_with_the_usual_ones():
    learnt = events(["x"] * 40, at=[number // 8 * DAY + (9 + number % 8) * HOUR for number in range(40)])
    feature = TimeOfDay().fit(learnt, lines(learnt))
    asked = events(["x"], at=[6 * DAY + 3.25 * HOUR])
    matrix = feature.transform(asked, lines(asked))
    told = [str(feature.describe(asked, 0, matrix.names.index(name))) for name in ("hour (sine)", "weekday", "weekend")]
    assert told == [
        "time of day: 03:15, expected 09:00 to 17:00",
        "day of the week: Sunday, expected Monday, Tuesday, Wednesday, Thursday, Friday",
        "weekend: Sunday, 03:15, expected 0 % of windows",
    ]


def test_gaps_are_powers_of_ten_of_milliseconds_within_a_source():
    records = events(["a", "b", "a", "a"], at=[0, 1, 3, 100], source=["x", "x", "x", "y"])
    matrix = Gaps().fit_transform(records, lines(records))
    log = np.log10(1 + np.array([1000.0, 2000.0, 3000.0]))
    source = column(matrix, "gap in source (largest)")
    np.testing.assert_allclose(source[1:3], log[:2])
    # First events of their source have no gap: they are like the mean.
    np.testing.assert_allclose(source[[0, 3]], log[:2].mean())
    template = column(matrix, "gap in template (mean)")
    np.testing.assert_allclose(template, log[2])


def test_a_window_has_the_mean_and_the_largest_of_its_gaps():
    records = events(["a"] * 5, at=[0, 1, 11, 12, 13])
    matrix = Gaps().fit_transform(records, grouped(records, [0, 0, 1, 0, 1]))
    np.testing.assert_allclose(column(matrix, "gap in source (mean)"), np.log10(1 + np.array([1000.0, 5500.0])))
    np.testing.assert_allclose(column(matrix, "gap in source (largest)"), np.log10(1 + np.array([1000.0, 10_000.0])))
    np.testing.assert_allclose(column(matrix, "gap in window (largest)"), np.log10(1 + np.array([11_000.0, 2000.0])))


def test_a_gap_is_held_against_the_usual_one_of_its_template():
    learnt = events(
        ["beat", "work"] * 20, at=[second for number in range(20) for second in (10 * number, 10 * number + 1)]
    )
    feature = Gaps().fit(learnt, lines(learnt))
    asked = events(["beat", "beat", "beat", "new", "new"], at=[0, 10, 1010, 1011, 5000])
    beyond = column(feature.transform(asked, lines(asked)), "template's gap against its usual")
    np.testing.assert_allclose(beyond[1:3], [0, 2], atol=1e-3)
    # A template that training did not have has no usual gap; the mean of training stands for it.
    np.testing.assert_allclose(beyond[3:], feature.middle_[-1])
    told = feature.describe(asked, 2, 6)
    assert (told.seen, told.expected) == ("100 times as long", "about as long")
    assert feature.describe(asked, 2, 1).seen == "17 min"
    assert feature.transform(asked, grouped(asked, [0] * 5)).X[0, 6] == beyond.max()


def test_events_out_of_order_come_at_once_and_events_without_a_time_have_no_gap():
    records = events(["a"] * 4, at=[0, 10, 5, 12])
    source = column(Gaps().fit_transform(records, lines(records)), "gap in source (mean)")
    np.testing.assert_allclose(source[1:], np.log10(1 + np.array([10_000.0, 0, 2000.0])))
    some = events(["a"] * 3, at=[0, None, 4])
    source = column(Gaps().fit_transform(some, lines(some)), "gap in source (mean)")
    np.testing.assert_allclose(source, np.log10(4001))
    none = events(["a"] * 3, at=[None] * 3)
    assert not Gaps().fit_transform(none, lines(none)).X.any()


def test_the_clock_keeps_sources_apart_and_never_goes_back():
    records = events(
        ["a"] * 8, at=[None, 100, 40, None, 160, 50, 55, None], source=["x", "x", "x", "x", "x", "y", "y", "z"]
    )
    at = clock(records, 60 * SECOND)
    # Which source comes first is the order in which this process met their names.
    assert at.known[np.argsort(at.row)].tolist() == [False, True, True, True, True, True, True, False]
    assert (np.diff(at.now) >= 0).all()
    # 60 s ago is still in; without a time the last span is the event itself. Told by rows, in the order of the rows.
    order = np.argsort(at.row)
    assert at.row[at.since(60 * SECOND)][order].tolist() == [0, 1, 1, 1, 1, 5, 5, 7]
    assert at.row[at.since(59 * SECOND)][order].tolist() == [0, 1, 1, 1, 4, 5, 5, 7]


def test_sources_may_be_interleaved():
    records = events(["a"] * 4, at=[0, 500, 1, 501], source=["x", "y", "x", "y"])
    source = column(Gaps().fit_transform(records, lines(records)), "gap in source (mean)")
    np.testing.assert_allclose(source[2:], np.log10(1001))
    at = clock(records, 60 * SECOND)
    assert sorted([at.row[:2].tolist(), at.row[2:].tolist()]) == [[0, 2], [1, 3]]
    assert at.since(60 * SECOND).tolist() == [0, 0, 2, 2]
