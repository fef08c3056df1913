"""The oddest kind decides, and the parts add up."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oddline.detectors.odd_lines import OddLines

ROWS = arrays(np.float64, (6, 7), elements=st.floats(0, 20))


def detector() -> OddLines:
    return OddLines().fit(np.eye(7))


def test_parts_of_the_text_add_up_and_kinds_do_not():
    assert detector().anomaly_score([[1, 1, 1, 0, 0, 0, 0]]).tolist() == [3.0]
    assert detector().anomaly_score([[1, 1, 1, 2, 2, 2, 2]]).tolist() == [3.0]
    assert detector().anomaly_score([[1, 1, 1, 0, 0, 5, 0]]).tolist() == [5.0]


@given(ROWS)
def test_contributions_add_up_to_the_score_and_none_is_negative(X):
    parts = detector().contributions(X)
    np.testing.assert_allclose(parts.sum(axis=1), detector().anomaly_score(X), atol=1e-9)
    assert (parts >= 0).all()


@given(ROWS, st.integers(0, 6), st.floats(0, 5))
def test_more_of_anything_is_never_less_odd(X, column, more):
    further = X.copy()
    further[:, column] += more
    assert (detector().anomaly_score(further) >= detector().anomaly_score(X)).all()


def test_a_faint_second_kind_is_hardly_a_reason_and_an_equal_one_is():
    faint, equal = detector().contributions([[3, 0, 0, 1, 0, 0, 0], [3, 0, 0, 3, 0, 0, 0]])
    assert faint[3] < 0.05
    assert equal[0] == equal[3] == 1.5
