"""Axes: round steps, round bins, and what stands under a tick."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
DAYS = tuple(86400 * days for days in (2, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650, 18250, 36500))
_UNITS = ((86400, "day", "d"), (3600, "hour", "h"), (60, "minute", "min"), (1, "second", "s"))


def round_number(least: float) -> float:
    """Give the smallest of 1, 2, 5, 10, 20, 50 ... that is not below ``least``.

    Examples
    --------
    >>> [round_number(n) for n in (0.3, 3, 11, 188)]
    [1.0, 5.0, 20.0, 200.0]
    """
    if least <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= least * (1 - 1e-9))


@dataclass(frozen=True)
class Axis:
    """The horizontal axis: seconds since 1970 where the log tells the time, else line numbers."""

    start: float
    end: float
    timed: bool

    @property
    def length(self) -> float:
        """How much it covers."""
        return self.end - self.start

    def step(self, most: int) -> float:
        """Give a round step that divides the axis into at most so many parts.

        Examples
        --------
        >>> Axis(0, 5400, timed=True).step(100), Axis(0, 48211, timed=False).step(100)
        (60.0, 500.0)
        """
        least = self.length / most
        if not self.timed:
            return round_number(least)
        return float(next((s for s in (*SECONDS, *DAYS) if s >= least), DAYS[-1]))

    def snapped(self, most: int) -> Axis:
        """Widen to whole steps, so that the axis begins and ends on a tick.

        Examples
        --------
        >>> Axis(61, 118, timed=True).snapped(6)
        Axis(start=60.0, end=120.0, timed=True)
        """
        step = self.step(most)
        start, end = math.floor(self.start / step) * step, math.ceil(self.end / step) * step
        return Axis(start, end if end > start else start + step, self.timed)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Give round places with their labels.

        Examples
        --------
        >>> Axis(0, 5400, timed=True).ticks(4)
        [(0.0, '00:00'), (1800.0, '00:30'), (3600.0, '01:00'), (5400.0, '01:30')]
        """
        step = self.step(most)
        first = math.ceil(self.start / step)
        places = [step * i for i in range(first, math.floor(self.end / step) + 1)]
        return [(place, self._label(place, step)) for place in places]

    def _label(self, place: float, step: float) -> str:
        if not self.timed:
            return f"{place:,.0f}"
        moment = datetime.fromtimestamp(place, UTC)
        if step >= 30 * 86400:
            return f"{moment:%b %Y}"
        if step >= 86400 or (place % 86400 == 0 and self.length > 86400):
            return f"{moment.day} {moment:%b}"
        return f"{moment:%H:%M}" if step >= 60 else f"{moment:%H:%M:%S}"

    def per(self, step: float) -> str:
        """Say how much one bin covers.

        Examples
        --------
        >>> Axis(0, 1, timed=True).per(60), Axis(0, 1, timed=True).per(900), Axis(0, 1, timed=False).per(500)
        ('per minute', 'per 15 min', 'per 500')
        """
        if not self.timed:
            return f"per {step:,.0f}"
        size, word, short = next(unit for unit in _UNITS if step >= unit[0])
        return f"per {word}" if step == size else f"per {step / size:g} {short}"
