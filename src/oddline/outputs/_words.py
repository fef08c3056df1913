"""Numbers, spans of time and decisions in words, the same in the terminal and in the report."""

# ruff: noqa: RUF001, RUF002 - an en dash in a span and a multiplication sign are what people read

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl

from oddline.core.nouns import Incident, Inputs, Reason, Result

SHAPES = {"low": "○", "medium": "◆", "high": "▲", "critical": "⬣"}
"""Severity is told by shape and word; a colour comes on top where there is one."""

NO_TIME = "–"
_BRIEF = timedelta(minutes=10)
_SLOT = re.compile(r"<[A-Z][A-Z0-9_]{0,30}>|<\*>")
_QUOTED = re.compile("“([^“”]{1,2000})”")


def counted(n: int, noun: str) -> str:
    """Give a number with its noun.

    Examples
    --------
    >>> counted(1, "odd line"), counted(48211, "line"), counted(2, "entry")
    ('1 odd line', '48,211 lines', '2 entries')
    """
    if n == 1:
        return f"1 {noun}"
    return f"{n:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{n:,} {noun}s"


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


def cut_score(result: Result) -> float | None:
    """Give the cut on the scale of 0 to 100 that people see, or None if no row tells how the scales go.

    Score rises with surprise, so the rows themselves are the table between the two.

    A cut beyond all rows is told by going on as the rows do.
    """
    known = result.scored.select("surprise", "score").fill_nan(None).drop_nulls().unique().sort("surprise")
    known = known.filter(pl.col("surprise") > 0)
    cut = result.threshold.cut
    if not known.height or not np.isfinite(cut):
        return None
    # Score nears 100 as surprise grows; on this scale the way between two rows, and beyond the last, is straight.
    surprise = known["surprise"].to_numpy()
    straight = -np.log1p(-np.minimum(known["score"].to_numpy() / 100, 1 - 1e-9))
    if cut > surprise[-1]:
        at = straight[-1] * cut / surprise[-1]
    else:
        at = np.interp(cut, np.append(0.0, surprise), np.append(0.0, straight))
    return float(-100 * np.expm1(-at))


def noun(result: Result) -> str:
    """Name what was judged: a line of text, a row of a table, or a window of several events."""
    if result.windows != result.events:
        return "window"
    return "line" if result.templates else "row"


def decision(result: Result) -> str:
    """Say from where on a row is odd, and who chose that.

    Examples
    --------
    ``cut 62, budget 5``; ``cut 62, automatic``.
    """
    score = cut_score(result)
    threshold = result.threshold
    at = f"cut {score:.0f}" if score is not None else f"cut at surprise {threshold.cut:.1f}"
    return at + (f", budget {threshold.budget:,}" if threshold.budget is not None else f", {threshold.method}")


def highest(result: Result) -> float | None:
    """Give the highest score of all rows, or None where there is no row."""
    top = result.scored["score"].fill_nan(None).max()
    return float(top) if isinstance(top, int | float) else None


def reason_in_words(reason: Reason) -> str:
    """Say one reason; an empty part leaves no stray punctuation."""
    seen = ": ".join(part for part in (reason.what, reason.seen) if part)
    return seen + (f", expected {reason.expected}" if reason.expected else "")


def reasons_in_words(incident: Incident, most: int = 3) -> str:
    """Say why, the strongest reason first, leaving out what the title says already."""
    said = [reason_in_words(reason) for reason in incident.reasons]
    return "; ".join(dict.fromkeys(part for part in said if part and part not in incident.title)) if most else ""


def inputs_in_words(inputs: tuple[Inputs, ...]) -> list[str]:
    """Name what was read: the file and its format, or how many files and which formats.

    Examples
    --------
    >>> inputs_in_words((Inputs("logs/app.log", "syslog", 0.98, 10, 10),))
    ['app.log', 'syslog (0.98)']
    >>> a, b = Inputs("a", "plain", 1.0, 1, 1), Inputs("b", "syslog", 0.9, 1, 1)
    >>> inputs_in_words((a, b, b))
    ['3 files', 'syslog (0.90) ×2, plain (1.00)']
    """
    if not inputs:
        return ["nothing read"]
    name = inputs[0].path.rstrip("/").rsplit("/", maxsplit=1)[-1] if len(inputs) == 1 else f"{len(inputs):,} files"
    by_format: dict[str, list[float]] = {}
    for item in inputs:
        by_format.setdefault(item.format, []).append(item.confidence)
    most = sorted(by_format.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    words = [
        f"{kind} ({min(sure):.2f})" + (f" ×{len(sure)}" if len(inputs) > 1 and len(sure) > 1 else "")
        for kind, sure in most
    ]
    return [name, ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")]


def joined(parts: tuple[str, ...]) -> str:
    """Put the parts of a time on one line.

    Examples
    --------
    >>> joined(("12:04:11–", "12:09:00")), joined(("2026-11-22", "12:04"))
    ('12:04:11–12:09:00', '2026-11-22 12:04')
    """
    return " ".join(parts).replace("– ", "–")


def pieces(title: str) -> list[tuple[str, str]]:
    """Cut a title into what we say and what is from the log: (kind, text), kind ``text``, ``code`` or ``slot``.

    A title is from the log, as a template is; where it says more, the part from the log stands in “ ”.

    Examples
    --------
    >>> pieces("connection to <IP> refused")
    [('code', 'connection to '), ('slot', '<IP>'), ('code', ' refused')]
    >>> pieces("“heartbeat” is missing")
    [('code', 'heartbeat'), ('text', ' is missing')]
    """
    found: list[tuple[str, str]] = []
    end = 0
    for quote in _QUOTED.finditer(title):
        found += [("text", title[end : quote.start()]), *_slots(quote.group(1))]
        end = quote.end()
    found += [("text", title[end:])] if found else _slots(title)
    return [(kind, text) for kind, text in found if text]


def _slots(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    end = 0
    for slot in _SLOT.finditer(text):
        found += [("code", text[end : slot.start()]), ("slot", slot.group())]
        end = slot.end()
    return [*found, ("code", text[end:])]
