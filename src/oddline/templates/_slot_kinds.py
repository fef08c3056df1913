"""What the values of one slot are: numbers, durations, sizes, times; all of them alike, or they stay text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from oddline.core.schema import TIME

if TYPE_CHECKING:
    from collections.abc import Callable

EARLY = 100
"""So many distinct values are tried before all are: most slots of text are known for such by then."""

NOTHING = r"^(?:-|null|NULL|nil|None|none|N/A)?$"
"""What stands for "no value" in a column that else can be read as numbers, times and the like."""

_THOUSANDS = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+"
_REAL = rf"(?:{_THOUSANDS}|0|[1-9][0-9]{{0,14}})(?:\.[0-9]*)?|\.[0-9]+"
_SIZE = rf"^([+-]?(?:{_REAL})) ?(?:([kKMGTP])i?B|([kmgtp])b|([KMGT])i?|B|(?i:bytes?))$"
_POWERS = "kmgtp"
_UNITS = (
    ("d|(?i:days?)", 86400.0),
    ("h|(?i:hrs?|hours?)", 3600.0),
    ("m|(?i:mins?|minutes?)", 60.0),
    ("s|(?i:secs?|seconds?)", 1.0),
    ("ms|(?i:msecs?|millis|milliseconds?)", 1e-3),
    ("us|µs|μs|(?i:usecs?|micros|microseconds?)", 1e-6),
    ("ns|(?i:nsecs?|nanos|nanoseconds?)", 1e-9),
)
_DURATION = r"^[+-]?" + "".join(rf"(?:([0-9]+(?:\.[0-9]+)?) ?(?:{names})[ ,]*)?" for names, _ in _UNITS) + "$"
_CLOCK = r"^[+-]?(?:([0-9]+) days?, ?)?([0-9]{1,4}):([0-5][0-9]):([0-5][0-9](?:[.,][0-9]+)?)$"
_DATE = (
    r"^([0-9]{4})[\-/]([0-9]{2})[\-/]([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)? ?(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?)?$"
)


@dataclass(frozen=True)
class Kind:
    """A way to read values: the looks of one of them, and how it is read; null where it cannot be."""

    name: str
    looks: str
    read: Callable[[pl.Expr], pl.Expr]


def _whole(value: pl.Expr) -> pl.Expr:
    return value.str.replace_all(",", "", literal=True).str.strip_prefix("+").cast(pl.Int64, strict=False)


def _number(value: pl.Expr) -> pl.Expr:
    read = value.str.replace_all(",", "", literal=True).str.strip_prefix("+").cast(pl.Float64, strict=False)
    return pl.when(read.is_infinite() & value.str.contains(r"[0-9]")).then(None).otherwise(read)


def _percent(value: pl.Expr) -> pl.Expr:
    return _number(value.str.strip_chars_end(" %"))


def _size(value: pl.Expr) -> pl.Expr:
    groups = value.str.extract_groups(_SIZE).struct
    unit = pl.coalesce(groups.field("2"), groups.field("3"), groups.field("4"), pl.lit("")).str.to_lowercase()
    power = unit.replace_strict(list(_POWERS), [1024.0 ** (i + 1) for i in range(len(_POWERS))], default=1.0)
    size = _number(groups.field("1")) * power.cast(pl.Float64)
    return pl.when(value == "0").then(pl.lit(0.0)).otherwise(size)


def _duration(value: pl.Expr) -> pl.Expr:
    groups, clock = value.str.extract_groups(_DURATION).struct, value.str.extract_groups(_CLOCK).struct
    parts = [groups.field(str(i + 1)).cast(pl.Float64) * seconds for i, (_, seconds) in enumerate(_UNITS)]
    some = pl.any_horizontal([part.is_not_null() for part in parts])
    counted = pl.when(some).then(pl.sum_horizontal(parts))
    days = clock.field("1").cast(pl.Float64).fill_null(0.0)
    hours, minutes = (clock.field(name).cast(pl.Float64) for name in "23")
    told = days * 86400.0 + hours * 3600.0 + minutes * 60.0
    told = told + clock.field("4").str.replace(",", ".", literal=True).cast(pl.Float64)
    zero = pl.when(value == "0").then(pl.lit(0.0))
    sign = pl.when(value.str.starts_with("-")).then(-1.0).otherwise(1.0)
    return pl.coalesce(counted, told, zero) * sign


def _boolean(value: pl.Expr) -> pl.Expr:
    return value.str.to_lowercase().is_in(["true", "yes", "on"])


def _time(value: pl.Expr) -> pl.Expr:
    groups = value.str.extract_groups(_DATE).struct
    hour, minute, second = (groups.field(name).fill_null("00") for name in "456")
    fraction = groups.field("7").fill_null("").str.slice(0, 6).str.pad_end(6, "0")
    zone = groups.field("8").fill_null("Z").str.replace(r"^(?:Z|UTC|GMT)$", "+0000").str.replace(":", "", literal=True)
    one = pl.format(
        "{}-{}-{}T{}:{}:{}.{}{}",
        *(groups.field(name) for name in "123"),
        *(hour, minute, second, fraction, zone),
    )
    return one.str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%z", time_unit="us", strict=False).cast(TIME)


KINDS = (
    Kind("whole", rf"^[+-]?(?:0|[1-9][0-9]{{0,18}}|{_THOUSANDS})$", _whole),
    Kind("number", rf"^[+-]?(?:{_REAL})(?:[eE][+-]?[0-9]{{1,3}})?$|^(?i:nan|[+-]?inf(?:inity)?)$", _number),
    Kind("size", rf"{_SIZE}|^0$", _size),
    Kind("duration", rf"{_DURATION}|{_CLOCK}|^0$", _duration),
    Kind("percent", rf"^[+-]?(?:{_REAL}) ?%$", _percent),
    Kind("boolean", r"^(?i:true|false|yes|no|on|off)$", _boolean),
    Kind("time", _DATE, _time),
)
"""In the order in which they are tried. A number with a leading 0 is none (``007`` names something)."""

NUMERIC = ("whole", "number", "size", "duration", "percent")
"""Kinds that are Int64 or Float64."""


def read(values: pl.Series) -> tuple[pl.Series, str]:
    """Read the values of one slot as what all of them are, and tell which kind that is.

    Parameters
    ----------
    values : polars.Series of String
        Null where there is none.

    Returns
    -------
    tuple
        The values, and one of "whole" (Int64), "number" (Float64), "size" (Float64, bytes; a KB is 1024 of
        them), "duration" (Float64, seconds; also ``1:02:03``), "percent" (Float64, 100 is all), "boolean",
        "time" (UTC; a time without a zone is taken for UTC) and "text" (as it came).

    Examples
    --------
    >>> read(pl.Series(["3ms", "2m30s", "00:01:02"]))[0].to_list()
    [0.003, 150.0, 62.0]
    >>> read(pl.Series(["12", "-", "1,024"]))[0].to_list()
    [12, None, 1024]
    >>> read(pl.Series(["12", "0x1f"]))[1]
    'text'
    """
    values = values.alias("value")
    distinct = values.drop_nulls().unique()
    table = distinct.to_frame().with_columns(clean=pl.col("value").str.strip_chars().str.strip_suffix("."))
    table = table.filter(~pl.col("clean").str.contains(NOTHING))
    if not table.height:
        return values, "text"
    early = table.head(EARLY).select([_looks(kind).all().alias(kind.name) for kind in KINDS]).row(0, named=True)
    for kind in KINDS:
        if not (early[kind.name] and table.select(_looks(kind).all()).item()):
            continue
        known = table.select("value", read=kind.read(pl.col("clean")))
        if not known["read"].null_count() and not (kind.name == "number" and known["read"].is_nan().all()):
            return _put_back(values, known), kind.name
    return values, "text"


def _looks(kind: Kind) -> pl.Expr:
    return pl.col("clean").str.contains(kind.looks)


def _put_back(values: pl.Series, known: pl.DataFrame) -> pl.Series:
    """Give each value what it was read as."""
    return values.to_frame().join(known, on="value", how="left", maintain_order="left")["read"].alias("value")
