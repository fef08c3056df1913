"""Typed columns into Records: the roles are told, and every column is kept as ``x_NAME``."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import BadData, UsageError
from oddline.core.schema import LEVEL, RECORDS, TIME
from oddline.formats._identity import event_ids
from oddline.formats._table_roles import find_level, find_message, find_service, find_time
from oddline.formats.base import Mask

MOST_COLUMNS = 2_000
LONGEST_MESSAGE = 500
"""Characters of the ``name=value`` text that stands for a row without a message."""

MESSAGE_COLUMNS = 16
"""Columns that go into that text; more is no longer read by anyone, and each costs time."""

LONGEST_RAW = 65_536


def guard_width(width: int) -> None:
    """Refuse a table that is wider than anything a log holds.

    Raises
    ------
    BadData
        Beyond 2,000 columns.
    """
    if width > MOST_COLUMNS:
        raise BadData(
            f"a table of {width:,} columns",
            expected=f"at most {MOST_COLUMNS:,}",
            hint="keep fewer columns, or read it as lines with --format plain",
        )


def clean_names(names: list[str]) -> list[str]:
    r"""Make names printable, not empty and unique.

    Examples
    --------
    >>> clean_names(["#ts", " ts", "", "a\x1b[0mb"])
    ['ts', 'ts_2', 'c3', 'a_[0mb']
    """
    seen: set[str] = set()
    clean = []
    for place, name in enumerate(names, start=1):
        short = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "_", name[:100])
        base = short.strip(" \"'").removeprefix("#").strip() or f"c{place}"
        unique, number = base, 2
        while unique in seen:
            unique, number = f"{base}_{number}", number + 1
        seen.add(unique)
        clean.append(unique)
    return clean


def keep(names: list[str], drop: tuple[str, ...]) -> list[str]:
    """Give the names that are not dropped.

    Raises
    ------
    UsageError
        If a name to drop does not exist, or none is left.
    """
    known = ", ".join(names[:50]) + (", ..." if len(names) > 50 else "")
    for name in drop:
        if name not in names:
            raise UsageError(f"no column {name!r} to drop", expected=f"one of {known}")
    kept = [name for name in names if name not in drop]
    if not kept:
        raise UsageError("every column is dropped", expected=f"at least one of {known} to be left")
    return kept


def to_records(
    frame: pl.DataFrame,
    source: str,
    *,
    line: npt.NDArray[np.uint32],
    lines: npt.NDArray[np.uint32],
    offset: npt.NDArray[np.uint64],
    raw: pl.Series | None = None,
    surplus: dict[int, str] | None = None,
    mask: Mask | None = None,
) -> pl.DataFrame:
    """Turn typed columns into ``schema.RECORDS`` plus ``x_NAME`` for each; ``mask`` is for the cells."""
    ts, time_name = find_time(frame)
    level, level_name = find_level(frame)
    message_name = find_message(frame, {time_name, level_name})
    service_name = find_service(frame, {time_name, level_name, message_name})
    height = frame.height
    if mask is not None:
        # After the time and the level were read, before any text is cut: half an address is not known for one. The
        # text of a row does not say what its cells are, so it is written anew with the names of the columns.
        frame, raw = mask(frame), None
    message = frame[message_name].fill_null("") if message_name else pairs(frame.drop([time_name] if time_name else []))
    if surplus:
        rows = sorted(surplus)
        message = message.clone().scatter(rows, [f"{message[row]} … {surplus[row]}" for row in rows])
    head = pl.DataFrame(
        {
            "id": event_ids(pl.Series([source] * min(height, 1)), pl.Series(offset)),
            "source": pl.repeat(source, height, dtype=pl.Categorical(), eager=True),
            "line": line,
            "lines": lines,
            "offset": offset,
            "ts": ts if ts is not None else pl.Series([None] * height, dtype=TIME),
            "level": level if level is not None else pl.Series([None] * height, dtype=LEVEL),
            "service": frame[service_name] if service_name else pl.Series([None] * height, dtype=pl.String),
            "message": message,
            "raw": raw.str.slice(0, LONGEST_RAW) if raw is not None else pairs(frame),
        },
        schema=RECORDS,
    )
    # The column that tells the time is kept as times, so that no feature takes seconds since 1970 for a size.
    columns = [
        (ts if name == time_name and ts is not None else frame[name]).alias(f"x_{name}") for name in frame.columns
    ]
    return head.hstack(columns)


def pairs(frame: pl.DataFrame) -> pl.Series:
    """Write each row as ``name=value`` text of bounded length; missing cells are left out.

    Examples
    --------
    >>> pairs(pl.DataFrame({"code": [200, None], "host": ["web1", "web2"]})).to_list()
    ['code=200 host=web1', 'host=web2']
    """
    shown = frame.columns[:MESSAGE_COLUMNS]
    if not shown:
        return pl.Series([""] * frame.height, dtype=pl.String)
    parts = [pl.lit(f"{name}=") + pl.col(name).cast(pl.String).str.slice(0, 100) for name in shown]
    text = frame.select(pl.concat_str(parts, separator=" ", ignore_nulls=True).str.slice(0, LONGEST_MESSAGE))
    return text.to_series()
