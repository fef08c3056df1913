"""Clocks that tell no year, or no day: how often they have come round is told by the order of the lines."""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.schema import TIME

_DAY = 86_400_000_000
# Year-less text is first read as of a leap year, so that 29 February exists; without a file time it stays there.
_BASE_YEAR = 1972
_SLACK = timedelta(days=1)  # a file's time is UTC, the clock in its lines may be ahead of that


def _rounds(values: npt.NDArray[np.int64], period: int) -> npt.NDArray[np.int64]:
    """Count how often a clock that repeats has come round; a line that is late by a little takes one back."""
    steps = np.diff(values, prepend=values[:1])
    # A step back of a quarter is a turn and not a late line; a step forwards of nearly a whole round is a late
    # line from before the turn, not a gap of eleven months.
    return np.cumsum((steps < -period // 4).astype(np.int64) - (steps > period * 19 // 20))


def unwrap_years(times: pl.Series, modified: float | None) -> pl.Series:
    """Move times of 1972 to their years: the last one is not after the file's last change."""
    known = times.is_not_null()
    if not known.any():
        return times
    values = times.drop_nulls().dt.epoch("us").to_numpy()
    rounds = _rounds(values, 366 * _DAY)
    in_year = values - _micros(datetime(_BASE_YEAR, 1, 1))
    leap_day, march = 59 * _DAY, 60 * _DAY
    first = _BASE_YEAR - int(rounds[0])
    if modified is not None:
        limit = datetime.fromtimestamp(modified, UTC).replace(tzinfo=None) + _SLACK
        first = limit.year - int(rounds[-1])
        limit_in_year = _micros(limit) - _micros(datetime(limit.year, 1, 1))
        shift = _DAY if in_year[-1] >= march and not isleap(limit.year) else 0
        first -= int(in_year[-1] - shift > limit_in_year)
        leap_rounds = np.unique(rounds[(in_year >= leap_day) & (in_year < march)])
        for _ in range(8):  # the longest way from one leap year to the one before it
            if all(isleap(first + int(turn)) for turn in leap_rounds[:1]):
                break
            first -= 1
    years = np.arange(rounds.min(), rounds.max() + 1)
    starts = np.array([_micros(datetime(max(1, first + int(turn)), 1, 1)) for turn in years])
    short = np.array([not isleap(first + int(turn)) for turn in years])
    place = rounds - rounds.min()
    real = starts[place] + in_year - _DAY * (short[place] & (in_year >= march))
    return _put(real, known)


def unwrap_days(times: pl.Series, modified: float | None) -> pl.Series:
    """Move times of day to their days: the last one is not after the file's last change."""
    known = times.is_not_null()
    if not known.any():
        return times
    clock = times.drop_nulls().dt.epoch("us").to_numpy() - _micros(datetime(_BASE_YEAR, 1, 1))
    rounds = _rounds(clock, _DAY)
    first = -int(rounds[0])
    if modified is not None:
        limit = int(modified * 1e6)
        first = limit // _DAY - int(rounds[-1]) - int(clock[-1] > limit % _DAY)
    return _put(clock + (first + rounds) * _DAY, known)


def _put(values: npt.NDArray[np.int64], known: pl.Series) -> pl.Series:
    """Lay values into the places that are known."""
    full = np.zeros(known.len(), dtype=np.int64)
    full[known.to_numpy()] = values
    return pl.Series("", full).cast(TIME).zip_with(known, pl.Series("", [None], dtype=TIME))


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)
