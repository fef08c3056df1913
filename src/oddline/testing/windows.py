"""The contract of a window."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from oddline.core.schema import WINDOWS, check
from oddline.testing._records import records


def check_every_event_has_its_window(window: Any) -> None:
    """Each event belongs to one window, and the counts of the windows add up to the events."""
    events = records()
    windows = window().assign(events)
    check(windows.frame, WINDOWS, "windows")
    assert windows.members.shape == (events.height,), f"{windows.members.shape} members for {events.height} events"
    counted = np.bincount(windows.members, minlength=len(windows))
    assert (counted == windows.frame["n"].to_numpy()).all(), "n does not count the events"


def check_windows_stay_within_their_times(window: Any) -> None:
    """No event lies outside the span of its window."""
    events = records()
    windows = window().assign(events)
    spans = windows.frame[windows.members.astype(np.int64)]
    outside = events.with_columns(spans["start"], spans["end"]).filter(
        (pl.col("ts") < pl.col("start")) | (pl.col("ts") > pl.col("end"))
    )
    assert outside.is_empty(), f"{outside.height} events outside their windows"


def check_stands_no_events(window: Any) -> None:
    """No events, no windows."""
    assert len(window().assign(records().head(0))) == 0
