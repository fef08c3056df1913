"""Several features side by side."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl

from oddline.core import folder
from oddline.core.errors import UnknownPlugin, UsageError
from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.features._pooled import Ints
from oddline.features.base import Feature

__all__ = ["Joined"]


class Joined(Feature):
    """The columns of several features in one matrix, each named after its feature: ``counts: ...``.

    Windows that are one row in every part are one row here too.

    Parameters
    ----------
    parts
        Names of features, or features with parameters of one's own, in the order in which their columns stand.

    Raises
    ------
    UsageError
        By ``fit``, if there is no part, or one that gives sequences: those stand beside nothing.
    UnknownPlugin
        By ``fit``, if there is no feature of a name.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.count import Count
    >>> events = templated(40)
    >>> matrix = Joined(("time_of_day", "text_shape")).fit_transform(events, Count(20).assign(events))
    >>> matrix.whole().shape, matrix.names[:2], matrix.names[-1]
    ((2, 25), ('time_of_day: hour', 'time_of_day: hour (sine)'), 'text_shape: entropy (largest)')
    """

    def __init__(self, parts: tuple[str | Feature, ...] = ("counts", "gaps")) -> None:
        self.parts = parts

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Let each part learn."""
        self._build()
        for part in self.parts_:
            part.fit(records, windows)
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Describe windows by each part. Learns nothing."""
        self.require_fitted()
        return self._beside([part.transform(records, windows) for part in self.parts_])

    def fit_transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Let each part describe windows against the rest of the same data."""
        self._build()
        return self._beside([part.fit_transform(records, windows) for part in self.parts_])

    @property
    def tells_rows(self) -> bool:  # type: ignore[override]
        """True if one of the parts does."""
        return any(part.tells_rows for part in self.parts_)

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Put one number into the words of its part."""
        part = int(np.searchsorted(self._ends, column, side="right"))
        return self.parts_[part].describe(records, row, column - int(self._begins[part]))

    def spans(self, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        """Give the first and the last row that each number tells of, as its part has it."""
        first, last = rows.astype(np.int64), rows.astype(np.int64)
        owner = np.searchsorted(self._ends, columns, side="right")
        for number in np.unique(owner).tolist():
            mine = owner == number
            told = self.parts_[number].spans(rows[mine], columns[mine] - self._begins[number])
            first[mine], last[mine] = told
        return first, last

    def _build(self) -> None:
        from sklearn.base import clone

        given: Any = self.parts
        if isinstance(given, str) or not given:
            raise UsageError(f"parts={given!r}", expected="names of features, such as ('counts', 'gaps')")
        self.parts_: list[Feature] = [
            folder.load("features", part)() if isinstance(part, str) else clone(part) for part in self.parts
        ]
        self.names_ = _distinct([_name(part) for part in self.parts_])

    def _beside(self, matrices: list[FeatureMatrix]) -> FeatureMatrix:
        for name, matrix in zip(self.names_, matrices, strict=True):
            if matrix.kind != "table":
                raise UsageError(
                    f"the feature {name} gives sequences, which stand beside no other", expected="features of tables"
                )
        widths = np.array([len(matrix.names) for matrix in matrices])
        self._ends = np.cumsum(widths)
        self._begins = self._ends - widths
        names = tuple(
            f"{name}: {column}" for name, matrix in zip(self.names_, matrices, strict=True) for column in matrix.names
        )
        placed = [matrix.place for matrix in matrices]
        if any(place is None for place in placed):
            return FeatureMatrix(np.hstack([matrix.whole() for matrix in matrices]), names)
        first, place = _together([at for at in placed if at is not None])
        return FeatureMatrix(np.hstack([matrix.take(first) for matrix in matrices]), names, place=place)


def _together(places: list[Ints]) -> tuple[Ints, Ints]:
    """Number windows that agree in all parts, and give the first window of each number.

    Examples
    --------
    >>> first, place = _together([np.array([1, 1, 0, 1]), np.array([6, 5, 6, 6])])
    >>> first.tolist(), place.tolist()
    ([0, 1, 2], [0, 1, 2, 0])
    """
    code = np.zeros(len(places[0]), dtype=np.int64)
    for place in places:
        one = np.unique(place, return_inverse=True)[1].ravel()
        code = np.unique(code * (int(one.max(initial=0)) + 1) + one, return_inverse=True)[1].ravel()
    _, first, owner = np.unique(code, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return np.sort(first), rank[owner.ravel()]


def _name(part: Feature) -> str:
    try:
        return folder.home(type(part))[1]
    except UnknownPlugin:
        return type(part).__name__


def _distinct(names: list[str]) -> list[str]:
    """Number the parts of one name, so that their columns have names of their own."""
    return [
        name if names.count(name) == 1 else f"{name} {names[: place + 1].count(name)}"
        for place, name in enumerate(names)
    ]
