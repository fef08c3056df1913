"""Masked lines with what varies masked more carefully, and with what does not tell statements apart forgotten."""

from __future__ import annotations

import polars as pl

from oddline.templates._masks import enrich, shape


def enriched(masked: pl.Series) -> pl.Series:
    """Enrich on all cores."""
    frame = masked.to_frame("masked").lazy().select(enrich(pl.col("masked")))
    return frame.collect(engine="streaming")["masked"]


def shapes_of(masked: pl.Series) -> pl.Series:
    """Enrich and reduce to shapes, on all cores."""
    frame = masked.to_frame("masked").lazy().select(shape(enrich(pl.col("masked"))))
    return frame.collect(engine="streaming")["masked"]
