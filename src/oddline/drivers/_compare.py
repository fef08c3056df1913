"""Templates of two logs side by side: which are new, gone, more or less frequent than before."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.schema import COMPARED, check

Numbers = npt.NDArray[np.float64]

FACTOR = 2.0
"""A share that has not at least doubled or halved is the same to a reader, however sure the difference is."""

SURE = 3.0
"""A difference that one pair of unchanged logs in a thousand would show is no change."""


def compared(table: pl.DataFrame, before: pl.Series, after: pl.Series) -> pl.DataFrame:
    """Compare how often each template stands in two logs.

    A share is held against the other by the likelihood ratio of two Poisson rates (G-test with one degree of
    freedom; Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", 1993).

    Parameters
    ----------
    table : polars.DataFrame
        ``template_id``, ``text``: one row a template.
    before, after : polars.Series
        Events of each, in the order of ``table``.

    Examples
    --------
    >>> table = pl.DataFrame({"template_id": pl.Series([1, 2, 3], dtype=pl.UInt32), "text": ["a", "b", "c"]})
    >>> compared(table, pl.Series([50, 50, 0]), pl.Series([200, 20, 30])).select("text", "change", "factor").rows()
    [('c', 'new', None), ('b', 'down', 0.16), ('a', 'same', 1.6)]
    """
    first, second = before.to_numpy().astype(np.float64), after.to_numpy().astype(np.float64)
    share = np.array([max(first.sum(), 1.0), max(second.sum(), 1.0)])
    surprise = _surprise(first, second, share)
    frame = table.select("template_id", "text").with_columns(
        before=before.cast(pl.UInt64),
        after=after.cast(pl.UInt64),
        surprise=pl.Series(surprise, dtype=pl.Float64),
        factor=pl.when(before.cast(pl.UInt64) > 0).then(
            pl.Series(np.round(second * share[0] / np.maximum(first, 1.0) / share[1], 4))
        ),
    )
    sure = pl.col("surprise") >= SURE
    change = (
        pl.when(pl.col("before") == 0)
        .then(pl.lit("new"))
        .when(pl.col("after") == 0)
        .then(pl.lit("gone"))
        .when(sure & (pl.col("factor") >= FACTOR))
        .then(pl.lit("up"))
        .when(sure & (pl.col("factor") <= 1 / FACTOR))
        .then(pl.lit("down"))
        .otherwise(pl.lit("same"))
    )
    frame = frame.with_columns(change=change.cast(COMPARED["change"]))
    frame = frame.sort("change", "surprise", "text", descending=[False, True, False])
    return check(frame.select(list(COMPARED)), COMPARED, "compared templates")


def _surprise(first: Numbers, second: Numbers, totals: Numbers) -> Numbers:
    """Give -log10 of the chance of such a difference if the share had stayed as it was."""
    both = first + second
    likelihood = sum(
        counts * np.log(np.maximum(counts, 1.0) / np.maximum(both * total / totals.sum(), 1e-300))
        for counts, total in ((first, totals[0]), (second, totals[1]))
    )
    root = np.sqrt(np.maximum(np.asarray(likelihood), 0.0))
    # The tail of a normal distribution, by a bound that holds for any size (Chang, Cosman & Milstein, 2011).
    return np.asarray((root**2 + np.log1p(np.sqrt(np.pi) * root)) / np.log(10))
