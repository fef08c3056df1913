"""What a chart of a scan shows, as numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A part of the axis: seconds since 1970, or line numbers counted through all inputs."""

    start: float
    end: float


@dataclass(frozen=True)
class Bins:
    """Rows in bins of ``step``: where each bin starts, and how many usual and odd rows are in it."""

    start: tuple[float, ...]
    step: float
    usual: tuple[int, ...]
    low: tuple[int, ...]
    medium: tuple[int, ...]
    high: tuple[int, ...]
    critical: tuple[int, ...]
    per: str


@dataclass(frozen=True)
class Points:
    """Rows as points, one entry a row in each list; ``severity`` and ``incident`` are None for usual ones."""

    x: tuple[float, ...]
    score: tuple[float, ...]
    severity: tuple[str | None, ...]
    row: tuple[int, ...]
    incident: tuple[int | None, ...]


@dataclass(frozen=True)
class Lane:
    """One incident on the axis."""

    incident: int
    start: float
    end: float
    severity: str
    label: str


@dataclass(frozen=True)
class Strip:
    """The whole scan, small: bars of usual and odd rows, and the worst severity of each."""

    start: float
    end: float
    step: float
    label: str
    edges: tuple[float, ...]
    usual: tuple[int, ...]
    odd: tuple[int, ...]
    worst: tuple[str | None, ...]


@dataclass(frozen=True)
class Timeline:
    """What a chart of a scan shows. ``cut`` is the score from which on rows are odd; ``focus`` the part to begin with.

    ``words`` say in a sentence what the chart shows, for those who do not see it.
    """

    timed: bool
    axis: Span
    bins: Bins
    points: Points
    odd_total: int
    odd_shown: int
    lanes: tuple[Lane, ...]
    cut: float | None
    decision: str
    whole: Strip
    focus: Span
    words: str
