"""Numbers, times, spans and sizes in words, as pages write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from oddline.outputs._clock import lasting
from oddline.outputs._hostile import terminal
from oddline.outputs._words import counted as _counted

__all__ = [
    "ago",
    "clock",
    "clock_seconds",
    "counted",
    "date",
    "duration",
    "full",
    "initials",
    "iso",
    "number",
    "percent",
    "short",
    "size",
    "slots",
    "step",
]

NOTHING = "–"  # noqa: RUF001 - an en dash stands for no value
_SLOT = re.compile(r"(<[A-Z][A-Z0-9_]{0,30}>|<\*>)")


def number(value: float | None, digits: int = 0) -> str:
    """Give a number with commas, and so many digits after the point.

    Examples
    --------
    >>> number(48211), number(0.9271, 2), number(None) == NOTHING
    ('48,211', '0.93', True)
    """
    return NOTHING if value is None else f"{value:,.{digits}f}"


def percent(share: float | None, digits: int = 0) -> str:
    """Give a share of one in per cent.

    Examples
    --------
    >>> percent(0.78), percent(0.004), percent(0), percent(0.9996)
    ('78 %', '< 1 %', '0 %', '> 99 %')
    """
    if share is None:
        return NOTHING
    least = 10.0**-digits
    if 0 < share * 100 < least / 2:
        return f"< {least:g} %"
    if 100 - least / 2 < share * 100 < 100:
        return f"> {100 - least:g} %"
    if 0 < share * 100 < least:
        return f"< {least:g} %"
    return f"{share * 100:.{digits}f} %"


def size(count: float | None) -> str:
    """Give bytes in the unit in which they read best, of 1,000 each, as disks and networks count.

    Examples
    --------
    >>> [size(n) for n in (0, 999, 1_000, 6_134_000, 137_000_000, 2_000_000_000, 18_400_000_000)]
    ['0 B', '999 B', '1.0 kB', '6.1 MB', '137 MB', '2.0 GB', '18.4 GB']
    """
    if count is None:
        return NOTHING
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if unit != "B" and value < 99.95 else f"{value:.0f} {unit}"


def duration(seconds: float | timedelta | None) -> str:
    """Give a span of time in its largest unit, or the largest two where one would be coarse.

    Examples
    --------
    >>> duration(0.214), duration(4.2), duration(289), duration(5400)
    ('0.21 s', '4.2 s', '5 min', '1 h 30 min')
    """
    if seconds is None:
        return NOTHING
    span = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
    if timedelta(0) < span < timedelta(seconds=10):
        return f"{span.total_seconds():.2g} s"
    return lasting(span) if span else "0 s"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Say how long ago something was, or in what time it will be.

    Examples
    --------
    >>> noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> [ago(noon - timedelta(seconds=s), noon) for s in (3, 130, 7200, 90000, 864000)]
    ['just now', '2 min ago', '2 h ago', 'yesterday', '12 Nov 2026']
    >>> ago(noon + timedelta(hours=3), noon)
    'in 3 h'
    """
    if moment is None:
        return "never"
    moment, now = _utc(moment), _utc(now or datetime.now(UTC))
    days = (now.date() - moment.date()).days
    seconds = abs((now - moment).total_seconds())
    if seconds < 45:
        return "just now"
    if days > 1 or days < -1:
        return f"{days} days ago" if 1 < days < 7 else f"in {-days} days" if -7 < days < 0 else date(moment)
    if seconds >= 20 * 3600 and days:
        return "yesterday" if days > 0 else "tomorrow"
    words = f"{round(seconds / 60)} min" if seconds < 3570 else f"{round(seconds / 3600)} h"
    return f"in {words}" if moment > now else f"{words} ago"


def clock(moment: datetime | None) -> str:
    """Give the time of day in UTC.

    Examples
    --------
    >>> noon = datetime(2026, 11, 2, 12, 4, 11, tzinfo=UTC)
    >>> clock(noon), clock_seconds(noon), date(noon), full(noon), iso(noon)
    ('12:04', '12:04:11', '2 Nov 2026', '2 Nov 2026, 12:04:11 UTC', '2026-11-02T12:04:11Z')
    """
    return NOTHING if moment is None else f"{_utc(moment):%H:%M}"


def clock_seconds(moment: datetime | None) -> str:
    """Give the time of day in UTC, with seconds."""
    return NOTHING if moment is None else f"{_utc(moment):%H:%M:%S}"


def date(moment: datetime | None) -> str:
    """Give the day in UTC."""
    return NOTHING if moment is None else f"{_utc(moment).day} {_utc(moment):%b %Y}"


def full(moment: datetime | None) -> str:
    """Give day and time in UTC."""
    return NOTHING if moment is None else f"{date(moment)}, {clock_seconds(moment)} UTC"


def iso(moment: datetime | None) -> str:
    """Give a moment for machines."""
    return "" if moment is None else f"{_utc(moment).replace(tzinfo=None).isoformat()}Z"


def counted(count: int, noun: str) -> str:
    """Give a number with its noun.

    Examples
    --------
    >>> counted(1, "incident"), counted(48211, "line")
    ('1 incident', '48,211 lines')
    """
    return _counted(count, noun)


def short(text: str, width: int = 80) -> str:
    """Cut a text to one line of so many characters, and say how many are left out.

    Examples
    --------
    >>> short("x" * 30, 10)
    'xxxxxxxxxx… (20 more characters)'
    """
    return terminal(text, width)


def slots(template: str) -> Iterator[tuple[str, bool]]:
    """Split a log template into pieces, and tell of each whether it is a slot.

    Examples
    --------
    >>> list(slots("connection to <IP> refused"))
    [('connection to ', False), ('<IP>', True), (' refused', False)]
    """
    return ((piece, bool(_SLOT.fullmatch(piece))) for piece in _SLOT.split(template) if piece)


def step(score: float) -> int:
    """Give the step of the ten that a score of 0 to 100 stands on.

    Examples
    --------
    >>> step(0), step(62.4), step(100)
    (0, 6, 9)
    """
    return max(0, min(9, int(score // 10)))


def initials(name: str) -> str:
    """Give two letters of a name.

    Examples
    --------
    >>> initials("Mina Park"), initials("mina"), initials("  ")
    ('MP', 'MI', '?')
    """
    words = name.split()
    letters = words[0][:1] + words[-1][:1] if len(words) > 1 else name.strip()[:2]
    return letters.upper() or "?"


def _utc(moment: datetime) -> datetime:
    """Take a time that names no zone as UTC: the service knows no other."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
