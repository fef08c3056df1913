"""How bad the worst line of a window says that it is."""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.core.schema import LEVELS
from oddline.features.declared import WORST_LEVEL, Declared
from oddline.features.presence import Presence
from oddline.testing._records import templated
from oddline.windows.count import Count


def events(levels: list[str | None]) -> pl.DataFrame:
    return templated(len(levels)).with_columns(level=pl.Series(levels, dtype=pl.Enum(LEVELS)))


def grades(levels: list[str | None], **parameters: float) -> list[float]:
    told = events(levels)
    return Declared(**parameters).fit_transform(told, Count(10).assign(told)).whole()[:, -1].tolist()


def test_the_worst_line_decides_and_a_warning_says_nothing() -> None:
    levels = (
        ["info"] * 20 + ["warning"] * 10 + ["info"] * 9 + ["error"] + [None] * 8 + ["critical", "error"] + ["info"] * 20
    )
    assert grades(levels) == [0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0]


def test_what_most_windows_have_says_nothing() -> None:
    ordinary = (["info"] * 9 + ["error"]) * 3
    assert grades([*ordinary, *["info"] * 9, "critical"]) == [0.0, 0.0, 0.0, 2.0]
    assert grades([*ordinary, *["info"] * 30]) == [1.0] * 3 + [0.0] * 3
    assert grades([*ordinary, *["info"] * 30], usual=0.4) == [0.0] * 6
    assert grades(["critical"] * 30) == [0.0] * 3


def test_lines_of_one_template_may_differ_in_level_and_the_signs_are_those_of_presence() -> None:
    told = events(["info"] * 10 + ["info"] * 9 + ["error"] + ["info"] * 20)
    told = told.with_columns(template_id=pl.lit(told["template_id"][0], dtype=told["template_id"].dtype))
    windows = Count(10).assign(told)
    matrix = Declared().fit_transform(told, windows)
    assert matrix.whole()[:, -1].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert matrix.names[-1] == WORST_LEVEL
    signs = Presence().fit_transform(told, windows)
    np.testing.assert_array_equal(matrix.whole()[:, :-1], signs.whole())
    assert matrix.names[:-1] == signs.names


def test_a_reason_tells_the_line_and_how_many_windows_have_one() -> None:
    told = events(["info"] * 22 + ["critical"] + ["info"] * 12 + ["error", "error"] + ["info"] * 3)
    feature = Declared()
    matrix = feature.fit_transform(told, Count(10).assign(told))
    last = len(matrix.names) - 1
    reason = feature.describe(told, 3, last)
    assert str(reason) == "lines of level error: 2 of 10, expected in 50.0% of windows"
    assert str(feature.describe(told, 2, last)).endswith("expected in 25.0% of windows")
    assert feature.describe(told, 0, last).seen == "none"
    assert feature.describe(told, 0, 0).kind == "presence"
    assert feature.describe(told, 0, 0).expected.endswith("% of windows")
