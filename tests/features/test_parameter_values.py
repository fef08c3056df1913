"""Odd values of slots: far numbers, unseen values, and what names things left alone."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.features.parameter_values import ParameterValues
from oddline.testing._round_trip import round_trip
from tests.features.made import column, events, grouped, lines

FAR, NEW = "number far from usual", "value never seen"


def traffic(count=200, seed=0):
    """Requests with a status of three kinds, a size, a name that is new on each line, and a counter."""
    random = np.random.default_rng(seed)
    status = random.choice(["s200", "s304", "s404"], count, p=[0.8, 0.1, 0.1])
    size = np.exp(random.normal(7, 0.5, count)).astype(int)
    return [
        f"status {status[number]} size {size[number]} of id{number:06}x number {1000 + number}"
        for number in range(count)
    ]


def fit(messages):
    records = events(messages)
    return ParameterValues().fit(records, lines(records))


def asked(feature, messages):
    records = events(messages)
    return feature.transform(records, lines(records))


def test_a_number_far_out_and_a_value_never_seen():
    feature = fit(traffic())
    usual = asked(feature, traffic(50, seed=1))
    assert column(usual, FAR).max() < 5
    assert not column(usual, NEW).any()
    odd = ["status s500 size 1100 of id9x number 1201", "status s200 size 90000000 of id8x number 1202"]
    matrix = asked(feature, odd)
    assert column(matrix, FAR)[0] < 1 < 15 < column(matrix, FAR)[1]
    # One of 201 lines, had there been one more.
    np.testing.assert_allclose(column(matrix, NEW), [np.log10(201), 0])
    told = str(feature.describe(events(odd), 0, 1))
    assert told == 'value 1 of "status <*> size <*> of <*> number <*>": s500, expected one of s200, s404, s304'
    far = feature.describe(events(odd), 1, 0)
    assert far.what == 'value 2 of "status <*> size <*> of <*> number <*>"'
    assert far.seen == "90000000"
    assert far.expected == "about 991, mostly 739 to 1,496"
    assert feature.describe(events(odd), 1, 1).seen == "none"


def test_the_distance_is_in_deviations_of_powers_of_ten():
    random = np.random.default_rng(0)
    sizes = np.exp(random.normal(9, 0.7, 4000)).astype(int)
    feature = fit([f"read {size} bytes" for size in sizes])
    logs = np.log10(1 + sizes)
    low, middle, high = np.quantile(logs, [0.25, 0.5, 0.75], method="nearest")
    for size in (1, 10**9):
        far = column(asked(feature, [f"read {size} bytes"]), FAR)[0]
        assert far == pytest.approx(abs(np.log10(1 + size) - middle) / ((high - low) / 1.34898), rel=1e-3)


def test_farther_is_never_less_odd_and_all_numbers_are_finite():
    feature = fit(traffic())
    far = column(asked(feature, [f"status s200 size {10**power} of id9x number 1" for power in range(3, 99, 5)]), FAR)
    assert (np.diff(far) > 0).all()
    assert np.isfinite(far).all()
    wild = asked(feature, ["status 1e999 size 1e400 of 9 number -9", "status s2 size 9z of 8 number nan9"])
    assert np.isfinite(wild.X).all()


def test_counters_and_names_say_nothing():
    feature = fit(traffic())
    matrix = asked(feature, ["status s200 size 1100 of another-name-99 number 900000000"])
    assert matrix.X[0].max() < 1


def test_a_slot_of_few_lines_or_of_hardly_any_repetition_has_no_usual_value():
    assert not fit(traffic(19)).slots_.height
    assert not fit([f"user u{number}" for number in range(60)]).slots_.height
    mostly_once = ["user u1"] * 40 + [f"user v{number}" for number in range(20)]
    surprise = column(asked(fit(mostly_once), ["user w7"]), NEW)[0]
    assert surprise == pytest.approx(-np.log10(21 / 61))


@pytest.mark.parametrize(
    ("values", "sorts"),
    [
        ([f"v{number % 50}" for number in range(300)], True),
        ([f"v{number % 51}" for number in range(300)], False),  # so many values name things
        ([f"v{number % 12}" for number in range(24)], True),
        ([f"v{number % 13}" for number in range(24)], False),  # most are there once
        (["twelve-chr-1", "twelve-chr-2"] * 20, True),
        (["thirteen-chr1", "thirteen-chr2"] * 20, False),
        (["v1234", "v1235"] * 20, False),  # long numbers are identities
    ],
)
def test_which_slots_sort_lines(values, sorts):
    feature = fit([f"user {value} came" for value in values])
    assert (column(asked(feature, ["user x0 came"]), NEW)[0] > 0) == sorts


def test_where_most_lines_have_the_same_number_the_others_give_the_width():
    random = np.random.default_rng(0)
    some = np.where(random.random(400) < 0.2, random.integers(100, 9000, 400), 64)
    feature = fit([f"sent {size} bytes" for size in some])
    spread = np.log10(1 + some).std(ddof=1)
    far = column(asked(feature, ["sent 1000000 bytes"]), FAR)[0]
    assert far == pytest.approx((np.log10(1_000_001) - np.log10(65)) / spread)


def test_a_few_different_numbers_are_kinds_and_not_measures():
    feature = fit(["code 200", "code 404"] * 50)
    matrix = asked(feature, ["code 999"])
    assert column(matrix, FAR)[0] == 0
    assert column(matrix, NEW)[0] == pytest.approx(np.log10(101))


def test_a_window_has_the_largest_of_its_events():
    feature = fit(traffic())
    odd = ["status s200 size 1100 of id9x number 1", "status s200 size 90000000 of id8x number 2",
           "status s200 size 900000 of id8x number 2", "status s500 size 1000 of id8x number 2"]  # fmt: skip
    records = events(odd)
    each = feature.transform(records, lines(records)).X
    matrix = feature.transform(records, grouped(records, [1, 0, 0, 0]))
    assert matrix.X[0].tolist() == [each[1, 0], each[3, 1]]
    assert matrix.X[1].tolist() == each[0].tolist()
    assert feature.describe(records, 0, 0).seen == "90000000"
    assert feature.describe(records, 0, 1).seen == "s500"


def test_only_the_commonest_templates_are_learnt():
    records = events(["often s1 is"] * 60 + ["seldom s1 was"] * 30)
    feature = ParameterValues(most=1).fit(records, lines(records))
    assert column(asked(feature, ["often s2 is", "seldom s2 was"]), NEW).round(1).tolist() == [1.8, 0]


def test_templates_that_training_did_not_have_and_messages_without_values():
    feature = fit(traffic())
    assert not asked(feature, ["something else 7", "no values here"]).X.any()
    empty = fit(["no values here"] * 30)
    assert not asked(empty, ["no values here", "status s1"]).X.any()
    assert empty.describe(events(["x"]), 0, 0).seen == "none"


def test_a_bundle_carries_it_all():
    feature = fit(traffic())
    odd = ["status s500 size 90000000 of id9x number 1201"]
    again = round_trip(feature)
    np.testing.assert_array_equal(asked(again, odd).X, asked(feature, odd).X)
    assert again.describe(events(odd), 0, 1) == feature.describe(events(odd), 0, 1)
