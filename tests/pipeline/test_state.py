"""What may stand in a fitted attribute comes back as it was; what may not is told when it is saved."""

from __future__ import annotations

import json
import math
from collections import OrderedDict, namedtuple

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from oddline.core.errors import BundleRefused, OddlineError
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.state import decode, encode


def there_and_back(value):
    blobs = {}
    return decode(json.loads(json.dumps(encode(value, blobs), allow_nan=False)), blobs)


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec=None))
nested = st.recursive(
    plain,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)


@given(nested)
def test_plain_values_of_any_nesting(value):
    back = there_and_back(value)
    assert back == value
    assert repr(back) == repr(value), "equal, but of another type"


def test_numbers_that_json_has_not():
    assert math.isnan(there_and_back(math.nan))
    assert there_and_back([math.inf, -math.inf]) == [math.inf, -math.inf]
    assert math.copysign(1, there_and_back(-0.0)) == -1
    assert type(there_and_back(np.float32(0.1))) is float
    assert there_and_back(np.float32(0.1)) == np.float32(0.1)
    assert there_and_back(np.int64(2**62)) == 2**62
    assert there_and_back(np.bool_(True)) is True


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array(3.5),
        np.zeros((0, 4), dtype=np.float32),
        np.array([1, 2], dtype=">i4"),
        np.array(["ab", "c"]),
        np.array(["2026-01-01"], dtype="datetime64[us]"),
        np.arange(10)[::-2],
        np.array([math.nan, -0.0, math.inf]),
    ],
    ids=lambda array: f"{array.dtype}-{array.shape}",
)
def test_arrays(array):
    back = there_and_back(array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()


def test_frames_series_and_sparse_matrices():
    frame = pl.DataFrame(
        {"a": [1, None], "b": ["x\x00y", "é"], "c": [[1], []], "d": pl.Series(["u", "v"], dtype=pl.Categorical())}
    )
    assert there_and_back(frame).equals(frame)
    assert there_and_back(frame).schema == frame.schema
    assert there_and_back(frame.head(0)).schema == frame.schema
    for name in ("a", ""):
        series = frame["a"].alias(name)
        assert there_and_back(series).equals(series)
        assert there_and_back(series).name == name
    matrix = sparse.random_array((7, 5), density=0.3, rng=0)
    np.testing.assert_array_equal(there_and_back(matrix).toarray(), matrix.toarray())


def test_lists_and_dictionaries_by_another_name_become_plain_ones():
    pair = namedtuple("pair", "first second")
    assert there_and_back(pair(1, 2)) == (1, 2)
    assert there_and_back(OrderedDict(a=1)) == {"a": 1}


def test_estimators_within():
    fitted = Mahalanobis().fit(np.random.default_rng(0).normal(size=(50, 2)))
    back = there_and_back({"of": [fitted, Mahalanobis()]})
    assert isinstance(back["of"][0], Mahalanobis)
    np.testing.assert_array_equal(back["of"][0].anomaly_score([[1.0, 9.0]]), fitted.anomaly_score([[1.0, 9.0]]))
    assert not back["of"][1].state()
    assert isinstance(there_and_back(Pipeline(budget=3)), Pipeline), "an estimator that is no plug-in, but ours"


@pytest.mark.parametrize(
    "value",
    [{1, 2}, object(), b"bytes", print, np.array([{}], dtype=object), 1j],
    ids=lambda value: type(value).__name__,
)
def test_what_no_bundle_carries_is_told_when_it_is_saved(value):
    with pytest.raises(OddlineError, match="cannot go into a bundle"):
        there_and_back([value])


@pytest.mark.parametrize(
    "node", [[1], {"a": 1}, {}, {"$list": 3}, {"$list": [[1]]}, {"$array": "x", "$list": []}, {"$eval": "1"}]
)
def test_nodes_that_encode_never_gives(node):
    with pytest.raises(BundleRefused):
        decode(node, {})
