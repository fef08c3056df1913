"""Volume, odd rows, incidents and scores on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.core.schema import SEVERITIES
from oddline.outputs._hostile import terminal
from oddline.outputs._scale import Axis
from oddline.outputs._timeline import label
from oddline.service.results import _findings_json
from oddline.service.results._columns import NO_TIME
from oddline.service.results._query import meeting
from oddline.service.results._scan import Scan, severity_named
from oddline.service.results.chart import Bins, Lane, Points, Span, Strip, Timeline
from oddline.service.results.filters import Filter

Ints = npt.NDArray[Any]
Truth = npt.NDArray[np.bool_]

MOST_BINS = 500
STRIP = 120
"""Bars of the strip over the whole scan, about."""

ODD, USUAL = 2_000, 1_000
"""Points at most: odd rows, of too many some of each severity; and usual ones, drawn without looking."""

LANES = 60
"""Incidents with a lane at most, the worst."""


def timeline(
    scan: Scan,
    start: datetime | float | None,
    end: datetime | float | None,
    bins: int,
    filter: Filter | None,  # noqa: A002
) -> Timeline:
    """Lay a part of a scan out.

    Raises
    ------
    UsageError
        If the span is none, or there are too many bins.
    """
    if not 1 <= bins <= MOST_BINS:
        raise UsageError(f"{bins} bins", expected=f"1 to {MOST_BINS}")
    told = scan.layout["axis"]
    whole = Axis(told["start"], told["end"], scan.timed)
    axis = Axis(_place(start, whole.start, scan), _place(end, whole.end, scan), scan.timed)
    if axis.length <= 0:
        raise UsageError(f"a span from {start} to {end}", expected="an end after its start")
    x = _x(scan)
    severity = scan.column("severity")
    mask = None if filter is None or filter.everything else meeting(scan, filter)
    inside = (x >= axis.start) & (x <= axis.end)
    if mask is not None:
        inside &= mask
    odd = np.flatnonzero(inside & (severity >= 0))
    shown = np.concatenate((_drawn(np.flatnonzero(inside & (severity < 0)), USUAL), _some(odd, severity)))
    summary = scan.summary
    return Timeline(
        timed=scan.timed,
        axis=Span(axis.start, axis.end),
        bins=_bins(axis, bins, x[inside], severity[inside]),
        points=_points(scan, x, shown),
        odd_total=len(odd),
        odd_shown=int((severity[shown] >= 0).sum()),
        lanes=_lanes(scan, axis),
        cut=summary.threshold.score,
        decision=summary.threshold.words,
        whole=_strip(whole, told["size"], x, severity),
        focus=Span(*told["focus"]),
        words=told["words"],
    )


def _place(asked: datetime | float | None, otherwise: float, scan: Scan) -> float:
    if asked is None:
        return otherwise
    if isinstance(asked, datetime):
        if not scan.timed:
            raise UsageError("a time on an axis of lines", expected="line numbers: this log tells no time")
        return asked.timestamp()
    return float(asked)


def _x(scan: Scan) -> Floats:
    if not scan.timed:
        return np.asarray(scan.places(), dtype=np.float64)
    ts = scan.column("ts")
    x: Floats = ts / 1e6
    x[ts == NO_TIME] = np.nan
    return x


def _counts(axis: Axis, step: float, x: Floats, severity: Ints) -> tuple[Floats, Ints]:
    """Count rows in bins, (1 + severities, bins), usual ones first."""
    size = max(1, int(np.ceil(axis.length / step - 1e-9)))
    place = np.minimum(((x - axis.start) / step).astype(np.int64), size - 1)
    place += (severity.astype(np.int64) + 1) * size
    counts = np.bincount(place, minlength=(1 + len(SEVERITIES)) * size).reshape(-1, size)
    return np.asarray(axis.start + step * np.arange(size), dtype=np.float64), counts


def _bins(axis: Axis, most: int, x: Floats, severity: Ints) -> Bins:
    step = axis.step(most)
    if axis.timed and axis.length < most:  # a span under a second or two a bar
        step = axis.length / most
    edges, counts = _counts(axis, step, x, severity)
    told = [tuple(row.tolist()) for row in counts]
    per = axis.per(step) if step >= 1 else f"per {step:.3g} s"
    return Bins(tuple(edges.tolist()), step, told[0], told[1], told[2], told[3], told[4], per)


def _strip(whole: Axis, size: str, x: Floats, severity: Ints) -> Strip:
    told = ~np.isnan(x)
    step = whole.step(STRIP)
    edges, counts = _counts(whole, step, x[told], severity[told])
    places = np.arange(1, len(counts))[:, None]
    worst = np.where(counts[1:] > 0, places, 0).max(axis=0) - 1
    return Strip(
        whole.start,
        whole.end,
        step,
        size,
        tuple(edges.tolist()),
        tuple(counts[0].tolist()),
        tuple(counts[1:].sum(axis=0).tolist()),
        tuple(severity_named(code) for code in worst.tolist()),
    )


def _points(scan: Scan, x: Floats, rows: Ints) -> Points:
    score = np.nan_to_num(scan.column("score")[rows])
    incident = scan.column("incident")[rows].tolist()
    return Points(
        tuple(x[rows].tolist()),
        tuple(np.round(score, 2).tolist()),
        tuple(severity_named(code) for code in scan.column("severity")[rows].tolist()),
        tuple(rows.tolist()),
        tuple(number if number >= 0 else None for number in incident),
    )


def _drawn(rows: Ints, most: int) -> Ints:
    """Draw without looking, by a fixed seed, so that the cloud keeps its shape and stays as it is."""
    if len(rows) <= most:
        return rows
    return np.sort(rows[np.random.default_rng(0).choice(len(rows), most, replace=False, shuffle=False)])


def _some(rows: Ints, severity: Ints) -> Ints:
    """Take odd rows, the mildest first so that the worst lie on top; of too many, some of each severity."""
    by_severity = [rows[severity[rows] == code] for code in range(len(SEVERITIES))]
    if len(rows) > ODD:
        share = ODD // sum(bool(len(some)) for some in by_severity)
        by_severity = [_drawn(some, share) for some in by_severity]
    return np.concatenate(by_severity)


def _lanes(scan: Scan, axis: Axis) -> tuple[Lane, ...]:
    spans = scan.column("incident.span")
    inside = np.flatnonzero((spans[:, 1] >= axis.start) & (spans[:, 0] <= axis.end))[:LANES]
    return tuple(_lane(scan, number, spans[number].tolist()) for number in inside.tolist())


def _lane(scan: Scan, number: int, span: Sequence[float]) -> Lane:
    noun = _findings_json.incident(scan.incident(number))
    return Lane(number, span[0], span[1], noun.severity, terminal(label(noun), 80))
