"""Families of errors: counted once an event, and failures that no rule knows."""

from __future__ import annotations

import numpy as np

from oddline.features.error_families import OTHER, ErrorFamilies
from oddline.testing._round_trip import round_trip
from tests.features.made import column, events, grouped, lines

USUAL = ["job 1 is done", "user 5 logged in", "read 7 blocks"] * 10


def counted(messages, members=None):
    learnt = events(USUAL)
    feature = ErrorFamilies().fit(learnt, lines(learnt))
    asked = events(messages)
    windows = lines(asked) if members is None else grouped(asked, members)
    return feature, asked, feature.transform(asked, windows)


def test_messages_belong_to_the_families_whose_rules_fire():
    told = {
        "write: No space left on device": "disk",
        "java.lang.OutOfMemoryError: heap": "memory",
        "connect to db:1: Connection refused": "network",
        "sshd: Failed password for root": "access",
        "app[7]: segfault at 0": "crash",
    }
    _, _, matrix = counted([*told, "job 2 is done"])
    for row, family in enumerate(told.values()):
        assert column(matrix, family)[row] == np.log(2), family
        assert not column(matrix, OTHER)[row]
    assert not matrix.X[-1].any()


def test_failures_that_no_rule_knows_have_a_column_of_their_own():
    feature, asked, matrix = counted(["the flux inverter failed", "job 2 is done"])
    assert column(matrix, OTHER).tolist() == [np.log(2), 0]
    assert matrix.X.sum() == np.log(2)
    assert str(feature.describe(asked, 0, len(matrix.names) - 1)) == "other failures: 1 (failed), expected about 0"


def test_an_event_counts_once_in_a_family_and_a_window_has_all_of_them():
    two = "No space left on device (ENOSPC): disk quota exceeded, file system is read-only file system, EIO"
    feature, asked, matrix = counted([two, "disk full", "job 2 is done", "Out of memory"], [0, 0, 1, 1])
    np.testing.assert_allclose(column(matrix, "disk"), np.log([3, 1]))
    np.testing.assert_allclose(column(matrix, "memory"), np.log([1, 2]))
    told = feature.describe(asked, 0, matrix.names.index("disk"))
    assert told.what == "errors of the family disk"
    assert told.seen.startswith("2 (There is no room left on a disk")
    assert told.expected == "about 0"
    assert feature.describe(asked, 1, matrix.names.index("disk")).seen == "none"


def test_how_many_are_usual_is_learnt():
    learnt = events(["disk full", "job 1 is done"] * 20)
    feature = ErrorFamilies().fit(learnt, grouped(learnt, np.arange(40) // 4))
    matrix = feature.transform(learnt, grouped(learnt, np.arange(40) // 4))
    assert feature.describe(learnt, 0, matrix.names.index("disk")).expected == "about 2"


def test_a_bundle_carries_the_rules():
    feature, asked, matrix = counted(["disk full", "it failed"])
    again = round_trip(feature)
    np.testing.assert_array_equal(again.transform(asked, lines(asked)).X, matrix.X)
