"""Rows as numbers: what each kind of column becomes, and that nothing is learnt while describing."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.core.errors import BadData
from oddline.core.nouns import FeatureMatrix, Windows
from oddline.features.columns import Columns
from oddline.windows.row import Row


def table(**columns: object) -> pl.DataFrame:
    frame = pl.DataFrame({f"x_{name}": values for name, values in columns.items()}, strict=False)
    none = pl.Series("ts", [None] * frame.height, dtype=pl.Datetime("us", "UTC"))
    return frame.with_columns(none, id=pl.int_range(frame.height).cast(pl.UInt64))


def windows(records: pl.DataFrame) -> Windows:
    return Row().assign(records)


def fit(records: pl.DataFrame, **parameters: object) -> Columns:
    return Columns(**parameters).fit(records, windows(records))


def describe(feature: Columns, records: pl.DataFrame) -> FeatureMatrix:
    return feature.transform(records, windows(records))


def usual(rows: int = 400, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    return table(
        ms=np.exp(random.normal(3, 1, rows)),
        size=random.integers(0, 5000, rows),
        ok=random.random(rows) < 0.9,
        service=random.choice(["api", "db", "mail"], rows, p=[0.65, 0.25, 0.1]),
        text=[f"job {number} is done in {number} ms" for number in range(rows)],
    )


def test_the_matrix_has_a_row_a_window_and_named_finite_columns() -> None:
    records = usual()
    matrix = describe(fit(records), records)
    assert matrix.X.dtype == np.float32
    assert matrix.X.shape == (records.height, len(matrix.names))
    assert np.isfinite(matrix.X).all()
    assert matrix.names[:3] == ("ms", "size", "ok")
    assert "service = mail" in matrix.names


def test_numbers_are_centred_and_rise_with_the_cell() -> None:
    records = usual()
    feature = fit(records)
    X = describe(feature, records).X
    assert abs(float(X[:, 0].mean())) < 1e-3
    assert abs(float(X[:, 0].std()) - 1) < 1e-3
    sizes = table(**{**{name[2:]: [records[name][0]] * 6 for name in records.columns if name.startswith("x_")},
                     "ms": [-1e308, -1.0, 0.0, 1.0, 1e6, float("inf")]})  # fmt: skip
    ms = describe(feature, sizes).X[:, 0]
    assert (np.diff(ms) > 0).all()
    assert np.isfinite(ms).all()


def test_a_constant_column_is_harmless_and_its_change_is_seen() -> None:
    feature = fit(table(a=[5] * 50, b=list(np.arange(50.0) ** 2)))
    X = describe(feature, table(a=[5, 6], b=[1.0, 1.0])).X
    assert X[0, 0] == pytest.approx(0)
    assert 0 < X[1, 0] < 2


def test_a_value_never_met_is_the_rarest_and_values_are_not_learnt_again() -> None:
    records = usual()
    feature = fit(records)
    before = copy.deepcopy(feature.state())
    new = records.head(5).with_columns(x_service=pl.Series(["api", "db", "mail", "tftp", None]))
    first, second = describe(feature, new), describe(feature, new)
    rarity = first.X[:, first.names.index("service")]
    assert rarity[0] < rarity[1] < rarity[2] < rarity[3]
    assert rarity[4] == 0
    np.testing.assert_array_equal(first.X, second.X)
    assert str(before) == str(feature.state())
    assert list(before) == list(feature.state())


def test_an_identifier_is_rare_on_no_row() -> None:
    ids = [f"id-{number:04}" for number in range(299)]
    records = table(request=[*ids, ids[0]], host=["a"] * 299 + ["b"])
    feature = fit(records)
    matrix = feature.fit_transform(records, windows(records))
    request, host = (matrix.X[:, matrix.names.index(name)] for name in ("request", "host"))
    assert not request.any()
    assert host[299] > 5 > host[0]
    new = describe(feature, table(request=["id-9999"], host=["a"]))
    assert new.X[0, 0] == 0
    reason = feature.describe(records, 0, 0)
    assert (reason.seen, reason.expected) == ("'id-0000' (2 of 300 rows)", "one of 299 values")


def test_fitting_and_describing_the_same_rows_leaves_each_row_out() -> None:
    records = table(host=["a"] * 300 + ["b", "c", "c"], v=[1, 2, 3] * 101)
    own = Columns().fit_transform(records, windows(records)).X[:, 0]
    new = describe(fit(records), table(host=["never"], v=[1])).X[0, 0]
    # The one row with "b" sees itself among the others as a row with a value never met.
    assert own[300] == pytest.approx(float(new))
    assert own[301] < own[300]


def test_missing_cells_are_told_by_a_column_of_their_own() -> None:
    records = table(a=[1.0, None, 3.0, float("nan")] * 20, b=[1.0, 2.0, 4.0, 8.0] * 20)
    feature = fit(records)
    matrix = describe(feature, table(a=[None, 2.0], b=[None, 2.0]))
    by_name = dict(zip(matrix.names, matrix.X.T, strict=True))
    assert by_name["a (missing)"].tolist() == [1.0, 0.0]
    assert by_name["missing cells"].tolist() == [1.0, 0.0]
    assert by_name["a"][0] == by_name["b"][0] == 0
    reason = feature.describe(table(a=[None], b=[None]), 0, matrix.names.index("missing cells"))
    assert (reason.what, reason.seen) == ("missing cells", "b")


def test_counters_and_empty_columns_are_left_out() -> None:
    records = table(line=list(range(1, 41)), empty=[None] * 40, v=[1.5, 2.5] * 20)
    assert fit(records).names_ == ["v", "missing cells"]


def test_times_go_round_only_where_training_went_round_twice() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    short = table(t=[start + timedelta(minutes=number) for number in range(60)])
    long = table(t=[start + timedelta(hours=number) for number in range(24 * 20)])
    assert fit(short).names_ == ["missing cells"]
    feature = fit(long)
    assert len(feature.names_) == 5
    night, next_night = (datetime(2026, 1, day, 3, tzinfo=UTC) for day in (5, 12))
    X = describe(feature, table(t=[night, next_night])).X
    np.testing.assert_allclose(X[0], X[1], atol=1e-4)


def test_texts_are_rare_by_their_words_and_not_by_their_numbers() -> None:
    records = usual()
    feature = fit(records)
    new = records.head(2).with_columns(x_text=pl.Series(["job 999999 is done in 1 ms", "disk on fire at once"]))
    matrix = describe(feature, new)
    rarity = matrix.X[:, matrix.names.index("text")]
    assert rarity[1] > 5 > abs(rarity[0])


def test_a_missing_column_is_named_and_a_new_one_does_not_matter() -> None:
    records = usual()
    feature = fit(records)
    with pytest.raises(BadData, match="columns are missing: ms, ok; expected the columns that the model learnt from"):
        describe(feature, records.drop("x_ms", "x_ok"))
    more = records.with_columns(x_new=pl.lit(1)).select(pl.all().shuffle(1).sort_by("id"))
    reordered = records.select(reversed(records.columns)).with_columns(x_new=pl.lit(1))
    np.testing.assert_array_equal(describe(feature, reordered).X, describe(feature, records).X)
    assert describe(feature, more).names == tuple(feature.names_)


def test_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(BadData, match="no columns to learn from"):
        fit(table(a=[1, 2]).drop("x_a"))
    with pytest.raises(BadData, match="no rows to learn from"):
        fit(table(a=[1, 2]).head(0))


def test_a_column_of_another_type_than_in_training_is_no_error() -> None:
    feature = fit(table(a=[1, 2, 4] * 20, b=["x", "y", "z"] * 20))
    matrix = describe(feature, table(a=["2", "many"], b=[1, 2]))
    assert np.isfinite(matrix.X).all()
    assert matrix.X[1, matrix.names.index("missing cells")] == 1


def test_a_row_alone_reads_as_in_company() -> None:
    records = usual()
    feature = fit(records)
    whole = describe(feature, records).X
    for row in (0, 7, 399):
        np.testing.assert_array_equal(describe(feature, records.slice(row, 1)).X[0], whole[row])


def test_columns_may_be_ignored() -> None:
    assert fit(table(a=[1, 2, 4], b=[1, 4, 9]), ignore=("a",)).names_ == ["b", "missing cells"]


def test_cells_are_put_into_words() -> None:
    records = usual()
    feature = fit(records)
    odd = records.head(1).with_columns(x_size=pl.lit(54540), x_service=pl.lit("tftp"), x_ok=pl.lit(value=False))
    reasons = {name: feature.describe(odd, 0, place) for place, name in enumerate(feature.names_)}
    assert reasons["size"].seen == "54540"
    assert reasons["size"].expected.startswith("mostly ")
    assert reasons["service"].seen == "'tftp' (none of 400 rows)"
    assert reasons["service"].expected == "usually api, db, mail"
    assert reasons["service = mail"].what == "service"


def test_several_rows_of_one_window_are_averaged() -> None:
    records = table(a=[0.0, 10.0, 5.0])
    feature = fit(records)
    rows = describe(feature, records).X
    frame = windows(records).frame.head(2)
    joined = feature.transform(records, Windows(frame, np.array([0, 0, 1], dtype=np.uint32)))
    np.testing.assert_allclose(joined.X[0], rows[:2].mean(axis=0), rtol=1e-6)


cell = st.one_of(st.none(), st.floats(), st.integers(-(2**60), 2**60))


@settings(deadline=None)
@given(st.lists(cell, min_size=1, max_size=20), st.lists(cell, min_size=1, max_size=20))
def test_any_numbers_give_finite_numbers(learnt: list[object], asked: list[object]) -> None:
    def column(values: list[object]) -> pl.DataFrame:
        floats = [None if value is None else float(value) for value in values]  # type: ignore[arg-type]
        return table(a=pl.Series(floats, dtype=pl.Float64), b=[1] * len(floats))

    assert np.isfinite(describe(fit(column(learnt)), column(asked)).X).all()
