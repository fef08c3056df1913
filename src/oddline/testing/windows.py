"""The contract of a window."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from oddline.core.schema import WINDOWS, check
from oddline.testing._records import records as made


def records() -> pl.DataFrame:
    """Make Records with a column that tells sessions apart."""
    events = made()
    return events.with_columns(x_session=pl.format("s{}", pl.int_range(events.height) // 3 % 40))


def check_windows_come_in_order(window: Any) -> None:
    """The windows come in the order of their first events, so that a share at the end is the latest."""
    members = window().assign(records()).members.astype(np.int64)
    first = np.unique(members, return_index=True)[1]
    assert (np.diff(first) > 0).all(), f"first events at {first[:10]}"


def check_settled_windows_are_the_same(window: Any) -> None:
    """The argument that is settled on gives the same windows."""
    argument = window().settled(records())
    again = window.of(argument) if argument else window()
    assert again.assign(records()).frame.equals(window().assign(records()).frame), f"other windows with {argument!r}"


def check_all_that_belong_are_kept(window: Any) -> None:
    """What belongs to windows is a part of the events, in their order."""
    events = records()
    kept = window().belonging(events)
    assert events.filter(pl.col("id").is_in(kept["id"].implode())).equals(kept), "other events, or another order"


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
