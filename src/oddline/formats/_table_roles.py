"""Which column tells the time, the level, the message and the service."""

from __future__ import annotations

import re

import polars as pl

from oddline.core.schema import TIME
from oddline.formats._levels import LETTERS, WORDS, translate

_TIME_NAMES = (
    "timestamp", "ts", "time", "datetime", "date_time", "event_time", "eventtime", "log_time",
    "logtime", "timegenerated", "time_generated", "created_at", "created", "occurred_at", "start_time", "starttime",
    "stime", "first_seen", "date", "epoch",
)  # fmt: skip
_LEVEL_NAMES = ("level", "severity", "loglevel", "log_level", "levelname", "lvl", "severity_text", "priority")
_MESSAGE_NAMES = (
    "message", "msg", "log_message", "content", "log", "event", "description", "text", "body",
    "details", "detail", "summary",
)  # fmt: skip
_SERVICE_NAMES = (
    "service", "service_name", "app", "application", "component", "program", "process", "logger", "container",
    "pod", "module", "host", "hostname", "node", "server", "source", "device", "instance",
)  # fmt: skip

_CLOCK = ("%H:%M:%S%.f", "%H:%M")
_DAYS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d/%b/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%b %d %Y",
    "%Y%m%d",
    "%d-%b-%Y",
    "%m/%d/%y",
)
_FORMATS = (
    *(
        f"{day}{gap}{clock}{zone}"
        for day in _DAYS
        for gap in (" ", "T", ":")
        for clock in _CLOCK
        for zone in ("", "%#z", " %#z")
    ),
    *_DAYS,
    "%a %b %d %H:%M:%S %Y",
    "%Y%m%d%H%M%S",
    "%Y-%m-%d-%H.%M.%S%.f",
)  # fmt: skip

_EPOCHS = ((1e17, 1e3), (1e14, 1.0), (1e11, 1e-3), (1e8, 1e-6))
"""From which size on a number of time counts so many of its units to a microsecond (ns, µs, ms, s since 1970)."""


def key_of(name: str) -> str:
    """Reduce a column's name to what it is compared by.

    Examples
    --------
    >>> key_of("@timestamp"), key_of("Log Level"), key_of("logLevel")
    ('timestamp', 'log_level', 'log_level')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name[:100])
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def _named(frame: pl.DataFrame, names: tuple[str, ...]) -> list[str]:
    """List the columns that have one of these names, in the order of the names."""
    keys: dict[str, list[str]] = {}
    for column in frame.columns:
        keys.setdefault(key_of(column), []).append(column)
        keys.setdefault(key_of(column).replace("_", ""), []).append(column)
    found = [column for name in names for column in keys.get(name, [])]
    return list(dict.fromkeys(found))


def parse_time(column: pl.Series) -> pl.Series | None:
    """Read a column of text as times in UTC, if at least nine in ten of its filled cells are.

    Examples
    --------
    >>> parse_time(pl.Series(["2026-01-02T03:04:05Z"])).dt.year().to_list()
    [2026]
    >>> parse_time(pl.Series(["tcp", "udp"])) is None
    True
    """
    text = (
        column.str.strip_chars("[] \t'\"")
        .str.replace(r" ?(Z|UTC|GMT)$", "+00:00")
        .str.replace(r"(:\d\d),(\d)", "${1}.${2}")
    )
    sample = text.drop_nulls().head(200)
    if sample.is_empty() or sample.str.contains(r"\d.*\d").mean() < 0.9:  # type: ignore[operator]
        return None
    best: tuple[float, float, str] = (0.0, 0.0, "")
    for form in _FORMATS:
        parsed = _strptime(sample, form)
        share = 1 - parsed.null_count() / parsed.len()
        if share >= 0.9:
            # Day first or month first: a log's times rise.
            rising = float((parsed.diff().dt.total_microseconds() >= 0).mean() or 0.0)  # type: ignore[arg-type]
            best = max(best, (round(share, 2), round(rising, 2), form), key=lambda found: found[:2])
            if "%m/%d" not in form and "%d/%m" not in form:
                break
    if not best[2]:
        return None
    times = _strptime(text, best[2])
    filled = text.len() - text.null_count()
    return times if times.len() - times.null_count() >= 0.9 * filled else None


def _strptime(text: pl.Series, form: str) -> pl.Series:
    return text.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC", ambiguous="earliest")


def _epoch(column: pl.Series) -> pl.Series | None:
    """Read numbers as a time since 1970, the unit told by their size."""
    middle = column.cast(pl.Float64).median()
    for least, units in _EPOCHS:
        if isinstance(middle, float) and least <= middle < least * 1e2:
            numbers = column.cast(pl.Float64)
            exact = column.cast(pl.Int64) // int(units) if column.dtype.is_integer() and units >= 1 else None
            scaled = exact if exact is not None else (numbers / units).round().cast(pl.Int64, strict=False)
            return scaled.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return None


def as_time(column: pl.Series) -> pl.Series | None:
    """Read a column that is named like a time."""
    if isinstance(column.dtype, pl.Datetime):
        zoned = column if column.dtype.time_zone else column.dt.replace_time_zone("UTC")
        return zoned.dt.convert_time_zone("UTC").cast(TIME)
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    if column.dtype == pl.String:
        return parse_time(column)
    return _epoch(column) if column.dtype.is_numeric() else None


def find_time(frame: pl.DataFrame) -> tuple[pl.Series | None, str]:
    """Find the time of each row: a column named so, a date and a clock side by side, or one that reads as times."""
    named = _named(frame, _TIME_NAMES)
    clocks = [name for name in named if frame[name].dtype == pl.String and _is_clock(frame[name])]
    days = [name for name in named if name not in clocks and frame[name].dtype == pl.String]
    for day in days if clocks else []:
        both = parse_time(frame[day].str.strip_chars() + " " + frame[clocks[0]].str.strip_chars())
        if both is not None:
            return both, day
    for name in named:
        times = as_time(frame[name])
        if times is not None:
            return times, name
    for column in frame.iter_columns():
        if column.dtype == pl.String or column.dtype.is_temporal():
            times = as_time(column) if not isinstance(column.dtype, (pl.Time, pl.Duration)) else None
            if times is not None:
                return times, column.name
    return None, ""


def _is_clock(column: pl.Series) -> bool:
    sample = column.drop_nulls().head(100)
    return bool(sample.len() and sample.str.contains(r"^\s*\d{1,2}:\d{2}(:\d{2}([.,:]\d+)?)?\s*$").mean() >= 0.9)  # type: ignore[operator]


def find_level(frame: pl.DataFrame) -> tuple[pl.Series | None, str]:
    """Find the level of each row: a column named so, or one whose values are words for levels."""
    named = _named(frame, _LEVEL_NAMES)
    for name in [*named, *(other for other in frame.columns if other not in named)]:
        column = frame[name]
        if column.dtype != pl.String:
            continue
        if name not in named and column.head(1000).str.len_chars().max() not in range(3, 14):
            continue
        words = WORDS if name not in named else {**WORDS, **LETTERS}
        levels = pl.select(translate(pl.lit(column.str.strip_chars("[]<>: ")), words)).to_series()
        filled = column.len() - column.null_count()
        share = (levels.len() - levels.null_count()) / filled if filled else 0.0
        if share >= (0.5 if name in named else 0.95) and (name in named or levels.n_unique() > 1):
            return levels, name
    return None, ""


def find_message(frame: pl.DataFrame, taken: set[str]) -> str:
    """Find the column of free text: named so and of words, or else the one with the most words."""
    texts = [name for name in frame.columns if frame[name].dtype == pl.String and name not in taken]
    words = {name: _words(frame[name]) for name in texts}
    for name in _named(frame.select(texts), _MESSAGE_NAMES):
        if words[name] >= 1.2 or frame[name].head(5000).n_unique() > 50:
            return name
    wordy = max(texts, key=lambda name: words[name], default="")
    return wordy if wordy and words[wordy] >= 3 else ""


def _words(column: pl.Series) -> float:
    return float(column.head(1000).drop_nulls().str.slice(0, 1000).str.count_matches(r"\S+").mean() or 0.0)  # type: ignore[arg-type]


def find_service(frame: pl.DataFrame, taken: set[str]) -> str:
    """Find the column that says who speaks: a service before a host."""
    named = [name for name in _named(frame, _SERVICE_NAMES) if name not in taken]
    return next(
        (name for name in named if frame[name].dtype == pl.String and frame[name].null_count() < frame.height),
        "",
    )
