"""A feature turns windows into numbers, and can put each number back into words."""

from __future__ import annotations

from abc import abstractmethod
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.estimator import Estimator
from oddline.core.nouns import FeatureMatrix, Reason, Windows


class Feature(Estimator):
    """Windows into a matrix: one row a window, the same columns in the same order always."""

    tells_rows: bool = False
    """True where each row is told by its own cells: the words for one row are untrue of another that reads alike."""

    @abstractmethod
    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn what is usual from templated Records."""

    @abstractmethod
    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Describe these windows against what was learnt. Learns nothing."""

    def fit_transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Describe windows against the rest of the same data, each one left out of what it is held against.

        As in scikit-learn's ``TargetEncoder`` this may differ from ``fit`` and then ``transform``.
        """
        return self.fit(records, windows).transform(records, windows)

    @abstractmethod
    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Put one number of the matrix last made into words; ``share`` is left to the explainer."""

    def spans(
        self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Give the first and the last row that each of these numbers tells of; by default its own row only.

        A burst tells of all its lines, a silence of the lines in which something is missing. ``rows`` and
        ``columns`` point into the matrix last made, one pair a number.
        """
        del columns
        return rows, rows
