"""What the lines of a window are, and whether one of them says itself that something is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.core.schema import LEVELS, WRONG
from oddline.features.presence import Presence

__all__ = ["Declared"]

WORST_LEVEL = "worst level"


class Declared(Presence):
    """The columns of ``presence``, and as the last one how bad the worst line of the window says that it is.

    2 for a line of level critical, 1 for one of level error, 0 for neither. What more than ``usual`` of the windows
    have says nothing: where every window has an error, an error counts as none. Only levels that the format
    captured count, not words of failure within a message: those weigh in the other columns.

    Parameters
    ----------
    wording, most
        As of ``presence``.
    usual
        The largest share of the windows that may have a level, or a worse one, for it to say something.

    Examples
    --------
    >>> from oddline.core.schema import LEVEL
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.count import Count
    >>> events = templated(60).with_columns(level=pl.Series(["info"] * 59 + ["error"], dtype=LEVEL))
    >>> Declared().fit_transform(events, Count(20).assign(events)).whole()[:, -1].tolist()
    [0.0, 0.0, 1.0]
    """

    judged: ClassVar[str] = "window"

    def __init__(self, wording: float = 1.0, most: int = 2000, usual: float = 0.5) -> None:
        super().__init__(wording, most)
        self.usual = usual

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn which share of the windows has each template, and which levels say something."""
        super().fit(records, windows)
        worst = _worst(records, len(windows), windows.members)
        self.reached_ = np.array([(worst > grade).mean() if len(worst) else 0.0 for grade in range(len(WRONG))])
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Describe windows against what was learnt. Learns nothing."""
        signs = super().transform(records, windows)
        self._told, self._members = _worst(records, len(windows), windows.members), windows.members
        telling = [0, *(grade if self.reached_[grade - 1] <= self.usual else 0 for grade in (1, 2))]
        grades = np.array(telling, dtype=np.float64)[self._told]
        # Windows of the same templates are one row; lines of one template may differ in their levels.
        place = signs.place if signs.place is not None else np.arange(len(signs))
        pairs, own = np.unique(np.stack([place, grades.astype(np.int64)]), axis=1, return_inverse=True)
        X = np.column_stack([signs.X[pairs[0]], pairs[1].astype(np.float64)])
        return replace(signs, X=X, names=(*signs.names, WORST_LEVEL), place=own.ravel())

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say how many lines have the worst level, or how unusual it is that a template is there."""
        if column < len(self.share_):
            return super().describe(records, row, column)
        grade = int(self._told[row])
        if not grade:
            return Reason("lines of level error or worse", "none", "", 0.0, "level")
        level = WRONG[grade - 1]
        levels = records["level"].gather(np.flatnonzero(self._members == row))
        seen = f"{(levels == level).sum():,} of {len(levels):,}"
        share = float(self.reached_[grade - 1])
        return Reason(f"lines of level {level}", seen, f"in {share:.1%} of windows", 0.0, "level")


def _worst(records: pl.DataFrame, windows: int, members: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Give how bad the worst line of each window says that it is: 0, 1 or 2."""
    level = records["level"].to_physical().cast(pl.Int64).fill_null(0).to_numpy()
    worst = np.zeros(windows, dtype=np.int64)
    np.maximum.at(worst, members, np.maximum(level - LEVELS.index(WRONG[0]) + 1, 0))
    return worst
