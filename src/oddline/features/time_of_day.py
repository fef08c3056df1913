"""When a window happens: hour, day of the week, weekend, business hours."""

from __future__ import annotations

from typing import Self

import numpy as np
import polars as pl

from oddline.core.errors import UsageError
from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features._pooled import Pool, picked
from oddline.features.base import Feature

__all__ = ["TimeOfDay"]

NAMES = (
    "hour", "hour (sine)", "hour (cosine)", "weekday", "weekday (sine)", "weekday (cosine)", "weekend",
    "business hours", "without a time",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOUR, WEEKDAY, WITHOUT = 0, 3, 8

MOSTLY = 0.9
"""The hours and days that are told as usual hold so large a share of the training windows."""


class TimeOfDay(Feature):
    """The clock and the calendar of a window.

    ================ ======================================================================================
    hour             of the first event that has a time, in hours from 0 to 24
    weekday          of that event, from 0 (Monday) to 6
    sine, cosine     of hour and weekday on their circles, where 23:59 is beside 00:00; the mean of the events
    weekend          share of the events on a Saturday or Sunday
    business hours   share of the events from Monday to Friday between the hours of ``business``
    without a time   share of the events that tell no time
    ================ ======================================================================================

    Windows without any time have what the training windows have in the mean, and 1 in the last column.

    Parameters
    ----------
    zone
        The time zone in which people work, by its IANA name (``Europe/Berlin``); times are held in UTC. It is never
        taken from the machine: a model must say the same elsewhere.
    business
        First hour of work, and the hour at which it is over.

    Raises
    ------
    UsageError
        By ``fit``, if there is no such zone.

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.line import Line
    >>> events = templated(1)
    >>> matrix = TimeOfDay(zone="Asia/Tokyo").fit_transform(events, Line().assign(events))
    >>> dict(zip(matrix.names, matrix.X[0].round(2).tolist()))["hour"]
    9.0
    """

    def __init__(self, zone: str = "UTC", business: tuple[float, float] = (9.0, 17.0)) -> None:
        self.zone = zone
        self.business = business

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn at which hours and on which days windows usually happen."""
        self.middle_ = np.zeros(len(NAMES))
        X = self._described(records, windows)
        X = X[X[:, WITHOUT] < 1.0]
        if len(X):
            self.middle_[:WITHOUT] = X[:, :WITHOUT].mean(axis=0)
        self.hours_ = np.bincount(X[:, HOUR].astype(np.int64) % 24, minlength=24)
        self.days_ = np.bincount(X[:, WEEKDAY].astype(np.int64), minlength=7)
        return self

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Tell when windows happen. Learns nothing."""
        self.require_fitted()
        self._last = FeatureMatrix(self._described(records, windows), NAMES)
        return self._last

    def _described(self, records: pl.DataFrame, windows: Windows) -> Floats:
        hour, weekday = self._local(records)
        pool = Pool.of(windows)
        untimed = np.isnan(hour)
        first = pool.most((~untimed).astype(np.float64))
        working = (weekday < 5) & (hour >= self.business[0]) & (hour < self.business[1])
        parts = [(hour, 24.0), (weekday, 7.0)]
        X = np.empty((pool.count, len(NAMES)))
        for at, (value, circle) in zip((HOUR, WEEKDAY), parts, strict=True):
            X[:, at] = picked(value, first, np.nan)
            angle = value * (2 * np.pi / circle)
            X[:, at + 1], X[:, at + 2] = pool.mean(np.sin(angle), np.nan), pool.mean(np.cos(angle), np.nan)
        for at, truth in ((6, weekday >= 5), (7, working)):
            X[:, at] = pool.mean(np.where(untimed, np.nan, truth), np.nan)
        X[:, WITHOUT] = pool.mean(untimed.astype(np.float64), 1.0)
        return np.where(np.isnan(X), self.middle_, X)

    def _local(self, records: pl.DataFrame) -> tuple[Floats, Floats]:
        """Give hour and weekday of each event by the clock on the wall; NaN without a time."""
        try:
            wall = records.select(pl.col("ts").cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(self.zone))["ts"]
            clock = wall.dt.replace_time_zone(None).dt.epoch("us")
        except pl.exceptions.PolarsError as error:
            raise UsageError(
                f"zone={self.zone!r} is no time zone", expected="a name as in the IANA data base, such as Europe/Berlin"
            ) from error
        hours = clock.cast(pl.Float64).fill_null(np.nan).to_numpy() / 3.6e9
        # The first of January 1970 was a Thursday.
        return hours % 24.0, np.floor(hours / 24.0 + 3.0) % 7.0

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say when a window happens, and when windows usually do."""
        X = self._last.X[row]
        name = NAMES[column]
        if column == WITHOUT or X[WITHOUT] >= 1.0:
            return Reason("events without a time", f"{100 * X[WITHOUT]:.0f} %", "as in training", 0.0, "time")
        hour, day = int(X[HOUR]), DAYS[int(X[WEEKDAY])]
        clock = f"{hour:02}:{int(X[HOUR] % 1 * 60):02}"
        if name.startswith("hour"):
            return Reason("time of day", clock, _usual_hours(self.hours_), 0.0, "time")
        if name.startswith("weekday"):
            return Reason("day of the week", day, _usual_days(self.days_), 0.0, "time")
        usual = f"{100 * self.middle_[column]:.0f} % of windows"
        return Reason(name, f"{day}, {clock}", usual, 0.0, "time")


def _usual_hours(counts: np.ndarray) -> str:
    """Name the shortest stretch of the clock that holds most of the training windows.

    Examples
    --------
    >>> _usual_hours(np.array([0] * 22 + [5, 5])), _usual_hours(np.ones(24))
    ('22:00 to 24:00', 'any time')
    """
    if not counts.sum():
        return ""
    twice = np.concatenate([[0], np.cumsum(np.concatenate([counts, counts]))])
    for length in range(1, 24):
        held = twice[length : length + 24] - twice[:24]
        best = int(np.argmax(held))
        if held[best] >= MOSTLY * counts.sum():
            return f"{best:02}:00 to {(best + length - 1) % 24 + 1:02}:00" if length <= 18 else "any time"
    return "any time"


def _usual_days(counts: np.ndarray) -> str:
    """Name the fewest days that hold most of the training windows.

    Examples
    --------
    >>> _usual_days(np.array([5, 5, 5, 5, 5, 0, 0]))
    'Monday, Tuesday, Wednesday, Thursday, Friday'
    """
    order = np.argsort(-counts, kind="stable")
    needed = int(np.searchsorted(np.cumsum(counts[order]), MOSTLY * counts.sum())) + 1
    days = sorted(order[:needed].tolist()) if counts.sum() else []
    return ", ".join(DAYS[day] for day in days) if len(days) < 7 else "any day"
