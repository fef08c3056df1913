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


WRONG = {
    "every_event_has_its_window": LosesTheLast,
    "windows_stay_within_their_times": EndsEarly,
    "stands_no_events": NeedsEvents,
}
RIGHT = Line
