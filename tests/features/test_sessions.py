"""Counts and sequences of events a window."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from oddline.features._events import event_lists
from oddline.features.counts import Counts
from oddline.features.sequences import Sequences
from oddline.testing._records import records, templated
from oddline.windows.count import Count
from oddline.windows.row import Row


def sessions(*lists):
    events = records(len(lists)).with_columns(x_events=pl.Series(lists))
    return events, Row().assign(events)


def test_lists_are_the_same_however_the_sessions_are_given():
    """Once as one row an event, once as one row a session."""
    told = ["5 7 5", "9", "5 7 5", "7 5 5"]
    flat = [(number, int(event)) for number, line in enumerate(told) for event in line.split()]
    events = templated(len(flat)).with_columns(
        template_id=pl.Series([event for _, event in flat], dtype=pl.UInt32), x_session=pl.Series([n for n, _ in flat])
    )
    from oddline.windows.session import Session

    one, two = event_lists(*sessions(*told)), event_lists(events, Session("session").assign(events))
    assert one.names.cast(pl.String).to_list() == two.names.cast(pl.String).to_list()
    assert one.sizes.tolist() == two.sizes.tolist() == [3, 1, 3]
    assert one.place.tolist() == two.place.tolist() == [0, 1, 0, 2]


def test_counts_have_a_column_a_template_and_two_for_the_rest():
    feature = Counts(most=2).fit(*sessions("5 5 7", "5 9", "7 5"))
    assert feature.names_[:2] == ["event 5", "event 7"]
    matrix = feature.transform(*sessions("5 7 7 9 9 9 8", "5"))
    assert matrix.whole().tolist() == [[1, 2, 3, 1], [1, 0, 0, 0]]
    told = feature.describe(None, 0, 1)
    assert (str(told), told.kind) == ('"event 7": twice, expected 0 to 1 times', "count")


def test_the_order_of_windows_is_kept_when_equal_ones_are_joined():
    matrix = Counts().fit_transform(*sessions("1", "2", "1", "2 2"))
    assert len(matrix.X) == 3
    assert matrix.whole()[:, :2].sum(axis=1).tolist() == [1, 1, 1, 2]
    assert matrix.place.tolist() == [0, 1, 0, 2]


def test_sequences_are_codes_with_zeros_after_the_end():
    feature = Sequences(longest=3).fit(*sessions("5 5 7", "5 9", "5"))
    matrix = feature.transform(*sessions("9 5", "5 5 5 5 5", "8"))
    assert matrix.kind == "sequence"
    code = {name: number + 2 for name, number in feature.vocabulary_.select("name", "code").iter_rows()}
    assert matrix.whole().tolist() == [[code["9"], code["5"], 0], [2, 2, 2], [1, 0, 0]]
    assert "training did not have" in feature.describe(None, 2, 0).what


@pytest.mark.parametrize("cell", ["", "   ", None])
def test_a_session_without_events_is_a_row_of_nothing(cell):
    assert not Counts().fit(*sessions("1 2", "1")).transform(*sessions(cell)).X.any()
    assert not Sequences().fit(*sessions("1 2", "1")).transform(*sessions(cell)).X.any()


def test_windows_of_one_log_keep_the_order_of_their_events():
    events = templated(60)
    feature = Sequences().fit(events, Row().assign(events))
    matrix = feature.transform(events, Count(7).assign(events))
    again = feature.transform(events, Row().assign(events))
    flat = matrix.whole()[matrix.whole() > 0]
    np.testing.assert_array_equal(flat, again.whole().ravel())
