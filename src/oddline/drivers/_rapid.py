"""A fitted model of tables over raw rows: bytes of delimited text straight into scores, a stretch at a time.

What is usual for a table is here: numbers and categories, no quotes, no missing cells. Short words and plain digits
are read by :mod:`oddline.drivers._cells`, other cells by Polars. A stretch with missing cells is described by the
feature itself; a table that is not so raises :class:`Unusual`, and the ordinary road reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.exceptions import PolarsError

from oddline.core.nouns import Floats, Windows
from oddline.core.schema import WINDOWS
from oddline.drivers._category import Category, Unusual
from oddline.drivers._cells import Cells
from oddline.drivers._combinations import Combinations
from oddline.drivers._kept import Kept
from oddline.drivers._number import Number
from oddline.features.columns import Columns

Ints = npt.NDArray[np.intp]

BLOCK = 8_192
"""Rows that are scored together: their numbers stay in the processor's cache."""


FEW = 16
"""Whole numbers below this may be told apart as words are: by combination."""

CROWDED = 4_096
"""Combinations beyond which no numbers are joined to them."""


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
        self.kept = Kept()
        self.numbers: list[Number] = []
        self.categories: list[tuple[Category, int]] = []
        place = 0
        for column in feature.columns_:
            if column["kind"] == "number":
                self.numbers.append(Number(column, place))
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
        for number in self.numbers:
            told[number.name] = pl.Int32 if narrow and number.learnt["whole"] else pl.Float64
        for category, _ in self.categories:
            met = category.values_met() if narrow else []
            told[category.name] = pl.Enum(met) if met else pl.String
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
        for row, number in zip(numbers, self.numbers, strict=True):
            cells = frame[number.name]
            np.copyto(row, cells.to_numpy())
            if cells.dtype == pl.Float64 and not np.isfinite(row.sum()):
                return self._slow(frame)
            number.lay(row)
        place, combined = self._combined(frame)
        return self._parts(numbers, combined, place)

    def score_cells(self, cells: Cells, columns: dict[str, int]) -> Floats:
        """Score rows that are bytes as yet, the same; shape (rows,). ``columns`` tells where each name is.

        Raises
        ------
        Irregular
            If they hold anything beside short words and digits: :meth:`read` and :meth:`score` do it then.
        Unusual
            As :meth:`read`.
        """
        combinations = Combinations(cells.rows)
        words = []
        for category, begin in self.categories:
            codes = category.codes_of(cells, columns[category.name])
            combinations.add(codes, len(category.known))
            words.append((begin, codes, category))
        numbers = self.kept.array("numbers", (len(self.numbers), cells.rows), np.float64)
        varying: list[int] = []
        few = []
        for number in self.numbers:
            digits, after = cells.digits(columns[number.name])
            values = int(digits.max()) + 1
            if values <= FEW and combinations.size * values > CROWDED:
                combinations.pack()
            if values <= FEW and combinations.size * values <= CROWDED:
                combinations.add(digits, values)
                few.append((number, digits, after))
            else:
                number.place(digits, after, numbers[len(varying)])
                varying.append(number.begin)
        first = combinations.pack()
        combined = np.zeros((len(first), self.width))
        for begin, codes, category in words:
            told = category.rows()
            combined[:, begin : begin + told.shape[1]] = told[codes[first]]
        for number, digits, after in few:
            number.place(digits[first], after, combined[:, number.begin])
        return self._parts(numbers[: len(varying)], combined, combinations.place, np.array(varying, dtype=np.intp))

    def _slow(self, frame: pl.DataFrame) -> Floats:
        """Describe rows by the feature itself: missing cells have columns of their own."""
        records = frame.rename({name: f"x_{name}" for name in frame.columns})
        windows = Windows(pl.DataFrame(schema=WINDOWS).clear(frame.height), np.arange(frame.height, dtype=np.uint32))
        return np.asarray(self.detector.anomaly_score(self.feature.transform(records, windows).X))

    def _combined(self, frame: pl.DataFrame) -> tuple[Ints, Floats]:
        """Give the combination of categories of each row, and the distinct combinations as numbers."""
        combinations = Combinations(frame.height)
        for category, _ in self.categories:
            codes = category.codes(frame[category.name])
            combinations.add(codes, len(category.known))
        first = combinations.pack()
        rows = np.zeros((len(first), self.width))
        for category, begin in self.categories:
            told = category.rows()
            codes = category.codes(frame[category.name][first])
            rows[:, begin : begin + told.shape[1]] = told[codes]
        return combinations.place, rows

    def _parts(self, numbers: Floats, combined: Floats, place: Ints, varying: Ints | None = None) -> Floats:
        """Score a stretch; a detector that can takes the few combinations as they are, another gets whole rows.

        ``varying`` tells which columns the numbers are: all that are numbers by default.
        """
        if varying is None:
            varying = np.array([number.begin for number in self.numbers], dtype=np.intp)
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
