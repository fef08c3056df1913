"""Seeded Records for the contracts: a small service with a rare line, a burst and odd values in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from oddline.core.schema import RECORDS, TEMPLATED

_SHAPES = (
    ("info", "request {} from 10.0.0.{} took {} ms"),
    ("info", "worker {} heartbeat"),
    ("info", "user u{} logged in"),
    ("warning", "retry {} of job {}"),
)
_MASK = r"""[^\s=:,;()\[\]{}"'|<>]*[0-9][^\s=:,;()\[\]{}"'|<>]*"""


def records(count: int = 400, seed: int = 0, *, odd: bool = True) -> pl.DataFrame:
    """Make Records; with ``odd``, one line of another kind stands at two thirds.

    Examples
    --------
    >>> records(10).height
    10
    """
    random = np.random.default_rng(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows = []
    for number in range(count):
        level, shape = _SHAPES[int(random.choice(len(_SHAPES), p=[0.6, 0.25, 0.1, 0.05]))]
        message = shape.format(*random.integers(1, 99, size=shape.count("{}")))
        if odd and number == count * 2 // 3:
            level, message = "critical", "disk failure on volume 7, giving up"
        rows.append((number, start + timedelta(seconds=number * 2), level, message))
    frame = pl.DataFrame(rows, schema=["number", "ts", "level", "message"], orient="row")
    return frame.select(
        id=pl.col("number").cast(pl.UInt64) * 7919 + 13,
        source=pl.lit("made.log"),
        line=(pl.col("number") + 1).cast(pl.UInt32),
        lines=pl.lit(1),
        offset=pl.col("message").str.len_bytes().cum_sum().shift(1, fill_value=0),
        ts=pl.col("ts"),
        level=pl.col("level"),
        service=pl.lit(None, pl.String),
        message=pl.col("message"),
        raw=pl.col("message"),
    ).cast(RECORDS)  # type: ignore[arg-type]


def templated(count: int = 400, seed: int = 0, *, odd: bool = True) -> pl.DataFrame:
    """Make Records that look as if they came out of the templates room."""
    masked = pl.col("message").str.replace_all(_MASK, "<*>")
    return (
        records(count, seed, odd=odd)
        .with_columns(masked=masked, params=pl.col("message").str.extract_all(_MASK))
        .with_columns(template_id=pl.col("masked").rank("dense"))
        .cast(TEMPLATED)  # type: ignore[arg-type]
    )
