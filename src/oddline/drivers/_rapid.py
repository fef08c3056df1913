"""A fitted model of tables over raw rows: bytes of delimited text straight into scores, a stretch at a time.

What is usual for a table is here: numbers and categories, no quotes, no missing cells. A stretch that is not so
is described by the feature itself; a table that is not so raises :class:`Unusual`, and the ordinary road reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.exceptions import PolarsError

from oddline.core.nouns import Floats, Windows
from oddline.core.schema import WINDOWS
from oddline.features._column_kinds import ENCODERS
from oddline.features._column_scales import FARTHEST, scaled
from oddline.features.columns import Columns

Ints = npt.NDArray[np.intp]

BLOCK = 8_192
"""Rows that are scored together: their numbers stay in the processor's cache."""


PLAIN = 1e200
"""Numbers up to so many of their unit need no guard against overflow."""

MOST_COMBINED = 2**62
"""Combinations that a number can count."""

SORTED_FROM = 1 << 20
"""Possible combinations beyond which those that occur are found by sorting instead of by a table of all."""


class Unusual(Exception):
    """Not for the short road: this model, or this table."""


@dataclass
class Category:
    """A column of words: which values were met so far, and the numbers that each becomes."""

    learnt: dict[str, Any]
    values: pl.DataFrame | None
    known: dict[str, int] = field(default_factory=dict)
    met: list[Floats] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def codes(self, cells: pl.Series) -> Ints:
        """Give each cell the place of its value's numbers; values that were not met yet are described first.

        Raises
        ------
        Unusual
            If a value is a number or a truth: the ordinary road may take the column for one of these.
        """
        if isinstance(cells.dtype, pl.Enum):
            return np.asarray(cells.to_physical().to_numpy())
        known = self.values_met()
        found = cells.cast(pl.Enum(known), strict=False)
        if found.null_count():
            self._meet(cells.filter(found.is_null()).unique())
            return self.codes(cells)
        return np.asarray(found.to_physical().to_numpy())

    def values_met(self) -> list[str]:
        """List the values that were met, in the order of their codes."""
        with self.lock:
            return list(self.known)

    def _meet(self, fresh: pl.Series) -> None:
        numbers = fresh.str.strip_chars().cast(pl.Float64, strict=False).is_not_null()
        if (numbers | fresh.str.to_lowercase().is_in(["true", "false"])).any():
            raise Unusual("words that are numbers or truths")
        if (fresh.str.contains(r"[\x00-\x1f]") | fresh.str.starts_with("#")).any():
            raise Unusual("marks that the ordinary road takes for line ends, or for comments")
        described = ENCODERS["category"](self.learnt, fresh, self.values, pl.DataFrame(), 0)
        # Rounded as the feature rounds them.
        added = np.stack(described, axis=1).astype(np.float32).astype(np.float64)
        with self.lock:
            for value, row in zip(fresh.to_list(), added, strict=True):
                if value not in self.known:
                    self.known[value] = len(self.known)
                    self.met.append(row)

    def rows(self) -> Floats:
        """Give the numbers of each value that was met, in the order of its code."""
        with self.lock:
            return np.stack(self.met)


class Rapid:
    """Scores rows of numbers and categories as ``model`` does.

    Raises
    ------
    Unusual
        If the model describes rows by more than numbers and categories.
    """

    def __init__(self, model: Any) -> None:
        feature = model.feature_
        kinds = {column["kind"] for column in feature.columns_} if type(feature) is Columns else {"other"}
        if model.window_ not in {"row", "line"} or not kinds <= {"number", "category"}:
            raise Unusual("more than numbers and categories")
        self.model, self.feature, self.detector = model, feature, model.detector_
        self.numbers: list[tuple[dict[str, Any], int]] = []
        self.categories: list[tuple[Category, int]] = []
        place = 0
        for column in feature.columns_:
            if column["kind"] == "number":
                self.numbers.append((column, place))
            else:
                self.categories.append((Category(column, feature.values_.get(column["name"])), place))
            place += len(column["labels"])
        self.width = place + 1

    def types(self, *, narrow: bool = False) -> dict[str, Any]:
        """Name the columns that are read, and what they are read as.

        With ``narrow`` whole numbers are read as small ones and categories as values that were met before, which is
        faster, and fails where there is anything else.
        """
        told: dict[str, Any] = {}
        for column, _ in self.numbers:
            told[column["name"][2:]] = pl.Int32 if narrow and column["whole"] else pl.Float64
        for category, _ in self.categories:
            met = category.values_met() if narrow else []
            told[category.learnt["name"][2:]] = pl.Enum(met) if met else pl.String
        return told

    def read(self, data: bytes, names: list[str], separator: str, *, skip: int = 0) -> pl.DataFrame:
        """Read the columns that the model knows out of a stretch of rows.

        Raises
        ------
        Unusual
            If a cell is not what the model learnt in its column, or a row has too many.
        """
        for narrow in (True, False):
            wanted = self.types(narrow=narrow)
            try:
                return pl.read_csv(
                    data,
                    has_header=False,
                    skip_lines=skip,
                    separator=separator,
                    quote_char=None,
                    columns=[place for place, name in enumerate(names) if name in wanted],
                    schema={name: wanted.get(name, pl.String) for name in names},
                )
            except PolarsError as error:
                if not narrow:
                    raise Unusual(str(error)) from error
        raise AssertionError("one of the two returns or raises")

    def score(self, frame: pl.DataFrame) -> Floats:
        """Score rows; shape (rows,)."""
        if any(column.null_count() for column in frame.iter_columns()):
            return self._slow(frame)
        numbers = np.empty((len(self.numbers), frame.height))
        single = np.empty(frame.height, dtype=np.float32)
        for row, (column, _) in zip(numbers, self.numbers, strict=True):
            cells = frame[column["name"][2:]]
            np.copyto(row, cells.to_numpy())
            if cells.dtype == pl.Float64 and not np.isfinite(row.sum()):
                return self._slow(frame)
            _lay(column, row)
            # Rounded as the feature rounds them, so that both roads score the same numbers.
            np.copyto(single, row, casting="same_kind")
            np.copyto(row, single)
        place, combined = self._combined(frame)
        return self._parts(numbers, combined, place)

    def _slow(self, frame: pl.DataFrame) -> Floats:
        """Describe rows by the feature itself: missing cells have columns of their own."""
        records = frame.rename({name: f"x_{name}" for name in frame.columns})
        windows = Windows(pl.DataFrame(schema=WINDOWS).clear(frame.height), np.arange(frame.height, dtype=np.uint32))
        return np.asarray(self.detector.anomaly_score(self.feature.transform(records, windows).X))

    def _combined(self, frame: pl.DataFrame) -> tuple[Ints, Floats]:
        """Give the combination of categories of each row, and the distinct combinations as numbers."""
        place, size = np.zeros(frame.height, dtype=np.int64), 1
        for category, _ in self.categories:
            codes = category.codes(frame[category.learnt["name"][2:]])
            values = len(category.known)
            if size * values > MOST_COMBINED:
                place = np.unique(place, return_inverse=True)[1].ravel()
                size = frame.height
            place, size = place * values + codes, size * values
        place, first = _dense(place, size)
        rows = np.zeros((len(first), self.width))
        for category, begin in self.categories:
            told = category.rows()
            codes = category.codes(frame[category.learnt["name"][2:]][first])
            rows[:, begin : begin + told.shape[1]] = told[codes]
        return place, rows

    def _parts(self, numbers: Floats, combined: Floats, place: Ints) -> Floats:
        """Score a stretch; a detector that can takes the few combinations as they are, another gets whole rows."""
        varying = np.array([place for _, place in self.numbers], dtype=np.intp)
        quick: Callable[..., Floats] | None = getattr(self.detector, "score_parts", None)
        if quick is not None:
            return quick(numbers, varying, combined, place)
        scores = np.empty(len(place))
        for start in range(0, len(place), BLOCK):
            some = slice(start, start + BLOCK)
            rows = combined[place[some]]
            rows[:, varying] = numbers[:, some].T
            scores[some] = self.detector.anomaly_score(rows)
        return scores


def _dense(place: npt.NDArray[np.int64], size: int) -> tuple[Ints, Ints]:
    """Number what occurs from 0 on, and tell a row where each occurs."""
    if size > SORTED_FROM:
        _, first, inverse = np.unique(place, return_index=True, return_inverse=True)
        return inverse.ravel(), first
    example = np.full(size, -1, dtype=np.intp)
    example[place] = np.arange(len(place))
    occurring = np.flatnonzero(example >= 0)
    number = np.zeros(size, dtype=np.intp)
    number[occurring] = np.arange(len(occurring))
    return number[place], example[occurring]


def _lay(column: dict[str, Any], row: Floats) -> None:
    """Put finite numbers on the scale that was learnt, in place: as ``scaled`` does, bit for bit, without its guards.

    Memory that is new costs more than the logarithm does.
    """
    lowest = float(row.min(initial=0.0))
    plain = column.get("log", True) and "knots" not in column
    if not plain or max(float(row.max(initial=0.0)), -lowest) > PLAIN * min(column["unit"], 1.0):
        np.copyto(row, scaled(column, np.clip(row, -1e300, 1e300)))
        return
    signs = np.sign(row) if lowest < 0 else None
    np.abs(row, out=row)
    if column["unit"] != 1.0:
        row /= column["unit"]
    np.log1p(row, out=row)
    if signs is not None:
        row *= signs
    row -= column["centre"]
    row /= column["scale"]
    np.clip(row, -FARTHEST, FARTHEST, out=row)
