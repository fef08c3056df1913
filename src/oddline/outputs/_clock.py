"""Times and spans of time in words, the same in the terminal and in the report."""

# ruff: noqa: RUF001, RUF002 - an en dash stands in spans

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from oddline.core.nouns import Result

NO_TIME = "–"
_BRIEF = timedelta(minutes=10)


def lasting(span: timedelta) -> str:
    """Give a duration in its largest unit, or the largest two where one would be coarse.

    Examples
    --------
    >>> [lasting(timedelta(seconds=s)) for s in (0.2, 52, 289, 5400, 259200, 266400)]
    ['under 1 s', '52 s', '5 min', '1 h 30 min', '3 d', '3 d 2 h']
    """
    seconds = span.total_seconds()
    if seconds < 1:
        return "under 1 s"
    seconds = round(seconds) if seconds < 60 else 60 * round(seconds / 60)
    for (name, size), (finer, step) in pairwise((("d", 86400), ("h", 3600), ("min", 60), ("s", 1))):
        if seconds >= size:
            rest = seconds % size // step if seconds < 10 * size else 0  # 12 d say as much as 12 d 3 h
            return f"{seconds // size} {name}" + (f" {rest} {finer}" if rest else "")
    return f"{seconds} s"


@dataclass(frozen=True)
class Clock:
    """How times are written in one result: as briefly as the whole of it allows, in UTC.

    ``dated`` where the log goes over more than one day, ``seconds`` where it lasts under ten minutes.
    """

    dated: bool
    seconds: bool

    @classmethod
    def of(cls, result: Result) -> Clock:
        """Choose for a result."""
        times = result.scored["ts"] if result.scored.height else None
        first, last = (times.min(), times.max()) if times is not None else (None, None)
        if not isinstance(first, datetime) or not isinstance(last, datetime):
            return cls(dated=False, seconds=False)
        return cls.spanning(first, last)

    @classmethod
    def spanning(cls, first: datetime, last: datetime) -> Clock:
        """Choose for what goes from one moment to another."""
        return cls(dated=first.date() != last.date(), seconds=last - first < _BRIEF)

    def time(self, moment: datetime) -> str:
        """Give the time of day."""
        return f"{moment:%H:%M:%S}" if self.seconds else f"{moment:%H:%M}"

    def when(self, first: datetime | None, last: datetime | None) -> tuple[str, ...]:
        """Give a span as one part, or as two that may stand above each other.

        Examples
        --------
        >>> from datetime import UTC
        >>> a, b = datetime(2026, 11, 22, 12, 4, 11, tzinfo=UTC), datetime(2026, 11, 22, 12, 9, tzinfo=UTC)
        >>> Clock(False, False).when(a, b), Clock(True, False).when(a, a), Clock(False, True).when(a, b)
        (('12:04–12:09',), ('2026-11-22', '12:04'), ('12:04:11–', '12:09:00'))
        >>> Clock(True, False).when(a, b + timedelta(days=1)), Clock(False, False).when(None, None)
        (('11-22 12:04–', '11-23 12:09'), ('–',))
        """
        if first is None:
            return (NO_TIME,)
        last = last or first
        if first.date() != last.date():
            return f"{first:%m-%d} {self.time(first)}–", f"{last:%m-%d} {self.time(last)}"
        start, end = self.time(first), self.time(last)
        if self.dated:
            return f"{first:%Y-%m-%d}", start if start == end else f"{start}–{end}"
        if start == end:
            return (start,)
        return (f"{start}–", end) if self.seconds else (f"{start}–{end}",)


def joined(parts: tuple[str, ...]) -> str:
    """Put the parts of a time on one line.

    Examples
    --------
    >>> joined(("12:04:11–", "12:09:00")), joined(("2026-11-22", "12:04"))
    ('12:04:11–12:09:00', '2026-11-22 12:04')
    """
    return " ".join(parts).replace("– ", "–")
