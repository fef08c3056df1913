"""Templated events with the messages, times, sources and levels that a test asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from oddline.core.nouns import Windows
from oddline.core.schema import RECORDS, TEMPLATED
from oddline.windows.line import Line

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
MASK = r"\S*[0-9]\S*"


def events(messages, *, at=None, source="a.log", level="info"):
    """One event a message; ``at`` are seconds after the start, None for no time."""
    count = len(messages)
    at = list(range(count)) if at is None else at
    text = pl.Series("message", messages, dtype=pl.String)
    frame = text.to_frame().select(
        id=pl.int_range(pl.len(), dtype=pl.UInt64),
        source=pl.Series(source if isinstance(source, list) else [source] * count),
        line=pl.int_range(1, pl.len() + 1),
        lines=pl.lit(1),
        offset=pl.int_range(pl.len()),
        ts=pl.Series(
            [None if second is None else START + timedelta(seconds=second) for second in at],
            dtype=pl.Datetime("us", "UTC"),
        ),
        level=pl.Series(level if isinstance(level, list) else [level] * count, dtype=pl.String),
        service=pl.lit(None, pl.String),
        message="message",
        raw="message",
        masked=pl.col("message").str.replace_all(MASK, "<*>"),
        params=pl.col("message").str.extract_all(MASK),
    )
    return frame.with_columns(template_id=pl.col("masked").hash(0) % 1_000_000 + 1).cast(RECORDS | TEMPLATED)


def lines(records):
    return Line().assign(records)


def grouped(records, members):
    """Windows with these members, whatever they are."""
    members = np.asarray(members, dtype=np.uint32)
    frame = Line().assign(records).frame.head(int(members.max()) + 1)
    return Windows(frame, members)


def column(matrix, name):
    return matrix.whole()[:, matrix.names.index(name)]
