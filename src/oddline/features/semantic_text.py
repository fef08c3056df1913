"""What the lines of a window are about: each wording as a point, by a sentence encoder or by its characters."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._char_grams import learn_directions, placed
from oddline.features._encoders import encoded_by, encoder_of
from oddline.features.base import Feature

__all__ = ["SemanticText"]

FOREIGN = "foreign wording"


class SemanticText(Feature):
    """The mean of the points of a window's wordings; lines that say alike things lie together.

    Each distinct masked wording is encoded once, and counts once in a window. Without an encoder a wording is a point
    by its runs of characters, in the directions that training has; a last column tells which share of the window's most
    foreign wording they do not explain.

    Parameters
    ----------
    encoder
        A function from a list of texts to one row of numbers each, or a folder with a model of sentence-transformers or
        model2vec. Nothing is fetched. A bundle carries the folder's name, and no function.
    dimensions
        Directions that are learnt, without an encoder.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.line import Line
    >>> events = templated(300)
    >>> matrix = SemanticText(dimensions=2).fit(events, Line().assign(events)).transform(events, Line().assign(events))
    >>> matrix.names, len(matrix)
    (('meaning 1', 'meaning 2', 'foreign wording'), 300)
    """

    def __init__(self, encoder: Any = None, dimensions: int = 32) -> None:
        self.encoder = encoder
        self.dimensions = dimensions

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn the directions in which wordings differ; an encoder has learnt already."""
        del windows
        if self.encoder is not None:
            self.names_ = self._names(encoded_by(encoder_of(self.encoder), ["a"]).shape[1])
            return self
        common = records.group_by("masked").len().sort(["len", "masked"], descending=[True, False])
        texts = [text or "" for text in common["masked"].cast(pl.String).to_list()]
        self.weight_, self.directions_ = learn_directions(texts, self.dimensions)
        self.names_ = [*self._names(len(self.directions_)), FOREIGN]
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Place the wordings of each window. Learns nothing."""
        self.require_fitted()
        self._texts, self._has = _wordings(records, windows)
        points, foreign = self._points(self._texts)
        each = sparse.diags_array(1.0 / np.maximum(self._has.sum(axis=1), 1.0)) @ self._has
        X = np.asarray(each @ points)
        if foreign is not None:
            X = np.column_stack([X, (self._has @ sparse.diags_array(foreign)).max(axis=1).toarray().ravel()])
            self._foreign = foreign
        self._last = FeatureMatrix(X, tuple(self.names_))
        return self._last

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Quote the wording of a window that is the most foreign one, or the farthest in a direction."""
        mine = self._has[[row]].nonzero()[1]
        if self.names_[column] == FOREIGN:
            foremost = mine[self._foreign[mine].argmax()]
            share = float(self._foreign[foremost]) ** 2
            return Reason(f'"{self._texts[foremost]}"', f"{share:.0%} of its wording is new", "", 0.0, "wording")
        points, _ = self._points([self._texts[at] for at in mine])
        foremost = mine[np.abs(points[:, column]).argmax()]
        return Reason(f'"{self._texts[foremost]}"', "about something else", "", 0.0, "wording")

    def _points(self, texts: list[str]) -> tuple[Floats, Floats | None]:
        if self.encoder is not None:
            return encoded_by(encoder_of(self.encoder), texts), None
        return placed(texts, self.weight_, self.directions_)

    @staticmethod
    def _names(count: int) -> list[str]:
        return [f"meaning {number}" for number in range(1, count + 1)]


def _wordings(records: pl.DataFrame, windows: Windows) -> tuple[list[str], Any]:
    """Give the distinct wordings, and a sparse matrix of 1 where a window has one."""
    masked = records["masked"].cast(pl.String).fill_null("")
    distinct = masked.unique(maintain_order=True)
    code: npt.NDArray[np.uint32] = masked.cast(pl.Enum(distinct)).to_physical().to_numpy()
    shape = (len(windows), len(distinct))
    has = sparse.csr_array((np.ones(len(code)), (windows.members, code)), shape=shape)
    has.sum_duplicates()
    has.data[:] = 1.0
    return distinct.to_list(), has
