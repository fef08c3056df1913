"""The scales and codings of a table's columns: learnt of training alone, rising with the cell, finite far out."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from oddline.core.errors import UsageError
from oddline.features._column_scales import SCALES
from oddline.testing._round_trip import round_trip
from tests.features.test_columns import describe, fit, table, usual, windows

STEPS = [-1e308, -1e12, -1.0, 0.0, 1.0, 20.0, 1e6, 1e12, float("inf")]


def ms(values, **parameters):
    records = table(ms=np.exp(np.random.default_rng(0).normal(3, 1, 400)))
    return describe(fit(records, **parameters), table(ms=values)).X[:, 0]


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_rises_with_the_cell_and_stays_finite(scale, log):
    X = ms(STEPS, scale=scale, log=log)
    assert np.isfinite(X).all()
    assert np.isfinite(X.astype(np.float64) ** 2).all()
    assert (np.diff(X) >= 0).all()
    middle = X[np.array(STEPS) == 20.0]
    assert X[2] < middle < X[6]
    assert X[6] < X[7], "what is farther out looks the same"


def test_what_numbers_are_centred_at_and_divided_by():
    records = table(v=[1.0, 2.0, 3.0, 4.0, 101.0])
    new = table(v=[3.0, 4.0, 101.0, 201.0])
    plain = {scale: describe(fit(records, scale=scale, log=False), new).X[:, 0] for scale in SCALES}
    np.testing.assert_allclose(plain["none"], [3, 4, 101, 201])
    np.testing.assert_allclose(plain["minmax"], [0.02, 0.03, 1, 2], rtol=1e-6)
    np.testing.assert_allclose(plain["robust"], np.array([0, 1, 98, 198]) / (2 / 1.3489795), rtol=1e-5)
    values = np.array([1.0, 2, 3, 4, 101])
    np.testing.assert_allclose(
        plain["standard"], (np.array([3, 4, 101, 201]) - values.mean()) / values.std(), rtol=1e-5
    )
    # The last of five rows is at nine tenths of them; beyond it come standard deviations.
    np.testing.assert_allclose(plain["quantile"], [0, 0.5244, 1.2816, 1.2816 + 100 / values.std()], atol=1e-4)
    np.testing.assert_allclose(describe(fit(records, scale="none"), new).X[:, 0], np.log1p([3, 4, 101, 201]), rtol=1e-6)


def test_the_quantile_scale_makes_any_shape_normal():
    X = describe(fit(usual(4000), scale="quantile"), usual(4000, seed=1)).X[:, 0]
    assert abs(float(np.mean(X))) < 0.1
    assert abs(float(np.std(X)) - 1) < 0.1


@pytest.mark.parametrize("scale", SCALES)
def test_a_column_of_one_value_is_harmless(scale):
    X = describe(fit(table(a=[5] * 50, b=[1, 2] * 25), scale=scale), table(a=[5, 6], b=[1, 1])).X[:, 0]
    assert X[0] == pytest.approx(np.log1p(5) if scale == "none" else 0, abs=1e-6)
    assert 0 < X[1] - X[0] < 2


def test_the_robust_scale_has_a_width_where_most_rows_agree():
    X = describe(fit(table(a=[0] * 90 + [50] * 10), scale="robust", log=False), table(a=[0, 50, 100])).X[:, 0]
    np.testing.assert_allclose(X, [0, 50 / 15, 100 / 15], rtol=1e-6)


def test_one_column_takes_all_values_without_one_of_their_own():
    records = usual()
    feature = fit(records, category="onehot", common=2)
    new = records.head(5).with_columns(x_service=pl.Series(["api", "db", "mail", "tftp", None]))
    matrix = describe(feature, new)
    names = [name for name in matrix.names if name.startswith("service")]
    assert names == ["service = api", "service = db", "service (another value)"]
    first = matrix.names.index(names[0])
    assert matrix.X[:, first : first + 3].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0]]
    told = feature.describe(new, 3, first + 2)
    assert (told.seen, told.expected) == ("'tftp' (none of 400 rows)", "usually api, db, mail")


def test_a_value_that_all_rows_have_is_not_another_one():
    matrix = describe(fit(table(a=["x"] * 30), category="onehot"), table(a=["x", "y"]))
    assert matrix.names[0] == "a (another value)"
    assert matrix.X[:, 0].tolist() == [0, 1]


def test_frequency_is_the_share_of_the_rows_of_training():
    records = table(host=["a"] * 6 + ["b"] * 3 + ["c"])
    feature = fit(records, category="frequency")
    matrix = describe(feature, table(host=["a", "b", "c", "new"]))
    np.testing.assert_allclose(matrix.X[:, 0], [0.6, 0.3, 0.1, 0], rtol=1e-6)
    own = feature.fit_transform(records, windows(records)).X[:, 0]
    np.testing.assert_allclose(own[[0, 6, 9]], [5 / 9, 2 / 9, 0], rtol=1e-6)


def test_rarity_alone_has_no_flags_and_fewest_decides_who_has_one():
    records = usual()
    assert [name for name in fit(records, category="rarity").names_ if "service" in name] == ["service"]
    few = table(host=["a"] * 6 + ["b"] * 3 + ["c"])
    assert fit(few, fewest=3).names_[:3] == ["host", "host = a", "host = b"]
    assert fit(few).names_ == ["host", "missing cells"]


@pytest.mark.parametrize("category", ["both", "rarity", "onehot", "frequency"])
@pytest.mark.parametrize("scale", SCALES)
def test_new_data_are_never_learnt_from_and_a_bundle_keeps_all(scale, category):
    feature = fit(usual(), scale=scale, category=category)
    new = usual(50, seed=3).with_columns(x_service=pl.lit("new"), x_ms=pl.lit(1e9))
    first = describe(feature, new)
    describe(feature, usual(50, seed=4))
    again = describe(round_trip(feature), new)
    np.testing.assert_array_equal(first.X, again.X)
    assert first.names == again.names


def test_a_scale_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(UsageError, match="scale='zscore'; expected one of standard, minmax, robust, quantile, none"):
        fit(usual(), scale="zscore")
    with pytest.raises(UsageError, match="category='dummy'; expected one of both, rarity, onehot, frequency"):
        fit(usual(), category="dummy")
