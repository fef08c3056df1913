"""The templates of a scan as it leaves them: how often, since when, how odd, and what changed against the baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats
from oddline.drivers._compare import compared
from oddline.service.results._layout import Layout

Ints = npt.NDArray[Any]

BINS = 24
"""A sparkline has so many bars."""

MOST_UNSEEN = 20_000
"""So many wordings of lines that fit no template are told apart, the commonest; the rest has number 0."""

UNSEEN = 1 << 32
"""Ids of templates are below; a wording of no template is known by its own code above."""


def number_templates(events: pl.DataFrame, known: pl.DataFrame, *, against: bool) -> tuple[pl.DataFrame, Ints]:
    """Number the templates from 1 on, the commonest first, and then the wordings that fit none.

    Returns
    -------
    tuple
        One row a template: ``number``, ``template_id`` (0 if it is none of the miner's), ``text``, ``before`` (events
        of the baseline; null without one), ``count``; and the number of each event, 0 for none.
    """
    wording = pl.col("masked").to_physical().cast(pl.Int64) + UNSEEN
    keys = events.select(
        key=pl.when(pl.col("template_id") == 0).then(wording).otherwise(pl.col("template_id").cast(pl.Int64)),
        masked=pl.col("masked").cast(pl.String),
    )
    counts = keys.group_by("key").agg(count=pl.len(), masked=pl.col("masked").first())
    mined = known.select(key=pl.col("template_id").cast(pl.Int64), text="text", before="n").unique("key")
    table = counts.join(mined, on="key", how="full", coalesce=True).with_columns(
        pl.col("count").fill_null(0),
        pl.col("before").fill_null(0) if against else pl.lit(None, pl.UInt64).alias("before"),
        text=pl.coalesce("text", "masked"),
        unseen=pl.col("key") >= UNSEEN,
    )
    table = table.sort("unseen", "count", "text", descending=[False, True, False]).with_row_index("number", offset=1)
    unseen = pl.col("unseen").cum_sum()
    table = table.filter(pl.col("unseen").not_() | (unseen <= MOST_UNSEEN))
    number = keys.select("key").join(table.select("key", "number"), on="key", how="left", maintain_order="left")
    template_id = pl.when("unseen").then(0).otherwise("key").cast(pl.UInt32).alias("template_id")
    told = table.select("number", template_id, "text", "before", "count")
    return told, number["number"].fill_null(0).to_numpy()


def count_templates(
    table: pl.DataFrame,
    number: Ints,
    layout: Layout,
    score: Floats,
    severity: Ints,
    bins: Ints,
) -> pl.DataFrame:
    """Tell of each template when and where it stands, how odd its lines are, and how they are spread over the scan.

    Parameters
    ----------
    table, number
        What :func:`number_templates` gives.
    layout
        The events.
    score, severity
        Of each event: the score of its row, and how bad that is (-1 for usual).
    bins
        The bar of the sparkline in which each event lies, -1 for none.
    """
    seen = layout.events.select(
        "ts",
        "line",
        number=pl.Series(number, dtype=pl.UInt32),
        event=pl.int_range(pl.len(), dtype=pl.UInt32),
        source=pl.Series(layout.source, dtype=pl.UInt32),
        score=pl.Series(score, dtype=pl.Float64),
        severity=pl.Series(severity, dtype=pl.Int8),
    )
    facts = seen.group_by("number").agg(
        first_seen=pl.col("ts").min(),
        last_seen=pl.col("ts").max(),
        first_event=pl.col("event").min(),
        first_line=pl.col("line").first(),
        source=pl.col("source").first(),
        odd=(pl.col("severity") >= 0).sum(),
        score=pl.col("score").max(),
        severity=pl.col("severity").max(),
    )
    table = table.join(facts, on="number", how="left", maintain_order="left")
    spark = pl.Series("spark", _spark(table.height, number, bins), dtype=pl.List(pl.UInt32))
    return _with_changes(table.with_columns(spark, pl.col("odd").fill_null(0), pl.col("severity").fill_null(-1)))


def _spark(height: int, number: Ints, bins: Ints) -> list[list[int]]:
    inside = (bins >= 0) & (number > 0)
    place = (number[inside].astype(np.int64) - 1) * BINS + bins[inside]
    counts = np.bincount(place, minlength=height * BINS)
    told: list[list[int]] = counts.reshape(height, BINS).tolist()
    return told


def _with_changes(table: pl.DataFrame) -> pl.DataFrame:
    if not table.height or table["before"].null_count():
        return table.with_columns(
            change=pl.lit(None, pl.String), factor=pl.lit(None, pl.Float64), surprise=pl.lit(None, pl.Float64)
        )
    by_number = table.select("text", template_id="number")
    changes = compared(by_number, table["before"], table["count"]).select(
        "factor", "surprise", number="template_id", change=pl.col("change").cast(pl.String)
    )
    return table.join(changes, on="number", how="left", maintain_order="left")
