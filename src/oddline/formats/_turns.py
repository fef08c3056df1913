"""Clocks that tell no year, or no day: how often they have come round is told by the order of the lines."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.schema import TIME

YEARLESS, DAYLESS = " without a year", " without a day"
"""How the name of a clock ends."""

_DAY = 86_400_000_000
_LEAP_DAY, _MARCH = 59 * _DAY, 60 * _DAY
# Year-less text is first read as of a leap year, so that 29 February exists; without a file time it stays there.
_BASE_YEAR = 1972
_SLACK = timedelta(days=1)  # a file's time is UTC, the clock in its lines may be ahead of that


@dataclass
class Turns:
    """How often a clock that repeats has come round: all that is carried from one stretch of lines to the next."""

    first: int | None = None
    """The year, or the day, of round 0; None until somebody has seen the end."""
    last: int | None = None
    rounds: int = 0
    leap_round: int | None = None

    def count(self, values: npt.NDArray[np.int64], period: int) -> npt.NDArray[np.int64]:
        """Count the rounds of further values; a line that is late by a little takes one back."""
        steps = np.diff(values, prepend=values[:1] if self.last is None else self.last)
        # A step back of a quarter is a turn and not a late line; a step forwards of nearly a whole round is a late
        # line from before the turn, not a gap of eleven months.
        rounds = self.rounds + np.cumsum((steps < -period // 4).astype(np.int64) - (steps > period * 19 // 20))
        self.last, self.rounds = int(values[-1]), int(rounds[-1])
        return rounds


class Clocks:
    """The clocks of one part that tell no year or no day, by the field they stand in.

    ``known`` are those that a look ahead has settled; ``at_hand`` those of which the next lines show everything, so
    that their end tells the year (None: all). Any other turns up late: its own first time then tells the year, which
    is the same wherever the lines are cut.
    """

    def __init__(self, known: Mapping[str, Turns] | None = None, at_hand: Container[str] | None = ()) -> None:
        self.turns: dict[str, Turns] = dict(known or {})
        self._at_hand = at_hand

    def unwrap(self, name: str, times: pl.Series, modified: float | None, unwrap: Unwrap) -> pl.Series:
        """Move times of 1972 to where the clock called ``name`` stands by now."""
        if name not in self.turns and times.null_count() < times.len():
            self.turns[name] = Turns()
            if self._at_hand is not None and name not in self._at_hand:
                ahead = Turns()
                unwrap(times.drop_nulls().head(1), modified, ahead)
                self.turns[name].first = ahead.first
        return unwrap(times, modified, self.turns.get(name, Turns()))

    def settled(self, modified: float | None) -> dict[str, Turns]:
        """Tell where each clock starts, given where it has come to by the end."""
        return {
            name: Turns((first_year if name.endswith(YEARLESS) else first_day)(turns, modified))
            for name, turns in self.turns.items()
        }


Unwrap = Callable[[pl.Series, float | None, Turns], pl.Series]


def first_year(turns: Turns, modified: float | None) -> int:
    """Tell the year of round 0: the last time is not after the file's last change, and 29 February exists."""
    if modified is None or turns.last is None:
        return _BASE_YEAR
    limit = datetime.fromtimestamp(modified, UTC).replace(tzinfo=None) + _SLACK
    first = limit.year - turns.rounds
    in_year = turns.last - _micros(datetime(_BASE_YEAR, 1, 1))
    limit_in_year = _micros(limit) - _micros(datetime(limit.year, 1, 1))
    shift = _DAY if in_year >= _MARCH and not isleap(limit.year) else 0
    first -= int(in_year - shift > limit_in_year)
    if turns.leap_round is not None:
        for _ in range(8):  # the longest way from one leap year to the one before it
            if isleap(first + turns.leap_round):
                break
            first -= 1
    return first


def first_day(turns: Turns, modified: float | None) -> int:
    """Tell the day of round 0: the last time is not after the file's last change."""
    if modified is None or turns.last is None:
        return 0
    limit = int(modified * 1e6)
    return limit // _DAY - turns.rounds - int(turns.last > limit % _DAY)


def unwrap_years(times: pl.Series, modified: float | None, turns: Turns | None = None) -> pl.Series:
    """Move times of 1972 to their years: the last one is not after the file's last change."""
    known, turns = times.is_not_null(), turns or Turns()
    if not known.any():
        return times
    values = times.drop_nulls().dt.epoch("us").to_numpy()
    rounds = turns.count(values, 366 * _DAY)
    in_year = values - _micros(datetime(_BASE_YEAR, 1, 1))
    leaps = rounds[(in_year >= _LEAP_DAY) & (in_year < _MARCH)]
    if leaps.size:
        turns.leap_round = min(int(leaps.min()), int(leaps.min()) if turns.leap_round is None else turns.leap_round)
    if turns.first is None:
        turns.first = first_year(turns, modified)
    first = turns.first
    years = np.arange(rounds.min(), rounds.max() + 1)
    starts = np.array([_micros(datetime(max(1, first + int(turn)), 1, 1)) for turn in years])
    short = np.array([not isleap(first + int(turn)) for turn in years])
    place = rounds - rounds.min()
    real = starts[place] + in_year - _DAY * (short[place] & (in_year >= _MARCH))
    return _put(real, known)


def unwrap_days(times: pl.Series, modified: float | None, turns: Turns | None = None) -> pl.Series:
    """Move times of day to their days: the last one is not after the file's last change."""
    known, turns = times.is_not_null(), turns or Turns()
    if not known.any():
        return times
    clock = times.drop_nulls().dt.epoch("us").to_numpy() - _micros(datetime(_BASE_YEAR, 1, 1))
    rounds = turns.count(clock, _DAY)
    if turns.first is None:
        turns.first = first_day(turns, modified)
    return _put(clock + (turns.first + rounds) * _DAY, known)


def _put(values: npt.NDArray[np.int64], known: pl.Series) -> pl.Series:
    """Lay values into the places that are known."""
    full = np.zeros(known.len(), dtype=np.int64)
    full[known.to_numpy()] = values
    return pl.Series("", full).cast(TIME).zip_with(known, pl.Series("", [None], dtype=TIME))


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)
