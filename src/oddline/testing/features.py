"""The contract of a feature."""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.features.base import Feature
from oddline.testing._records import templated
from oddline.testing._round_trip import round_trip
from oddline.windows.line import Line

Subject = type[Feature]


def _events(seed: int = 0, *, odd: bool = True) -> tuple[pl.DataFrame, Windows]:
    """Make Records that suit every feature: text, and typed columns as of a table."""
    events = templated(seed=seed, odd=odd)
    random = np.random.default_rng(seed)
    events = events.with_columns(
        x_bytes=pl.Series(random.integers(200, 400, events.height)),
        x_method=pl.Series(random.choice(["GET", "POST"], events.height)),
    )
    return events, Line().assign(events)


def _same(first: FeatureMatrix, second: FeatureMatrix) -> None:
    assert first.names == second.names, f"{first.names} and {second.names}"
    np.testing.assert_array_equal(first.whole(), second.whole())


def check_gives_one_row_a_window(feature: Subject) -> None:
    """As many rows as windows, as many columns as names, all finite."""
    events, windows = _events()
    for matrix in (feature().fit_transform(events, windows), feature().fit(events, windows).transform(events, windows)):
        assert matrix.whole().shape == (len(windows), len(matrix.names)), f"shape {matrix.whole().shape}"
        assert np.isfinite(matrix.X).all(), "not finite"
        assert len(set(matrix.names)) == len(matrix.names), f"a name twice: {matrix.names}"


def check_keeps_its_columns(feature: Subject) -> None:
    """New events with unseen words and values give the columns of the training data, in their order."""
    fitted = feature().fit(*_events(odd=False))
    learnt = fitted.transform(*_events(odd=False)).names
    assert fitted.transform(*_events(seed=1)).names == learnt, "the columns changed with the data"


def check_leaves_its_input_alone(feature: Subject) -> None:
    """The events are the same afterwards."""
    events, windows = _events()
    given = events.clone()
    feature().fit(events, windows).transform(events, windows)
    assert events.equals(given), "the input was changed"


def check_transform_learns_nothing(feature: Subject) -> None:
    """Describing other events in between changes nothing."""
    fitted = feature().fit(*_events(odd=False))
    events = _events(seed=1)
    first = fitted.transform(*events)
    fitted.transform(*_events(seed=2))
    _same(first, fitted.transform(*events))


def check_same_data_gives_the_same_numbers(feature: Subject) -> None:
    """Two runs agree bit for bit."""
    _same(feature().fit_transform(*_events()), feature().fit_transform(*_events()))


def check_puts_numbers_into_words(feature: Subject) -> None:
    """Every column can be told in words, for the oddest row and for an ordinary one."""
    events, windows = _events()
    fitted = feature()
    matrix = fitted.fit_transform(events, windows)
    for row in (0, events.height * 2 // 3):
        for column in range(len(matrix.names)):
            told = fitted.describe(events, row, column)
            assert isinstance(told, Reason), f"{matrix.names[column]}: {told!r} is no Reason"
            assert told.what, f"{matrix.names[column]} is told without saying what"


def check_survives_a_bundle(feature: Subject) -> None:
    """Loaded elsewhere it gives the same numbers."""
    fitted = feature().fit(*_events())
    _same(fitted.transform(*_events(seed=1)), round_trip(fitted).transform(*_events(seed=1)))
