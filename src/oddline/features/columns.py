"""Rows of a table as numbers: sizes on a logarithmic scale, categories by how rare they are, times by the clock."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import BadData
from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.features._column_kinds import ENCODERS, Choice, absent, learn
from oddline.features._column_words import tell
from oddline.features.base import Feature

__all__ = ["Columns"]

MISSING = "missing cells"
"""One more column of the matrix: the cells that are missing where none was in training."""


class Columns(Feature):
    """The typed columns of a table (``x_...``) as a matrix.

    ======== ==================================================================================
    column   in the matrix
    ======== ==================================================================================
    number   sign(v) * ln(1 + abs(v) / unit), then centred and divided as ``scale`` says
    truth    as a number, 0 or 1
    category as ``category`` says: ln of how rare the value was in training (unseen: rarest), and
             one 0/1 column for each of the commonest values
    text     the rarity of its template or of its words without digits, and its length
    time     hour of the day and day of the week on a circle, where training spans enough of them
    missing  a 0/1 column where training had missing cells; else all are counted in one column
    ======== ==================================================================================

    Counters (1, 2, 3, ...) and columns that say the same on every row and cannot say else are left out.
    A window of several rows is described by their mean.

    Parameters
    ----------
    common
        Values of a category that get a column of their own, at most.
    ignore
        Columns to leave out, with or without ``x_``.
    scale
        What numbers are centred at and divided by, all of training alone. ``standard``: mean and standard deviation.
        ``minmax``: 0 for the least and 1 for the largest; new numbers may lie beyond. ``robust``: the median, and the
        distance of the quartiles as that of a normal distribution of deviation 1. ``quantile``: the place among
        the rows of training, as a normal deviate; beyond them in standard deviations. ``none``: as they are.
    log
        Whether the logarithm of numbers is taken first.
    category
        What a category becomes. ``both``: rarity and 0/1 columns. ``rarity``: ln of the rarity alone. ``onehot``: 0/1
        columns alone, with one more for all values that have none of their own, unseen ones too. ``frequency``: the
        share of the rows of training that have the value, 0 for an unseen one.
    fewest
        Rows of training that a value needs for a column of its own; by default 20, and one row in a thousand.

    Raises
    ------
    UsageError
        By ``fit``, if there is no such scale or category.

    Examples
    --------
    >>> from oddline.windows.row import Row
    >>> records = pl.DataFrame({"id": range(4), "ts": [None] * 4, "x_ms": [1.0, 2.0, 3.0, 4.0]})
    >>> records = records.with_columns(pl.col("id").cast(pl.UInt64), x_host=pl.lit("web1"))
    >>> matrix = Columns().fit(records, Row().assign(records)).transform(records, Row().assign(records))
    >>> matrix.names
    ('ms', 'host', 'missing cells')
    """

    tells_rows = True
    _rows: tuple[npt.NDArray[np.float32], npt.NDArray[np.uint32]] | None = None

    def __init__(
        self,
        common: int = 16,
        ignore: tuple[str, ...] = (),
        scale: str = "standard",
        log: bool = True,
        category: str = "both",
        fewest: int | None = None,
    ) -> None:
        self.common = common
        self.ignore = ignore
        self.scale = scale
        self.log = log
        self.category = category
        self.fewest = fewest

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn what is usual in each column.

        Raises
        ------
        BadData
            If there is no column of a table, or no row.
        """
        choice = Choice(self.common, self.scale, self.log, self.category, self.fewest)
        ignored = {name.removeprefix("x_") for name in self.ignore}
        names = [name for name in records.columns if name.startswith("x_") and name[2:] not in ignored]
        if not names or not records.height:
            raise BadData(
                "no columns to learn from" if records.height else "no rows to learn from",
                expected="rows of a table with at least one column",
                hint="read the file as a table (--format csv), or use a pipeline for lines",
            )
        self.columns_: list[dict[str, Any]] = []
        self.values_: dict[str, pl.DataFrame] = {}
        self.rows_ = records.height
        for name in names:
            column, values = learn(records[name], records, choice)
            if column is not None:
                self.columns_.append(column)
                if values is not None:
                    self.values_[name] = values
        self.names_ = [label for column in self.columns_ for label in column["labels"]] + [MISSING]
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Describe windows against what was learnt; columns that training did not have are left out.

        Raises
        ------
        BadData
            If a column that training had is missing.
        """
        return self._describe_all(records, windows, left_out=0)

    def fit_transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Fit, and describe each row against the others: a value that only this row has counts as unseen."""
        return self.fit(records, windows)._describe_all(records, windows, left_out=1)

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Put one number of the matrix into words: the cell as it reads, and what training had there."""
        self.require_fitted()
        row = self._event(row, column)
        place = 0
        for learnt in self.columns_:
            width = len(learnt["labels"])
            if column < place + width:
                return tell(
                    learnt, self.values_.get(learnt["name"]), records, row, learnt["labels"][column - place], self.rows_
                )
            place += width
        empty = [
            learnt["name"][2:]
            for learnt in self.columns_
            if not learnt["missing"] and absent(learnt, records[learnt["name"]].slice(row, 1))[0]
        ]
        return Reason(MISSING, ", ".join(empty) or "none", "none", 0.0, "missing")

    def _event(self, window: int, column: int) -> int:
        """Give the row to quote for a window of the matrix last made: of several, the one farthest from the usual."""
        if self._rows is None:
            return window
        matrix, members = self._rows
        mine = np.flatnonzero(members == window)
        cells = matrix[:, column]
        return int(mine[np.argmax(np.abs(cells[mine] - np.median(cells)))])

    def _describe_all(self, records: pl.DataFrame, windows: Windows, left_out: int) -> FeatureMatrix:
        self.require_fitted()
        lacking = [column["name"][2:] for column in self.columns_ if column["name"] not in records.columns]
        if lacking:
            raise BadData(
                f"columns are missing: {', '.join(lacking[:20])}",
                expected="the columns that the model learnt from",
                hint="name the columns as in training (--columns), or fit again",
            )
        matrix = np.zeros((records.height, len(self.names_)), dtype=np.float32)
        place = 0
        for column in self.columns_:
            cells = records[column["name"]]
            encoded = ENCODERS[column["kind"]](column, cells, self.values_.get(column["name"]), records, left_out)
            missing = absent(column, cells)
            if column["missing"]:
                encoded = [*encoded, missing.astype(np.float64)]
            else:
                matrix[:, -1] += missing
            for part in encoded:
                matrix[:, place] = part
                place += 1
        self._rows = None if _alone(windows) else (matrix, windows.members)
        return FeatureMatrix(_by_window(matrix, windows), tuple(self.names_))


def _alone(windows: Windows) -> bool:
    """Tell whether each row is a window of its own."""
    return len(windows) == len(windows.members) and np.array_equal(windows.members, np.arange(len(windows)))


def _by_window(matrix: npt.NDArray[np.float32], windows: Windows) -> npt.NDArray[np.float32]:
    """Average the rows of each window; where a row is a window of its own, there is nothing to do."""
    if _alone(windows):
        return matrix
    members, count = windows.members, len(windows)
    sizes = np.maximum(np.bincount(members, minlength=count), 1)
    sums = [np.bincount(members, weights=column, minlength=count) / sizes for column in matrix.T]
    return np.stack(sums, axis=1).astype(np.float32)
