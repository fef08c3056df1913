"""Windows that are wrong on purpose."""

import numpy as np
import polars as pl

from oddline.core.nouns import Windows
from oddline.windows.line import Line


class LosesTheLast(Line):
    """The last event is in no window."""

    def assign(self, records):
        return super().assign(records.head(max(records.height - 1, 0)))


class EndsEarly(Line):
    """Each window ends before its event."""

    def assign(self, records):
        windows = super().assign(records)
        return Windows(windows.frame.with_columns(end=pl.col("end") - pl.duration(hours=1)), windows.members)


class NeedsEvents(Line):
    """Makes a window out of nothing."""

    def assign(self, records):
        windows = super().assign(records)
        if not len(windows):
            frame = windows.frame.clear(1)
            return Windows(frame, np.zeros(0, dtype=np.uint32))
        return windows


class LastFirst(Line):
    """The latest window comes first."""

    def assign(self, records):
        windows = super().assign(records)
        return Windows(windows.frame.reverse(), windows.members[::-1].copy())


class Forgets(Line):
    """Cuts by what it saw, and does not tell."""

    def settled(self, records):
        return "other"

    @classmethod
    def of(cls, argument):
        return LastFirst()


class AddsEvents(Line):
    """Gives back other events than it was given."""

    def belonging(self, records):
        return records.with_columns(message=pl.lit("x"))


WRONG = {
    "windows_come_in_order": LastFirst,
    "settled_windows_are_the_same": Forgets,
    "all_that_belong_are_kept": AddsEvents,
    "every_event_has_its_window": LosesTheLast,
    "windows_stay_within_their_times": EndsEarly,
    "stands_no_events": NeedsEvents,
}
RIGHT = Line
