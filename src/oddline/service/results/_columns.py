"""What is known of each row and each event, as one mapped array a column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Result
from oddline.core.schema import EVENTS, LEVEL, SEVERITY
from oddline.service.results._layout import Layout

Ints = npt.NDArray[Any]

NO_TIME = np.iinfo(np.int64).min
"""The time of what has none, in microseconds since 1970."""

NOT_KEPT = {f"x_{name}" for name in ("offset",)} | {EVENTS}
"""Columns of a format that are no field: a sequence of a thousand ids is the text itself."""

GROUP = 1 << 16
"""Rows of ``fields.parquet`` that are read together when one is opened."""


def row_columns(result: Result, layout: Layout) -> dict[str, Ints]:
    """Give what is known of each scored row."""
    scored = result.scored
    level = _codes(layout.events["level"], LEVEL)
    return {
        "score": _floats(scored["score"]),
        "surprise": _floats(scored["surprise"]),
        "confidence": _floats(scored["confidence"]),
        "ts": _times(scored["ts"]),
        "line": scored["line"].to_numpy(),
        "source": layout.of_rows(layout.source),
        "severity": _codes(scored["severity"], SEVERITY),
        "level": layout.worst(level, scored.height),
        "incident": incident_of(result),
    }


def event_columns(layout: Layout) -> dict[str, Ints]:
    """Give what is known of each event; where events are rows, what rows already tell is left out."""
    events = layout.events
    columns = {"event.lines": events["lines"].to_numpy(), "event.message": _message_at(events)}
    if layout.window is not None and layout.head is not None:
        order = np.argsort(layout.window, kind="stable")
        columns |= {
            "event.line": events["line"].to_numpy(),
            "event.source": layout.source,
            "event.row": layout.window,
            "head": layout.head,
            "members": order.astype(np.uint32),
            "members.ends": np.concatenate(([0], np.cumsum(np.bincount(layout.window, minlength=len(layout.head))))),
        }
    return columns


def incident_of(result: Result) -> Ints:
    """Give each row the number of its incident, -1 for none."""
    number = np.full(result.scored.height, -1, dtype=np.int32)
    rows = {anomaly.id: anomaly.row for anomaly in result.anomalies}
    for place in reversed(range(len(result.incidents))):
        members = [rows[name] for name in result.incidents[place].anomaly_ids if name in rows]
        number[members] = place
    return number


def write_columns(columns: dict[str, Ints], folder: Path) -> None:
    """Write each column as a file of its own."""
    for name, values in columns.items():
        np.save(folder / f"{name}.npy", np.ascontiguousarray(values))


def write_fields(layout: Layout, folder: Path) -> tuple[str, ...]:
    """Write the columns that the format told besides, and give their names: ``host``, ``user``, ``status``."""
    chosen = {
        name.removeprefix("x_"): name
        for name, kind in layout.events.schema.items()
        if name.startswith("x_") and name not in NOT_KEPT and not kind.is_nested()
    }
    if "service" not in chosen and layout.events["service"].null_count() < layout.events.height:
        chosen = {"service": "service"} | chosen
    told = {
        name: column for name, column in chosen.items() if layout.events[column].null_count() < layout.events.height
    }
    if told:
        fields = layout.events.select(pl.col(column).alias(name) for name, column in told.items())
        fields.write_parquet(folder / "fields.parquet", row_group_size=GROUP, statistics=False)
    return tuple(told)


def _floats(column: pl.Series) -> Ints:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _times(column: pl.Series) -> Ints:
    return column.dt.epoch("us").fill_null(NO_TIME).to_numpy()


def _codes(column: pl.Series, kind: pl.Enum) -> Ints:
    return column.cast(kind).to_physical().cast(pl.Int16).fill_null(-1).cast(pl.Int8).to_numpy()


def _message_at(events: pl.DataFrame) -> Ints:
    """Tell at which byte of an event's text its message begins; 0 where the text does not end with it."""
    raw, message = pl.col("raw").fill_null(""), pl.col("message").fill_null("")
    before = raw.str.len_bytes().cast(pl.Int64) - message.str.len_bytes().cast(pl.Int64)
    told = events.select(pl.when(raw.str.ends_with(message)).then(before).otherwise(0).cast(pl.UInt32))
    return told.to_series().to_numpy()
