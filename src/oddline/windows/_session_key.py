"""Chooses what tells the sessions of a log apart, where nobody says it."""

from __future__ import annotations

import re

import polars as pl

from oddline.core.errors import BadData

LOOKED_AT = 20_000
"""Events that are looked at: neighbours, because sessions are told by what comes together."""

NAMED = ("session", "session_id", "trace_id", "request_id", "correlation_id", "transaction_id")
"""Columns that say by their name that they are keys."""

MOST_KINDS = 12
"""Kinds of identifier that are tried, the commonest first."""

FEWEST, ENOUGH = 5, 0.2
"""A key has so many identities, and puts such a share of all events together with others."""

IDENTITY = (
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|-?[0-9]{4,}|[0-9a-fA-F]*[0-9][0-9a-fA-F]{7,}"
)
BETWEEN = r"""[=:#\-/ \[("']{1,3}?"""
"""What may stand between a word and its identifier; lazy, for a minus sign is part of the identifier."""


def choose(records: pl.DataFrame) -> str:
    r"""Give the column, or the pattern, by which most events stand together with others of another template.

    Raises
    ------
    BadData
        If there is none.

    Examples
    --------
    >>> said = [f"{verb} blk_{number:04}" for number in range(9) for verb in ("receive", "store")]
    >>> records = pl.DataFrame({"message": said, "masked": ["receive", "store"] * 9})
    >>> choose(records).split("(?:")[0]
    '(blk_'
    """
    seen = records.head(LOOKED_AT)
    for name in NAMED:
        if f"x_{name}" in seen.columns:
            return name
    best = max(((_together(seen, pattern), pattern) for pattern in _patterns(seen)), default=(0.0, ""))
    if best[0] < ENOUGH:
        raise BadData(
            "no kind of identifier that several events name",
            expected="sessions, told apart by a column or a pattern",
            hint="--by session:COLUMN, or --by 'session:user=([a-z]+)'",
        )
    return best[1]


def _patterns(seen: pl.DataFrame) -> list[str]:
    """Give a pattern for each of the commonest words that an identifier stands behind."""
    words = (
        seen.select(pl.col("message").str.extract_all(rf"[A-Za-z]+(?:_|{BETWEEN})(?:{IDENTITY})"))
        .to_series()
        .explode()
        .drop_nulls()
        .str.extract(r"^([A-Za-z]+_?)")
        .value_counts(sort=True)
        .head(MOST_KINDS)
    )
    # A word and an identifier in one piece (blk_123) are the key together; else the identifier alone is.
    return [
        rf"({re.escape(word)}(?:{IDENTITY}))" if word.endswith("_") else rf"{re.escape(word)}{BETWEEN}({IDENTITY})"
        for word in words.to_series(0).drop_nulls().to_list()
    ]


def _together(seen: pl.DataFrame, pattern: str) -> float:
    """Give the share of all events that lie in sessions of more than one template."""
    template = next(name for name in ("template_id", "masked", "message") if name in seen.columns)
    told = (
        seen.select(key=pl.col("message").str.extract(pattern, 1), template=pl.col(template))
        .drop_nulls("key")
        .group_by("key")
        .agg(n=pl.len(), kinds=pl.col("template").n_unique())
    )
    if told.height < FEWEST:
        return 0.0
    return float(told.filter(pl.col("kinds") > 1)["n"].sum()) / max(seen.height, 1)
